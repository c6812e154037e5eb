export const MILLISECONDS = 'a whole number of milliseconds'

/** Collects what is wrong with options, so that all of it is told at once. */
export class OptionFaults {
  readonly #faults: string[] = []

  expect(holds: boolean, place: string, value: unknown, expected: string): void {
    if (!holds) this.#faults.push(`${place}: ${described(value)}, expected ${expected}`)
  }

  /** Throws a TypeError where there is a fault. */
  throwFor(name: string): void {
    if (this.#faults.length > 0) throw new TypeError(`${name}: ${this.#faults.join('; ')}`)
  }
}

export function isWhole(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least
}

/** No secret: objects are not looked into. */
function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'number' || value === null ? String(value) : typeof value
}
