import type { Query } from '../signals/query.ts'
import type { Signal } from '../signals/signal.ts'
import type { PromDuration } from './prom-duration.ts'
import type { Thresholds } from './thresholds.ts'

export const SEVERITIES = ['critical', 'warning', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Dashboards by the name of their file. */
export type DashboardName =
  | 'fleet'
  | 'group'
  | 'topic'
  | 'dead-letters'
  | 'schema'
  | 'services'
  | 'consumer'
  | 'cluster'
  | 'exporter'

/**
 * A template of Prometheus. Times that come from `for` are not in it, for they can be chosen; those of thresholds are
 * taken from there.
 */
export type Text = string | ((thresholds: Thresholds) => string)

/**
 * `critical`: somebody is woken, now. `warning`: a ticket, to be looked at in hours. `info`: seen by who looks.
 * Two severities of one condition are two alerts with names of their own: inhibition on equal names would let the
 * critical alert of one group silence the warning of another.
 */
export interface Alert {
  readonly name: `Kafka${string}`
  readonly severity: Severity
  /** What it watches: where a panel shows the same. */
  readonly signal: Signal
  /** True for what is wrong; its value is what the description tells. */
  readonly expression: (query: Query, thresholds: Thresholds) => string
  /** `0m` where the metric is a clock: it is the patience already. */
  readonly for: PromDuration
  /** A scrape that is missed, or a state that flickers, resolves nothing. */
  readonly keepFiringFor: PromDuration
  /** One line, with the labels that tell which one. */
  readonly summary: Text
  /** What is wrong, with value, group, topic and partition, and what it means. */
  readonly description: Text
  /** Where to look further. */
  readonly dashboard: DashboardName
}

export interface Recording {
  /** level:metric:operation */
  readonly record: string
  /** What it carries, for the reference. */
  readonly meaning: string
  /** Beside those of the target. */
  readonly labels: readonly string[]
  readonly expression: (query: Query, thresholds: Thresholds) => string
}

/** Evaluated together, one after the other. */
export interface RuleGroup {
  readonly name: string
  /** What its alerts tell, in a sentence or two. */
  readonly meaning: string
  readonly interval: PromDuration
  readonly recordings: readonly Recording[]
  readonly alerts: readonly Alert[]
}
