import type { FieldReason } from '../../model/field-reasons.ts'
import type { ClusterHandle } from '../../model/ports.ts'
import type { RecordReason, SchemaTopicView, UndecodableReason } from '../../model/schema-watch.ts'
import type { NameMatch } from '../name-match.ts'
import { instant } from './json-values.ts'

/** What the schema watch counts of one topic, since its counters began. */
export interface SchemaSummary {
  readonly cluster: string | null
  readonly topic: string
  /** Kafka's name of the error for which its records cannot be read; null where they can. */
  readonly readError: string | null
  /** These four, with the counts of `undecodable`, add up to the records that arrived. */
  readonly checked: number
  readonly fallback: number
  readonly undecodable: Readonly<Record<UndecodableReason, number>>
  readonly unsampled: number
  readonly droppedFields: Readonly<Record<FieldReason, number>>
  readonly affectedRecords: Readonly<Record<RecordReason, number>>
  /** The most frequent first. */
  readonly problems: readonly SchemaProblemSummary[]
  /** Problems that are known beyond `problems`, and fields that found no place among those that are kept. */
  readonly problemsLeftOut: number
}

export interface SchemaProblemSummary {
  readonly reason: FieldReason
  readonly field: string
  readonly detail: string
  readonly count: number
  readonly firstAt: string | null
  readonly lastAt: string | null
}

export interface SchemaTopicRef {
  readonly handle: Pick<ClusterHandle, 'name'>
  readonly topic: SchemaTopicView
  readonly readError: string | null
}

export function schemaTopics(
  clusters: readonly ClusterHandle[],
  match: NameMatch | null,
): readonly SchemaTopicRef[] {
  return clusters.flatMap(handle => {
    const snapshot = handle.snapshot()
    const topics = snapshot?.schemas?.topics ?? []
    const isMatching = match?.(topics.map(({ topic }) => topic))
    return topics
      .filter((_, i) => isMatching?.[i] ?? true)
      .map(topic => ({ handle, topic, readError: snapshot?.unreadable.get(topic.topic) ?? null }))
  })
}

/** @param most problems that are listed */
export function toSchemaSummary({ handle, topic, readError }: SchemaTopicRef, most: number): SchemaSummary {
  const listed = topic.problems.slice(0, most)
  return {
    cluster: handle.name,
    topic: topic.topic,
    readError,
    checked: topic.checked,
    fallback: topic.fallback,
    undecodable: topic.undecodable,
    unsampled: topic.unsampled,
    droppedFields: topic.droppedFields,
    affectedRecords: topic.affectedRecords,
    problems: listed.map(({ reason, field, detail, count, firstAt, lastAt }) => ({
      reason,
      field,
      detail,
      count,
      firstAt: instant(firstAt),
      lastAt: instant(lastAt),
    })),
    problemsLeftOut: topic.problemsLeftOut + topic.problems.length - listed.length,
  }
}
