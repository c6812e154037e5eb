import type { PollTimes } from '../../../bench/accuracy/poll-times.ts'
import type { Trace } from '../../../bench/accuracy/traces/trace.ts'
import type { TrackOptions } from '../../../src/domain/track-options.ts'
import type { Observation } from '../../../src/model/observation.ts'
import type { SchemaTopicView } from '../../../src/model/schema-watch.ts'
import type { RuleSetName } from '../../../src/rules/rule-sets.ts'
import type { Labels } from '../promtool/alert-case.ts'

/** The sets of rules that look at the same things, by the metrics of one exporter or the other. */
export type CatalogueSet = Extract<RuleSetName, 'kafka-health-exporter' | 'kafka-exporter'>

/** An alert that has to fire: in minutes after the fault, not earlier and not later. */
export interface Expected {
  readonly alert: string
  /** Beside those of the target and the severity. */
  readonly labels: Labels
  readonly within: readonly [earliest: number, latest: number]
}

/** The exporter that is watched ends, and begins again a minute later. */
export interface Restart {
  readonly at: number
  readonly hasState: boolean
}

/** What happens in a cluster, and what has to be told of it: that, and nothing else for as long as it lasts. */
export interface Scenario {
  readonly name: string
  readonly trace: Trace
  /** When it goes wrong, in milliseconds since the beginning; 0 where nothing does. */
  readonly faultAt: number
  readonly options?: Partial<TrackOptions>
  /** What of it the brokers do not tell as they should. */
  readonly disturb?: (observation: Observation, times: PollTimes) => Observation
  readonly restart?: Restart
  /** What a watch of schemas has counted until then, in milliseconds since the beginning. */
  readonly schemas?: (now: number) => readonly SchemaTopicView[]
  readonly fires: readonly Expected[]
  readonly offsetsOnly: {
    readonly fires: readonly Expected[]
    /** Where that is less than the other set tells, or other things: what offsets alone cannot tell. */
    readonly why?: string
  }
}

export const GROUP_LABELS: Labels = { consumergroup: 'billing' }
export const TOPIC_LABELS: Labels = { consumergroup: 'billing', topic: 'orders' }
export const onPartition = (partition: number): Labels => ({ ...TOPIC_LABELS, partition: String(partition) })

export const expect = (
  alert: string,
  labels: Labels,
  ...within: readonly [earliest: number, latest: number]
): Expected => ({ alert, labels, within })

/** Nobody has kept up for a day who is watched for a few hours: so it is told of each group with an objective. */
export function unproven({ trace, faultAt }: Pick<Scenario, 'trace' | 'faultAt'>): readonly Expected[] {
  const lagMs = trace.objective.lagMs ?? null
  const fault = faultAt / 60_000
  return lagMs === null ? [] : [expect('KafkaConsumerGroupUnproven', GROUP_LABELS, 5 - fault, 8 - fault)]
}
