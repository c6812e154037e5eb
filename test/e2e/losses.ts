import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Lab } from '../harness/lab.ts'
import type { Batch, RecordTime } from '../harness/lab-types.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type Samples, valueIn } from './exposition-text.ts'
import { type Cell, cellOf, lagOf, polled, takenAt } from './lag-clock.ts'
import { configOf, type LagWorld } from './lag-world.ts'
import { startTraffic, type Traffic } from './traffic.ts'
import { type Generation, type WatchedExporter, watchExporter } from './watched-exporter.ts'

const RETENTION_MS = 12_000
/** Some polls, and some commits of a member that is told to stand. */
const STANDING_MS = 2_500
const MEBIBYTE = 1_048_576
const HEADROOM = 'kafka_consumergroup_retention_headroom_seconds'
const LOST = 'kafka_consumergroup_lost_offsets_total'
/** Where the group without members stands. */
const EMPTY_AT = 3

/** Two groups that retention passes, a member that stands still and a group without one; and one that keeps up. */
interface Case {
  readonly stopped: Cell
  readonly empty: Cell
  readonly quick: Cell
  readonly traffic: Traffic
}

let lab: Lab
let exporter: WatchedExporter
let byTime: Case
let byBytes: Case
/** The record that each group waits for. */
const waiting = new Map<Cell, RecordTime>()

/** Retention needs its time: everything begins here, and is looked at in the end. */
export async function startLosses(world: LagWorld): Promise<void> {
  lab = world.lab
  byTime = await begin('short', { 'retention.ms': `${RETENTION_MS}`, 'segment.ms': '1000' }, { count: 1 })
  const limits = {
    'retention.ms': '-1',
    'retention.bytes': `${3 * MEBIBYTE}`,
    'segment.bytes': `${MEBIBYTE}`,
  }
  byBytes = await begin('narrow', limits, { values: Array.from({ length: 40 }, () => 'x'.repeat(1_000)) })
  const cells = [byTime, byBytes].flatMap(({ stopped, empty, quick }) => [stopped, empty, quick])
  exporter = await watchExporter(configOf(world))
  await exporter.until('all are read', s => cells.every(cell => committedOf(s, cell) !== undefined))
  for (const { stopped, empty } of [byTime, byBytes]) {
    await lab.steer(stopped.consumergroup, { wedged: [[stopped.topic, 0]] })
    const { samples } = await exporter.until('it stands and waits', standing(stopped))
    const offsets = [EMPTY_AT, committedOf(samples, stopped)!]
    const [first, later] = await lab.timestamps(offsets.map(offset => [stopped.topic, 0, offset] as const))
    waiting.set(empty, first!).set(stopped, later!)
  }
}

/** Behind, and at the same place for some polls: what it was at when it was told to stand is committed late. */
function standing(cell: Cell): (samples: Samples) => boolean {
  let offset: number | undefined
  let since = 0
  return samples => {
    const committed = committedOf(samples, cell)
    if (committed !== offset) since = takenAt(samples)
    offset = committed
    return (lagOf(samples, cell) ?? 0) > 5 && takenAt(samples) - since >= STANDING_MS
  }
}

export async function stopLosses(): Promise<void> {
  await Promise.all([byTime, byBytes].map(one => one?.traffic.stop()))
  await exporter?.stop()
}

async function begin(
  topic: string,
  configs: Readonly<Record<string, string>>,
  records: Pick<Batch, 'count' | 'values'>,
): Promise<Case> {
  const cell = (name: string) => cellOf(`${name}-${topic}`, topic)
  const [stopped, empty, quick] = [cell('stopped'), cell('empty'), cell('quick')]
  await lab.createTopics([{ name: topic, configs }])
  const traffic = startTraffic(lab, topic, 1, records)
  for (const { consumergroup } of [stopped, quick])
    await lab.join({ member: consumergroup, kind: 'classic', group: consumergroup, topics: [topic] })
  await lab.commitOffsets([{ group: empty.consumergroup, offsets: [[topic, 0, EMPTY_AT]] }])
  return { stopped, empty, quick, traffic }
}

function committedOf(samples: Samples, cell: Cell): number | undefined {
  return valueIn(samples, 'kafka_consumergroup_current_offset', { ...cell })
}

