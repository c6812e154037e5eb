import type { Lab } from '../harness/lab.ts'
import type { Batch, CommitRows } from '../harness/lab-types.ts'

export const TOPICS = 100
export const PARTITIONS_PER_TOPIC = 20
export const GROUPS = 200
export const COMMITS_PER_GROUP = 250
const ROWS = TOPICS * PARTITIONS_PER_TOPIC

/** As odd as brokers let them be. '.' and '_' count as the same letter: only one of such a pair may exist. */
const ODD_TOPICS = ['a', '-', '...dots...', '0', 'Orders.V2-eu__west', '_one_underscore', 'x'.repeat(249)]
/** Group ids have no alphabet at all. */
const ODD_GROUPS = [
  'g',
  '..',
  'a/b/../c',
  'space and "quotes"',
  'back\\slash',
  'line\nbreak',
  '100% {curly} =,',
  'grüße-消費者-🐢',
  `connect-${'y'.repeat(241)}`,
]

const nameOf = (odd: readonly string[], kind: string, index: number) =>
  odd[index] ?? `${kind}.domain-${index % 7}_no-${String(index).padStart(3, '0')}`

export const topicOf = (row: number) => nameOf(ODD_TOPICS, 'topic', Math.floor(row / PARTITIONS_PER_TOPIC))
export const groupOf = (index: number) => nameOf(ODD_GROUPS, 'group', index)

/** Some logs are empty, some have lost their beginning. */
const endOf = (row: number) => (row % 7 === 0 ? 0 : 10 + ((row * 31) % 40))
const startOf = (row: number) => (row % 211 === 1 && endOf(row) > 0 ? 5 : 0)

/** 2,000 partitions, 200 groups without members and 50,000 commits between start and end of their logs. */
export async function createLargeEstate(lab: Lab): Promise<void> {
  await lab.createTopics(
    Array.from({ length: TOPICS }, (_, t) => ({
      name: topicOf(t * PARTITIONS_PER_TOPIC),
      partitions: PARTITIONS_PER_TOPIC,
      replication: 1,
    })),
  )
  const batches: Batch[] = []
  for (let row = 0; row < ROWS; row++) {
    if (endOf(row) > 0) batches.push({ ...placeOf(row), count: endOf(row) })
  }
  // Some at a time: a broker that still makes the logs of all of them would let requests for the last ones time out.
  for (let i = 0; i < batches.length; i += 200) await lab.produce(batches.slice(i, i + 200))
  for (let row = 0; row < ROWS; row++) {
    if (startOf(row) > 0) await lab.deleteRecords(topicOf(row), row % PARTITIONS_PER_TOPIC, startOf(row))
  }
  await lab.commitOffsets(Array.from({ length: GROUPS }, (_, g) => commitRows(g, 0)))
}

/** What a group commits; in each step one offset further, and at the end from the beginning again. */
export function commitRows(group: number, step: number): CommitRows {
  const rows = Array.from({ length: COMMITS_PER_GROUP }, (_, i) => (group * 37 + i) % ROWS)
  return {
    group: groupOf(group),
    offsets: rows.map(row => [topicOf(row), row % PARTITIONS_PER_TOPIC, commitOf(group, row, step)] as const),
  }
}

function commitOf(group: number, row: number, step: number): number {
  return startOf(row) + ((group * 131 + row * 17 + step) % (endOf(row) - startOf(row) + 1))
}

function placeOf(row: number) {
  return { topic: topicOf(row), partition: row % PARTITIONS_PER_TOPIC }
}
