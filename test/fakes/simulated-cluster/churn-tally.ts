/** What has come, gone and broken so far, by kind. */
export class ChurnTally {
  readonly #counts = new Map<string, number>()

  count(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times)
  }

  toJSON(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}
