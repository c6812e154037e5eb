import { ExporterError } from '../errors.ts'

/** Throws ExporterError BAD_FLAG. */
export function parseWhole(flag: string, text: string, from: number, to: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= from && number <= to) return number
  throw new ExporterError('BAD_FLAG', `--${flag}: got ${text}, expected a whole number from ${from} to ${to}`)
}

export function parseOneOf<Value extends string>(
  flag: string,
  text: string,
  values: readonly Value[],
): Value {
  const value = values.find(each => each === text)
  if (value !== undefined) return value
  throw new ExporterError('BAD_FLAG', `--${flag}: got ${text}, expected ${values.join(' or ')}`)
}

const TOPIC = /^(?!\.\.?$)[a-zA-Z0-9._-]{1,249}$/

export function parseTopic(what: string, text: string): string {
  if (TOPIC.test(text)) return text
  throw new ExporterError('BAD_FLAG', `${what}: got ${text}, expected the name of a topic`)
}
