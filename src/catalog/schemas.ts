import { FIELD_REASONS } from '../model/field-reasons.ts'
import type { SchemaTopicView } from '../model/schema-watch.ts'
import { RECORD_REASONS, UNDECODABLE_REASONS } from '../model/schema-watch.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Family, Sample } from './family.ts'

const facts = { kind: 'sample', type: 'counter', onByDefault: true, subject: 'Schemas' } as const

/** Of topics that `schemas` speaks of. */
export const SCHEMAS: readonly Family[] = [
  {
    ...facts,
    name: 'kafka_schema_records_checked_total',
    help: 'Records that were checked: decoded with their schema, or plain JSON that has none; deletions and records too long to be looked into count too',
    labels: ['topic'],
    samples: s => perTopic(s, topic => topic.checked),
  },
  {
    ...facts,
    name: 'kafka_schema_records_unsampled_total',
    help: 'Records that were passed over: beyond the rate of schemas[].sample, or faster than they can be read',
    labels: ['topic'],
    samples: s => perTopic(s, topic => topic.unsampled),
  },
  {
    ...facts,
    name: 'kafka_schema_fallback_decodes_total',
    help: 'Records whose schema could not be had and that were read as JSON instead',
    labels: ['topic'],
    samples: s => perTopic(s, topic => topic.fallback),
  },
  {
    ...facts,
    name: 'kafka_schema_undecodable_records_total',
    help: 'Records that could not be decoded',
    labels: ['topic', 'reason'],
    samples: s => perReason(s, UNDECODABLE_REASONS, topic => topic.undecodable),
  },
  {
    ...facts,
    name: 'kafka_schema_dropped_fields_total',
    help: 'Fields of checked records that a consumer guarded by the check would drop',
    labels: ['topic', 'reason'],
    samples: s => perReason(s, FIELD_REASONS, topic => topic.droppedFields),
  },
  {
    ...facts,
    name: 'kafka_schema_affected_records_total',
    help: 'Checked records in which something is wrong, once for each reason',
    labels: ['topic', 'reason'],
    samples: s => perReason(s, RECORD_REASONS, topic => topic.affectedRecords),
  },
]

function* perTopic(s: Snapshot, count: (topic: SchemaTopicView) => number): Iterable<Sample> {
  for (const topic of s.schemas?.topics ?? []) yield [count(topic), topic.topic]
}

function* perReason<Reason extends string>(
  s: Snapshot,
  reasons: readonly Reason[],
  counts: (topic: SchemaTopicView) => Readonly<Record<Reason, number>>,
): Iterable<Sample> {
  for (const topic of s.schemas?.topics ?? []) {
    const of = counts(topic)
    for (const reason of reasons) yield [of[reason], topic.topic, reason]
  }
}
