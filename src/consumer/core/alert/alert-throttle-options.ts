import {
  COUNT,
  FUNCTION,
  LOG,
  listOf,
  MILLISECONDS,
  object,
  optional,
  section,
  TIME,
} from '../options/option-kinds.ts'
import type { RulesOf } from '../options/option-rule.ts'
import type { KitLog } from '../ports.ts'
import type { KitTime } from '../resilient/kit-time.ts'
import type { AlertOutcome, AlertSeverity, AlertSink } from './alert.ts'
import type { AlertStore } from './alert-store.ts'

export interface AlertThrottleOptions {
  /** At least one. Each is given every alert that is sent. */
  readonly sinks: readonly AlertSink[]
  /** What the processes of a service share; without it each holds back by itself. */
  readonly store?: AlertStore
  /** For how long the same alert is held back, in milliseconds: critical 60,000, warning 300,000, low 1,200,000. */
  readonly coolDownMs?: Partial<Readonly<Record<AlertSeverity, number>>>
  /** How long a sink may take, in milliseconds: 10,000. */
  readonly sinkTimeoutMs?: number
  /** How long the store may take, in milliseconds: 500. */
  readonly storeTimeoutMs?: number
  /** When an alert that no sink has taken may be tried again, and a store that was away, in milliseconds: 10,000. */
  readonly retryAfterMs?: number
  /** Different alerts that are remembered: 10,000. */
  readonly mostAlerts?: number
  /** Alerts that are being sent at one time: 64. More than that fail. */
  readonly mostInFlight?: number
  /** Told of each alert, for `ConsumerMetrics.countAlert`; `times` is 0 where a severity is only made known. */
  readonly onOutcome?: (severity: AlertSeverity, outcome: AlertOutcome, times: number) => void
  readonly log?: KitLog
  /** For tests. */
  readonly time?: KitTime
}

export const THROTTLE_OPTIONS: RulesOf<AlertThrottleOptions> = {
  sinks: listOf(object('a sink', 'send'), 'a list of at least one sink', 1),
  store: optional(object('a store of alerts', 'claim', 'shorten', 'countSuppressed')),
  coolDownMs: section({
    critical: optional(MILLISECONDS),
    warning: optional(MILLISECONDS),
    low: optional(MILLISECONDS),
  }),
  sinkTimeoutMs: optional(MILLISECONDS),
  storeTimeoutMs: optional(MILLISECONDS),
  retryAfterMs: optional(MILLISECONDS),
  mostAlerts: optional(COUNT),
  mostInFlight: optional(COUNT),
  onOutcome: optional(FUNCTION),
  log: optional(LOG),
  time: optional(TIME),
}
