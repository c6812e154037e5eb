import type { Query } from './query.ts'

/** As Grafana names them. */
export type Unit =
  | 's'
  | 'short'
  | 'none'
  | 'percentunit'
  | 'bytes'
  | 'Bps'
  | 'cps'
  | 'bool'
  | 'dateTimeFromNow'

/**
 * Something that can be watched, said once: alerts and panels take expression, unit and words from here, so that they
 * cannot drift from each other.
 */
export interface Signal {
  /** In kebab case. */
  readonly id: string
  /** Heading of a panel; no full stop. */
  readonly title: string
  /** Whole sentences: what it says, and what is good or bad about it. */
  readonly description: string
  readonly unit: Unit
  /** Labels that the expression keeps, beside those of the target. */
  readonly labels: readonly string[]
  readonly expression: (query: Query) => string
}
