import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RangeChunk, type RangeOptions, readRange } from '../../../src/admin/replay/read-range.ts'
import type { RecordTailer, TailAnswer, TailMap } from '../../../src/model/tail.ts'

const record = (partition: number, offset: number) => ({
  partition,
  offset,
  timestamp: 1,
  key: null,
  value: null,
  headers: [],
})
const read = (row: number, offsets: readonly number[], nextOffset: number, unreadable = 0): TailAnswer => ({
  kind: 'read',
  row,
  records: offsets.map(offset => record(row, offset)),
  unreadable,
  nextOffset,
  end: 1_000,
})
const failed = (row: number, code: string): TailAnswer => ({
  kind: 'failed',
  row,
  code,
  message: `b 1: ${code}`,
})

/** A range over passes that are scripted: each what one pass of the tailer answers. */
async function range(
  passes: readonly (readonly TailAnswer[])[],
  { positions = [0], ends = [10], starts = [0], signal = new AbortController().signal } = {},
) {
  const asked: (readonly [row: number, offset: number])[][] = []
  const taken: unknown[] = []
  let maps = 0
  const tailer: RecordTailer = {
    async read(_map, rows, _limits, take) {
      asked.push(rows.map(({ row, offset }) => [row, offset] as const))
      for (const answer of passes[asked.length - 1] ?? []) await take(answer)
      return 0
    },
    close: async () => {},
  }
  const options: RangeOptions = {
    tailer,
    readMap: async () => {
      maps++
      return {} as TailMap
    },
    readStarts: async () => Float64Array.from(starts),
    positions: Float64Array.from(positions),
    ends: Float64Array.from(ends),
    signal,
    take: async ({ partition, records, unreadable, deleted, nextOffset }: RangeChunk) => {
      taken.push([partition, records.map(({ offset }) => offset), unreadable, deleted, nextOffset])
    },
  }
  await readRange(options)
  return { asked, taken, maps }
}

test('each partition is read on from where it is, up to its end and no further', async () => {
  const { asked, taken } = await range(
    [[read(0, [0, 1], 5), read(1, [7], 8)], [read(0, [8, 9, 10, 11], 12, 1)]],
    { positions: [0, 7], ends: [10, 8] },
  )
  assert.deepEqual(asked, [
    [
      [0, 0],
      [1, 7],
    ],
    [[0, 5]],
  ])
  assert.deepEqual(taken, [
    [0, [0, 1], 0, 0, 5],
    [1, [7], 0, 0, 8],
    [0, [8, 9], 1, 0, 10],
  ])
})

test('what was deleted before it was read is passed over, and told of', async () => {
  const outOfRange: TailAnswer = { kind: 'out_of_range', row: 0 }
  const { taken } = await range([[outOfRange], [read(0, [6], 10)]], { starts: [6] })
  assert.deepEqual(taken, [
    [0, [], 0, 6, 6],
    [0, [6], 0, 0, 10],
  ])
  const all = await range([[outOfRange]], { starts: [40] })
  assert.deepEqual(all.taken, [[0, [], 0, 10, 10]])
})

test('where the leader is asked for again after a failure', async () => {
  const { asked, taken, maps } = await range([[failed(0, 'NOT_LEADER_OR_FOLLOWER')], [read(0, [0], 10)]])
  assert.deepEqual(asked, [[[0, 0]], [[0, 0]]])
  assert.deepEqual(taken, [[0, [0], 0, 0, 10]])
  assert.equal(maps, 2)
})

test('a topic that may not be read ends it at once, with what to do', async () => {
  await assert.rejects(range([[failed(0, 'TOPIC_AUTHORIZATION_FAILED')]]), {
    code: 'TOPIC_AUTHORIZATION_FAILED',
    message: 'b 1: TOPIC_AUTHORIZATION_FAILED: it may not be read: grant READ on the topic',
  })
})

test('nothing is taken after the user wanted to end', async () => {
  const signal = AbortSignal.abort()
  await assert.rejects(range([[read(0, [0], 10)]], { signal }), { code: 'INTERRUPTED' })
})