function startOf(samples: Samples, { topic, partition }: Cell): number | undefined {
  return valueIn(samples, 'kafka_topic_partition_oldest_offset', { topic, partition })
}

function lostOf(samples: Samples, { consumergroup, topic }: Cell): number | undefined {
  return valueIn(samples, LOST, { consumergroup, topic })
}

async function logOf({ topic }: Cell) {
  const { start, end } = (await lab.oracle()).topics[topic]!.partitions[0]!
  return { start: start!, end: end! }
}

/** Every scrape told as much lost as was gone by then, and in the end it is what Kafka's Admin client says. */
async function assertCounted({ stopped, empty, quick }: Case, start: number): Promise<void> {
  const { samples: last } = await exporter.nextPoll()
  const lost = [stopped, empty, quick].map(cell => lostOf(last, cell))
  assert.deepEqual(lost, [start - waiting.get(stopped)!.offset, start - EMPTY_AT, 0])
  for (const { samples } of polled(exporter.generations)) {
    for (const cell of [stopped, empty, quick]) {
      const committed = committedOf(samples, cell)
      if (committed === undefined) continue
      const gone = Math.max(0, startOf(samples, cell)! - committed)
      assert.equal(lostOf(samples, cell), gone, `${cell.consumergroup} at ${takenAt(samples)}`)
    }
  }
}

/** What was told while the group waited for its record, and when that was gone. */
function headroomsOf(t: TestContext, cell: Cell) {
  const { offset } = waiting.get(cell)!
  const seen: readonly Generation[] = polled(exporter.generations).filter(
    ({ samples }) => committedOf(samples, cell) === offset,
  )
  const at = seen.findIndex(({ samples }) => startOf(samples, cell)! > offset)
  assert.ok(at > 0, 'the loss was seen to come')
  const told = seen.slice(0, at).flatMap(({ samples }) => {
    const seconds = valueIn(samples, HEADROOM, { ...cell })
    return seconds === undefined ? [] : [{ at: takenAt(samples), ms: Math.round(seconds * 1_000) }]
  })
  t.diagnostic(`${cell.consumergroup}: headroom ${told.map(({ ms }) => ms)} ms, then lost`)
  assert.ok(told.length >= 5, `${told.length} scrapes with headroom`)
  assert.ok(told.at(-1)!.ms <= 2_000, 'it had come to nothing')
  return { told, goneBy: takenAt(seen[at]!.samples) }
}

/** What retention takes, and how it is foreseen. */
export function registerLosses(): void {
  test('retention by time that passes a stopped consumer is foreseen, and what it took is counted to the offset', async t => {
    const { stopped, empty, traffic } = byTime
    await exporter.until('both are passed', s => [stopped, empty].every(cell => lostOf(s, cell)! > 0))
    await traffic.stop()
    const end = await waitUntil('all is gone', async () => {
      const log = await logOf(stopped)
      return log.start === log.end && log.end
    })
    await assertCounted(byTime, end)
    for (const cell of [stopped, empty]) {
      const { told, goneBy } = headroomsOf(t, cell)
      const { timestamp } = waiting.get(cell)!
      for (const { at, ms } of told) {
        assert.equal(ms, Math.max(0, timestamp + RETENTION_MS - at))
        assert.ok(at + ms <= goneBy, 'never more than there was')
      }
    }
  })

  test('retention by size likewise', async t => {
    const { stopped, empty, traffic } = byBytes
    await exporter.until('both are passed', s => [stopped, empty].every(cell => lostOf(s, cell)! > 0))
    await traffic.stop()
    // What was appended last may still be due.
    await exporter.nextPoll()
    await exporter.nextPoll()
    await assertCounted(byBytes, (await logOf(stopped)).start)
    for (const cell of [stopped, empty]) {
      const { told, goneBy } = headroomsOf(t, cell)
      // An estimate by the speed of the log, which may still change while much is left.
      for (const { at, ms } of told.filter(one => one.ms <= 3_000))
        assert.ok(at + ms <= goneBy, 'never more than there was')
      t.diagnostic(`slack ${told.map(({ at, ms }) => goneBy - at - ms)} ms`)
    }
  })
}
