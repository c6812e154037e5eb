import { faultOf, isObject, kindText, type OptionRule, valueText } from './option-rule.ts'
import { faultsWithin } from './prove-options.ts'

/** A timer of Node's fires at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const MILLISECONDS = rule('milliseconds above 0', isMilliseconds)
export const MILLISECONDS_OR_0 = rule('milliseconds, 0 or more', value => isAtLeast(value, 0))
/** For what is waited for by `setTimeout`. */
export const TIMER_MS = rule(
  `milliseconds above 0, at most ${LONGEST_TIMER_MS}`,
  value => isMilliseconds(value) && value <= LONGEST_TIMER_MS,
)
export const COUNT = rule('a whole number of at least 1', isCount)
export const TRUTH = rule('true or false', value => typeof value === 'boolean')
export const FUNCTION = rule('a function', isFunction, kindText)
export const LOG = object('a log', 'debug', 'info', 'warn', 'error')
export const KAFKA_CLIENT = object('a client of KafkaJS', 'admin')
export const PROGRESS_VIEW = object('a ProgressTracker', 'liveness', 'partitions', 'isJoined', 'onTurn')
export const HEALTH = object('what createHealth returned', 'livez', 'readyz', 'startupz', 'check')
export const TIME = object('clocks and timers', 'wall', 'monotonic', 'after')

/** What `fits`. With `got` as it is the value is told: not for secrets. */
export function rule(
  expected: string,
  fits: (value: unknown) => boolean,
  got: (value: unknown) => string = valueText,
): OptionRule {
  return {
    mayBeLeftOut: false,
    faultsIn: (value, at) => (fits(value) ? [] : [faultOf(at, got(value), expected)]),
  }
}

export function optional(inner: OptionRule): OptionRule {
  return { ...inner, mayBeLeftOut: true }
}

/** A text that is not empty, and no secret. */
export function text(expected: string): OptionRule {
  return rule(expected, value => typeof value === 'string' && value !== '')
}

export function oneOf(...words: readonly string[]): OptionRule {
  const expected = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
  return rule(expected, value => words.includes(value as string))
}

/** Texts by names, such as headers; any may be a secret. */
export function texts(expected: string): OptionRule {
  const fits = (value: unknown) => isObject(value) && Object.values(value).every(v => typeof v === 'string')
  return rule(expected, fits, kindText)
}

/** Something that is known by its methods. */
export function object(expected: string, ...methods: readonly string[]): OptionRule {
  return {
    mayBeLeftOut: false,
    faultsIn(value, at) {
      if (!isObject(value)) return [faultOf(at, kindText(value), expected)]
      const missing = methods.filter(name => !isFunction(value[name]))
      return missing.length === 0
        ? []
        : [faultOf(at, `${kindText(value)} without ${missing.join(', ')}`, expected)]
    },
  }
}

export function listOf(item: OptionRule, expected: string, least = 0): OptionRule {
  return {
    mayBeLeftOut: false,
    faultsIn(value, at) {
      if (!Array.isArray(value) || value.length < least) return [faultOf(at, kindText(value), expected)]
      return value.flatMap((each, i) => item.faultsIn(each, `${at}[${i}]`))
    },
  }
}

/** Options within an option. */
export function section(rules: Readonly<Record<string, OptionRule>>): OptionRule {
  return { mayBeLeftOut: true, faultsIn: (value, at) => faultsWithin(value, rules, at) }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && isAtLeast(value, 1)
}

export function isMilliseconds(value: unknown): value is number {
  return isAtLeast(value, 0) && value > 0
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

export function isAtLeast(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= least
}
