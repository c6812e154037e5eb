/**
 * Where records go, by what it makes of the names of fields:
 *
 * - `none`: names as they are. Two that differ in case alone collide all the same: most stores, and consumers that
 *   match without regard to case, take them for one.
 * - `bigquery`: columns are found without regard to case, and what is none of `A-Z a-z 0-9 _` becomes `_`, as its
 *   sinks do (`sanitizeFieldNames` of kafka-connect-bigquery); a name does not begin with a digit.
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
      const cleaned = name.replaceAll(/[^A-Za-z0-9_]/g, '_').toLowerCase()
      return /^[0-9]/.test(cleaned) ? `_${cleaned}` : cleaned
    }
    case 'snake_case':
      return name
        .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
        .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
        .replaceAll(/[^\p{L}\p{N}]+/gu, '_')
        .toLowerCase()
  }
}
