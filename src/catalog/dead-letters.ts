import type { SampleFamily } from './family.ts'

type Facts = Pick<SampleFamily, 'name' | 'type' | 'labels' | 'help'>

const family = (facts: Facts): SampleFamily => ({
  ...facts,
  kind: 'sample',
  onByDefault: true,
  subject: 'Dead letters',
  samples: () => [],
})

export const DEAD_LETTERS: readonly SampleFamily[] = [
  family({
    name: 'kafka_dlq_depth',
    type: 'gauge',
    labels: ['topic', 'partition'],
    help: 'Records that the dead-letter topic holds',
  }),
  family({
    name: 'kafka_dlq_undrained',
    type: 'gauge',
    labels: ['topic', 'partition'],
    help: 'Records of the dead-letter topic that the group drained_by has not read',
  }),
  family({
    name: 'kafka_dlq_records_total',
    type: 'counter',
    labels: ['topic', 'partition'],
    help: 'Records that have arrived in the dead-letter topic',
  }),
  family({
    name: 'kafka_dlq_oldest_record_timestamp_seconds',
    type: 'gauge',
    labels: ['topic'],
    help: 'Time stamp of the oldest record in the dead-letter topic; absent while it is empty',
  }),
  family({
    name: 'kafka_dlq_newest_record_timestamp_seconds',
    type: 'gauge',
    labels: ['topic'],
    help: 'Time stamp of the newest record in the dead-letter topic; absent while it is empty',
  }),
  family({
    name: 'kafka_dlq_cause_total',
    type: 'counter',
    labels: ['topic', 'source_topic', 'consumergroup', 'cause'],
    help: 'Dead letters by where they come from and why, as their headers say',
  }),
  family({
    name: 'kafka_dlq_malformed_headers_total',
    type: 'counter',
    labels: ['topic'],
    help: 'Dead letters whose headers could not be made sense of',
  }),
]
