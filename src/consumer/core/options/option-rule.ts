import { shown } from '../../../model/shown.ts'

/** What may be given for one option. */
export interface OptionRule {
  readonly mayBeLeftOut: boolean
  /** What is wrong with the value of the option at `at`, such as `retry.maxMs`: a line each. */
  readonly faultsIn: (value: unknown, at: string) => readonly string[]
}

/** One for each option that there is, so that any other name is a fault. */
export type RulesOf<Options> = { readonly [Name in keyof Required<Options>]: OptionRule }

/** `got` is never more of a value than its kind where that may be a secret. */
export function faultOf(at: string, got: string, expected: string): string {
  return `${at}: got ${got}, expected ${expected}`
}

/** Of numbers, and of texts that are no secrets where texts are expected. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? shown(value) : kindText(value)
}

/** A misplaced text may be a secret, and nobody looks into objects. */
export function kindText(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'a text'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && !Array.isArray(value) ? 'an object' : shown(value)
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
