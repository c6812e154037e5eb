/** @throws Error that names the variable */
export function required(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}

/** @throws Error that names the variable, its value and what was expected */
export function whole(name: string, otherwise: number): number {
  const text = process.env[name]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0)
    throw new Error(`${name}: got ${text}, expected a whole number of 0 or more`)
  return value
}
