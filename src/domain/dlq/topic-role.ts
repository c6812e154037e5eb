/**
 * Spring's `-dlt` and, before 3.3, `.DLT`; `-dlq`, `.dlq`, `dlq.` as are usual beside Connect and share groups;
 * `_dead_letter`, `deadletterqueue`, `parking-lot`. A whole word of the name in any case.
 */
const DEAD_LETTERS = /(^|[._-])(dlq|dlt|dead[._-]?letters?([._-]?(queue|topic))?|parking[._-]?lot)([._-]|$)/i
/** `-retry`, and as Spring numbers them or names them by their delay: `-retry-0`, `-retry-5000`, `.retry.10m`. */
const RETRIES = /(^|[._-])retr(y|ies)([._-]?\d+(ms|s|m|h)?)?$/i

/** What a topic is for, by its name alone. */
export function roleOfTopic(topic: string): 'dead_letters' | 'retries' | null {
  if (RETRIES.test(topic)) return 'retries'
  return DEAD_LETTERS.test(topic) ? 'dead_letters' : null
}

/** Which topics are told of as dead-letter topics. */
export interface DeadLetterNames {
  /** Whether those are that are called so. */
  readonly isByName: boolean
  readonly include: readonly RegExp[]
  /** Goes before all. */
  readonly exclude: readonly RegExp[]
}

export function isDeadLetterTopic(names: DeadLetterNames, topic: string): boolean {
  if (names.exclude.some(pattern => pattern.test(topic))) return false
  if (names.include.some(pattern => pattern.test(topic))) return true
  return names.isByName && roleOfTopic(topic) === 'dead_letters'
}
