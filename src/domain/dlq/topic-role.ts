const DEAD_LETTERS = /(^|[._-])(dlq|dlt|dead[._-]?letters?|parking[._-]?lot)([._-]|$)/i
const RETRIES = /(^|[._-])retry([._-]?\d+)?$/i

/** What a topic is for, by its name alone. */
export function roleOfTopic(topic: string): 'dead_letters' | 'retries' | null {
  if (RETRIES.test(topic)) return 'retries'
  return DEAD_LETTERS.test(topic) ? 'dead_letters' : null
}
