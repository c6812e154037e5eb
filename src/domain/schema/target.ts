/**
 * Where records go, by what it makes of the names of fields:
 *
 * - `none`: names as they are. Two that differ in case alone collide all the same: most stores, and consumers that
 *   match without regard to case, take them for one.
 * - `bigquery`: columns are found without regard to case, and what is neither a letter, a digit nor `_` becomes `_`,
 *   as the sinks for it do; a name does not begin with a digit.
 * - `snake_case`: `orderId`, `OrderID` and `order-id` all become `order_id`.
 */
export const TARGETS = ['none', 'bigquery', 'snake_case'] as const
export type Target = (typeof TARGETS)[number]

/** What two names must not have in common beside each other. */
export function foldedCase(name: string): string {
  return name.toLowerCase()
}

/** The name that the target makes of a field's; two that are equal collide. */
export function normalised(name: string, target: Target): string {
  switch (target) {
    case 'none':
      return foldedCase(name)
    case 'bigquery': {
      const cleaned = name.replaceAll(/[^\p{L}\p{N}_]/gu, '_').toLowerCase()
      return /^\p{N}/u.test(cleaned) ? `_${cleaned}` : cleaned
    }
    case 'snake_case':
      return name
        .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
        .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
        .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
        .toLowerCase()
  }
}
