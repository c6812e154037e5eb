import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type Samples, valueIn } from './exposition-text.ts'
import { ALL_FAMILIES, type Cell, cellOf, polled, takenAt } from './lag-clock.ts'
import { startTraffic } from './traffic.ts'
import { type Generation, type WatchedExporter, watchExporter } from './watched-exporter.ts'

const RETENTION_MS = 12_000
const SEGMENT_MS = 1_000
const HEADROOM = 'kafka_consumergroup_retention_headroom_seconds'
const LOST = 'kafka_consumergroup_lost_offsets_total'

let kafka: KafkaCluster
let lab: Lab
let exporter: WatchedExporter

before(async () => {
  kafka = await startKafka({
    brokers: 1,
    properties: { 'log.retention.check.interval.ms': '500', 'log.initial.task.delay.ms': '0' },
  })
  lab = await startLab(kafka)
})
after(async () => {
  await exporter?.stop()
  await lab?.close()
  await kafka?.close()
})

const committedOf = (samples: Samples, cell: Cell) =>
  valueIn(samples, 'kafka_consumergroup_current_offset', { ...cell })
const startOf = (samples: Samples, { topic, partition }: Cell) =>
  valueIn(samples, 'kafka_topic_partition_oldest_offset', { topic, partition })
const lostOf = (samples: Samples, { consumergroup, topic }: Cell) =>
  valueIn(samples, LOST, { consumergroup, topic })

/** Scrapes from before retention took what the group waits for, and the first one after. */
function beforeLoss(seen: readonly Generation[], cell: Cell) {
  const at = seen.findIndex(({ samples }) => startOf(samples, cell)! > committedOf(samples, cell)!)
  assert.ok(at > 0, 'the loss was seen to come')
  return { whole: seen.slice(0, at), passed: seen[at]! }
}

test('retention that passes a stopped consumer is foreseen, and what it took is counted to the offset', async t => {
  const stopped = cellOf('stopped', 'short')
  const empty = cellOf('empty', 'short')
  const quick = cellOf('quick', 'short')
  const configs = { 'retention.ms': String(RETENTION_MS), 'segment.ms': String(SEGMENT_MS) }
  await lab.createTopics([{ name: 'short', configs }])
  const traffic = startTraffic(lab, 'short')
  for (const { consumergroup } of [stopped, quick])
    await lab.join({ member: consumergroup, kind: 'classic', group: consumergroup, topics: ['short'] })
  await lab.commitOffsets([{ group: empty.consumergroup, offsets: [['short', 0, 3]] }])
  exporter = await watchExporter(`
clusters: [{brokers: ['${kafka.brokers[0]}'], poll_interval: 1s}]
${ALL_FAMILIES}
web: {listen_address: '127.0.0.1:0'}
`)
  await exporter.until('all are read', s =>
    [stopped, empty, quick].every(c => committedOf(s, c) !== undefined),
  )
  const observed = exporter.observe()
  await lab.steer('stopped', { wedged: [['short', 0]] })
  await exporter.until('the stopped one waits', s => {
    const lag = valueIn(s, 'kafka_consumergroup_lag', { ...stopped })
    return lag !== undefined && lag > 5
  })
  const waitsAt = committedOf(exporter.now(), stopped)!
  const [first, stoppedAt] = await lab.timestamps([
    ['short', 0, 3],
    ['short', 0, waitsAt],
  ])
  await exporter.until('both are passed', s => [stopped, empty].every(cell => lostOf(s, cell)! > 0))
  await traffic.stop()
  const end = await waitUntil('retention has taken everything', async () => {
    const { start, end } = (await lab.oracle()).topics.short!.partitions[0]!
    return start === end && end!
  })
  const { samples: last } = await exporter.nextPoll()

  assert.deepEqual(
    [stopped, empty, quick].map(cell => [cell.consumergroup, lostOf(last, cell)]),
    [
      ['stopped', end - waitsAt],
      ['empty', end - 3],
      ['quick', 0],
    ],
  )
  const seen = polled(observed.generations()).filter(({ samples }) => startOf(samples, empty) !== undefined)
  for (const { samples } of seen) {
    for (const cell of [stopped, empty, quick]) {
      const gone = Math.max(0, startOf(samples, cell)! - committedOf(samples, cell)!)
      assert.equal(lostOf(samples, cell), gone, `${cell.consumergroup} at ${takenAt(samples)}`)
    }
  }

  for (const [cell, record] of [
    [empty, first!],
    [stopped, stoppedAt!],
  ] as const) {
    const { whole, passed } = beforeLoss(seen, cell)
    const told = whole.flatMap(({ samples }) => {
      const seconds = valueIn(samples, HEADROOM, { ...cell })
      const waits = committedOf(samples, cell) === record.offset
      return seconds === undefined || !waits
        ? []
        : [{ at: takenAt(samples), ms: Math.round(seconds * 1_000) }]
    })
    t.diagnostic(`${cell.consumergroup}: headroom ${told.map(({ ms }) => ms)} ms, then lost`)
    assert.ok(told.length >= 5, `${told.length} scrapes with headroom`)
    for (const { at, ms } of told) {
      assert.equal(ms, Math.max(0, record.timestamp + RETENTION_MS - at))
      assert.ok(at + ms <= takenAt(passed.samples), 'never more than there was')
    }
    assert.ok(told.at(-1)!.ms <= 1_000, 'it had come to nothing')
  }
  assert.deepEqual(observed.broken, [])
})
