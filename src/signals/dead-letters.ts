import type { Signal } from './signal.ts'

export const DEAD_LETTERS_HELD: Signal = {
  id: 'dead-letters-held',
  title: 'Dead letters held',
  description:
    'Records in the dead-letter topic. They stay after they were dealt with, until retention or somebody deletes them.',
  unit: 'short',
  labels: ['topic'],
  expression: q => `sum without (partition) (${q.now('kafka_dlq_depth')})`,
}

export const DEAD_LETTERS_UNDRAINED: Signal = {
  id: 'dead-letters-undrained',
  title: 'Dead letters not drained',
  description:
    'Records in the dead-letter topic that the group of drained_by has not read yet. Nothing where no such group is named.',
  unit: 'short',
  labels: ['topic'],
  expression: q => `sum without (partition) (${q.held('kafka_dlq_undrained')})`,
}

export const DEAD_LETTERS_ARRIVED: Signal = {
  id: 'dead-letters-arrived',
  title: 'New dead letters',
  description:
    'Records that arrive in the dead-letter topic: each is one that some consumer could not work on, and has parked.',
  unit: 'short',
  labels: ['topic'],
  expression: q => `sum without (partition) (${q.now('kafka_dlq_records_total')})`,
}

export const DEAD_LETTERS_AGE: Signal = {
  id: 'dead-letters-age',
  title: 'Age of the oldest dead letter',
  description:
    'By the time stamp of the record, which Kafka Connect and Kafka Streams take over from the one that failed. Nothing while the topic is empty.',
  unit: 's',
  labels: ['topic'],
  expression: q => `time() - ${q.held('kafka_dlq_oldest_record_timestamp_seconds')}`,
}

export const DEAD_LETTERS_LAST: Signal = {
  id: 'dead-letters-last',
  title: 'Age of the newest dead letter',
  description: 'Time since the last dead letter, by its time stamp: whether it still goes on.',
  unit: 's',
  labels: ['topic'],
  expression: q => `time() - ${q.held('kafka_dlq_newest_record_timestamp_seconds')}`,
}

export const DEAD_LETTER_CAUSES: Signal = {
  id: 'dead-letter-causes',
  title: 'Dead letters by cause',
  description:
    'Where dead letters come from and why, as their headers say. Those that arrived while they could be read; never those from before.',
  unit: 'short',
  labels: ['topic', 'source_topic', 'consumergroup', 'cause'],
  expression: q => q.now('kafka_dlq_cause_total'),
}

export const DEAD_LETTERS_MALFORMED: Signal = {
  id: 'dead-letters-malformed',
  title: 'Dead letters with malformed headers',
  description:
    'Dead letters with a header that could not be made sense of. By cause they count with what their other headers tell, else as unknown.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.now('kafka_dlq_malformed_headers_total'),
}
