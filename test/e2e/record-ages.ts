import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import type { Compression, Lab } from '../harness/lab.ts'
import type { RecordTime } from '../harness/lab-types.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { valueIn } from './exposition-text.ts'
import { type Cell, cellOf, lagMs, lagOf, polled, takenAt, uncertaintyMs } from './lag-clock.ts'
import { configOf, type LagWorld } from './lag-world.ts'
import { type WatchedExporter, watchExporter } from './watched-exporter.ts'

const CODECS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const TYPES = ['CreateTime', 'LogAppendTime'] as const
const MINUTE = 60_000
const DAY = 86_400_000
/** In the middle of a batch whose stamps lie hours apart: its header alone would not tell. */
const COMMITTED = 7

let lab: Lab
let exporter: WatchedExporter
let start: number

const topicOf = (codec: Compression, type: string) => `${codec}-${type}`.toLowerCase()

/** Every scrape since the first poll told the age of exactly this record. */
function assertExact(cell: Cell, record: RecordTime): void {
  const seen = polled(exporter.generations).filter(({ samples }) => (lagOf(samples, cell) ?? 0) > 0)
  assert.ok(seen.length >= 3, `${seen.length} scrapes with lag`)
  for (const { samples } of seen) {
    const age = lagMs(samples, cell)
    assert.equal(age, takenAt(samples) - record.timestamp, JSON.stringify(cell))
    assert.equal(uncertaintyMs(samples, cell), 0)
    assert.equal(
      valueIn(samples, 'kafka_consumergroup_head_timestamp_seconds', { ...cell }),
      record.timestamp / 1_000,
    )
  }
}

/** With READ: the age of the record that waits is read from it. */
export function registerRecordAges(world: () => LagWorld): void {
  describe('the record that waits', () => {
    before(async () => {
      lab = world().lab
      start = Date.now()
      // Records from years ago must not be deleted under the test.
      const kept = { 'retention.ms': '-1' }
      await lab.createTopics([
        ...TYPES.flatMap(type =>
          CODECS.map(codec => ({
            name: topicOf(codec, type),
            configs: { ...kept, 'message.timestamp.type': type },
          })),
        ),
        ...['backdated', 'future'].map(name => ({ name, configs: kept })),
        {
          name: 'compacted',
          configs: { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01' },
        },
      ])
      for (const codec of CODECS) {
        const batch = { count: 20, timestamp: start - 2 * DAY, timestampStepMs: 10 * MINUTE }
        await lab.produce(
          TYPES.map(type => ({ topic: topicOf(codec, type), ...batch })),
          codec,
        )
      }
      await lab.commitOffsets([
        {
          group: 'readers',
          offsets: TYPES.flatMap(type => CODECS.map(codec => [topicOf(codec, type), 0, COMMITTED] as const)),
        },
      ])
      exporter = await watchExporter(configOf(world()))
      await exporter.until(
        'something is known',
        s => lagMs(s, cellOf('readers', topicOf('none', 'CreateTime'))) !== undefined,
      )
      await exporter.nextPoll()
      await exporter.nextPoll()
    })
    after(() => exporter?.stop())

    for (const type of TYPES) {
      for (const codec of CODECS) {
        test(`the age of the record that waits is its own ${type}, codec ${codec}`, async () => {
          const topic = topicOf(codec, type)
          const [record] = await lab.timestamps([[topic, 0, COMMITTED]])
          assert.deepEqual([record!.offset, record!.type], [COMMITTED, type])
          if (type === 'CreateTime')
            assert.equal(record!.timestamp, start - 2 * DAY + COMMITTED * 10 * MINUTE)
          assertExact(cellOf('readers', topic), record!)
        })
      }
    }

    test('old records that are written again are as old as they say', async () => {
      const timestamp = start - 1_000 * DAY
      const cell = cellOf('replayer', 'backdated')
      await lab.commitOffsets([{ group: 'replayer', offsets: [['backdated', 0, 0]] }])
      await exporter.until('it is caught up', s => lagMs(s, cell) === 0)
      await lab.produce([{ topic: 'backdated', count: 3, timestamp, timestampStepMs: DAY }])
      await exporter.until('it is behind', s => (lagOf(s, cell) ?? 0) > 0)
      await exporter.nextPoll()
      await exporter.nextPoll()
      assertExact(cell, { offset: 0, timestamp, type: 'CreateTime' })
    })

    test('behind a hole that compaction left the record that waits is the next one', async () => {
      const cell = cellOf('rereader', 'compacted')
      const keyed = (key: string, hours: number) => ({
        ...{ topic: 'compacted', keys: [key], values: ['x'] },
        timestamp: start - hours * 3_600_000,
      })
      for (let hours = 10; hours > 0; hours--) await lab.produce([keyed('same', hours)])
      const record = await waitUntil('all but the last of a key are gone', async () => {
        // What is appended closes the segment before it, which alone is compacted.
        await lab.produce([keyed('other', 0)])
        const [found] = await lab.timestamps([['compacted', 0, 2]])
        return found!.offset === 9 && found!
      })
      assert.equal(record.timestamp, start - 3_600_000)
      await lab.commitOffsets([{ group: 'rereader', offsets: [['compacted', 0, 2]] }])
      await exporter.until('it is behind', s => (lagOf(s, cell) ?? 0) > 0)
      await exporter.nextPoll()
      await exporter.nextPoll()
      assertExact(cell, record)
      const { topicList } = (await exporter.json('/api/v1/groups/rereader')) as GroupDetail
      assert.deepEqual(
        topicList.map(({ partitions }) => partitions.map(({ holes, readable }) => ({ holes, readable }))),
        [[{ holes: true, readable: true }]],
      )
      assert.equal(
        valueIn(exporter.now(), 'kafka_consumergroup_lost_offsets_total', { topic: 'compacted' }),
        0,
      )
    })

    test('a record from the future waits since it was first seen, and is counted', async () => {
      const cell = cellOf('traveller', 'future')
      await lab.commitOffsets([{ group: 'traveller', offsets: [['future', 0, 0]] }])
      const caughtUp = await exporter.until('it is caught up', s => lagMs(s, cell) === 0)
      const sentAt = Date.now()
      const stamp = sentAt + 30 * MINUTE
      await lab.produce([{ topic: 'future', count: 1, timestamp: stamp }])
      const first = await exporter.until('it is behind', s => lagOf(s, cell) === 1)
      await exporter.nextPoll()
      await exporter.nextPoll()
      const behind = polled(exporter.generations).filter(({ samples }) => lagOf(samples, cell) === 1)
      assert.ok(behind.length >= 3)
      const since = new Set(behind.map(({ samples }) => takenAt(samples) - lagMs(samples, cell)!))
      assert.equal(since.size, 1, 'its clock starts once')
      const [at] = since as Set<number>
      assert.ok(
        at! >= sentAt && at! <= takenAt(first.samples),
        `${at} is between ${sentAt} and the first poll`,
      )
      assert.equal(
        valueIn(first.samples, 'kafka_consumergroup_head_timestamp_seconds', { ...cell }),
        stamp / 1_000,
      )
      const counted = 'kafka_topic_future_timestamps_total'
      assert.equal(valueIn(caughtUp.samples, counted, { topic: 'future' }) ?? 0, 0)
      assert.equal(valueIn(exporter.now(), counted, { topic: 'future' }), 1)
    })
  })
}
