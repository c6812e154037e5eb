import type { Objective } from '../model/snapshot.ts'

/** How long what is remembered holds, and what the configuration expects to be there. */
export interface TrackOptions {
  readonly pollIntervalMs: number
  readonly maxReadingAgeMs: number
  readonly brokerForgetAfterMs: number
  readonly descriptionMaxAgeMs: number
  readonly uncommitted: 'absent' | 'minus-one'
  readonly configuredTopics: ReadonlySet<string>
  readonly configuredGroups: ReadonlySet<string>
  readonly stateWriteErrors: number
  readonly noConsumerAfterMs: number
  readonly lossHorizonMs: number
  /** How long a last stable offset may stand still before its transaction counts as hung. */
  readonly hungAfterMs: number
  readonly isDeadLetterTopic: (topic: string) => boolean
  /** By dead-letter topic: the group that drains it. */
  readonly drainedBy: ReadonlyMap<string, string>
  /** Asked once per group and poll. */
  readonly objectiveOf: (group: string) => Objective
}
