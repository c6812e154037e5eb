/** Throws a TypeError that names each of `values` which is no number above 0, such as that of a variable that is not set. */
export function checkPositive(what: string, values: Readonly<Record<string, unknown>>): void {
  const faults = Object.entries(values)
    .filter(([, value]) => !(typeof value === 'number' && Number.isFinite(value) && value > 0))
    .map(([name, value]) => `${name}: got ${String(value)}, expected a number above 0`)
  if (faults.length > 0) throw new TypeError(`${what}: ${faults.join('; ')}`)
}
