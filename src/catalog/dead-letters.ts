import type { DeadLetterView } from '../model/dead-letters.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { topicOfRow } from '../model/topology.ts'
import { type Family, type Sample, secondsOf } from './family.ts'

const facts = { kind: 'sample', onByDefault: true, subject: 'Dead letters' } as const

type Column = (view: DeadLetterView) => Float64Array

/** Of topics that are dead-letter topics by their name or by `dlq`. */
export const DEAD_LETTERS: readonly Family[] = [
  {
    ...facts,
    type: 'gauge',
    name: 'kafka_dlq_depth',
    help: 'Records that the dead-letter topic holds, as its offsets tell: on a compacted or transactional one the most that there can be',
    labels: ['topic', 'partition'],
    samples: s => perPartition(s, view => view.depth),
  },
  {
    ...facts,
    type: 'gauge',
    name: 'kafka_dlq_undrained',
    help: 'Records of the dead-letter topic that its group in dlq.drained_by has not read; absent where none is named or it cannot be read',
    labels: ['topic', 'partition'],
    samples: s => perPartition(s, view => view.undrained),
  },
  {
    ...facts,
    type: 'counter',
    name: 'kafka_dlq_records_total',
    help: 'Records that have arrived in the dead-letter topic since it was created, as its offsets tell; begins anew where it is created anew',
    labels: ['topic', 'partition'],
    samples: s => perPartition(s, view => view.arrived),
  },
  {
    ...facts,
    type: 'gauge',
    name: 'kafka_dlq_oldest_record_timestamp_seconds',
    help: 'Time stamp of the first record that the dead-letter topic holds; absent where it is empty',
    labels: ['topic'],
    samples: s => perTopic(s, view => view.oldestAt, Math.min),
  },
  {
    ...facts,
    type: 'gauge',
    name: 'kafka_dlq_newest_record_timestamp_seconds',
    help: 'Highest time stamp of a record that the dead-letter topic holds; absent where it is empty, and with brokers before Kafka 3.0',
    labels: ['topic'],
    samples: s => perTopic(s, view => view.newestAt, Math.max),
  },
  {
    ...facts,
    type: 'counter',
    name: 'kafka_dlq_cause_total',
    help: 'Dead letters seen to arrive, by what their headers tell; cause unread: not looked at, other: beyond 100 for the topic',
    labels: ['topic', 'source_topic', 'consumergroup', 'cause'],
    *samples({ deadLetterCauses }) {
      for (const { topic, causes } of deadLetterCauses) {
        for (const { sourceTopic, group, cause, published } of causes) {
          yield [published, topic, sourceTopic, group, cause]
        }
      }
    },
  },
  {
    ...facts,
    type: 'counter',
    name: 'kafka_dlq_malformed_headers_total',
    help: 'Dead letters seen to arrive with a header of a known convention that has not the form it should have',
    labels: ['topic'],
    *samples({ deadLetterCauses }) {
      for (const { topic, malformed } of deadLetterCauses) yield [malformed, topic]
    },
  },
]

function* perPartition({ deadLetters, topology }: Snapshot, column: Column): Iterable<Sample> {
  const values = column(deadLetters)
  for (const [i, row] of deadLetters.rows.entries()) {
    const value = values[i] as number
    if (Number.isNaN(value)) continue
    const t = topicOfRow(topology, row)
    yield [value, topology.topics[t] as string, String(row - (topology.start[t] as number))]
  }
}

/** Over the partitions of which it is known. */
function* perTopic(
  { deadLetters, topology }: Snapshot,
  column: Column,
  choose: (a: number, b: number) => number,
): Iterable<Sample> {
  const values = column(deadLetters)
  const chosen = new Map<number, number>()
  for (const [i, row] of deadLetters.rows.entries()) {
    const value = values[i] as number
    if (Number.isNaN(value)) continue
    const t = topicOfRow(topology, row)
    chosen.set(t, choose(value, chosen.get(t) ?? value))
  }
  for (const [t, at] of chosen) yield [secondsOf(at), topology.topics[t] as string]
}
