import type { RuleChoices } from '../../../src/rules/render-rules.ts'
import type { RuleSetName } from '../../../src/rules/rule-sets.ts'
import type { Timeline } from './timeline.ts'

export type Labels = Readonly<Record<string, string>>

export interface Series {
  readonly name: string
  readonly labels: Labels
  readonly timeline: Timeline
}

/** An alert that fires in a case; times are from the start. */
export interface Firing {
  readonly alert: string
  /** Beside severity and those of the target. */
  readonly labels: Labels
  /** Not yet firing, the last evaluation before it should. Left out where it fires from the first one on. */
  readonly notAt?: string
  /** Fires. */
  readonly at: string
  /** Fires still. */
  readonly stillAt?: string
  /** Fires no longer. */
  readonly overAt?: string
  /** Its texts at `at`, literally. */
  readonly summary?: string
  readonly description?: string
}

/** What an exporter publishes over some time, and which alerts come of it: those named, and no others at all. */
export interface AlertCase {
  readonly name: string
  /** `kafka-health-exporter` unless said otherwise. */
  readonly set?: RuleSetName
  readonly choices?: Partial<RuleChoices>
  /** The rule groups that are evaluated; all of the set unless said otherwise, as for cases of many hours. */
  readonly only?: string
  /** Seconds between scrapes; 15 unless said otherwise. */
  readonly scrape?: number
  readonly until: string
  readonly series: readonly Series[]
  readonly fires: readonly Firing[]
  /** Alerts that this case proves silent: those it is about. */
  readonly silent?: readonly string[]
  /** Recorded series at a time, by PromQL: text of labels to value. */
  readonly records?: readonly Recorded[]
  /** With a scrape missing, or of a pair, an alert may begin or end this much later. 1 minute unless said otherwise. */
  readonly slack?: string
  /** Variants that have nothing to say here, with the reason. */
  readonly without?: Readonly<Partial<Record<VariantName, string>>>
}

export interface Recorded {
  readonly at: string
  readonly record: string
  readonly samples: readonly (readonly [labels: Labels, value: number])[]
}

export const VARIANTS = ['plain', 'one scrape in ten missing', 'a pair of exporters'] as const
export type VariantName = (typeof VARIANTS)[number]

export const series = (name: string, labels: Labels, timeline: Timeline): Series => ({
  name,
  labels,
  timeline,
})
