import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StateStore } from '../../src/model/ports.ts'
import type { RecordWatcher } from '../../src/model/record-watch.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { RecordTailer, TailedRecord } from '../../src/model/tail.ts'
import { RecordWatch } from '../../src/pipeline/record-watch.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { FakeLogs } from './fake-logs.ts'

const ALL = Number.POSITIVE_INFINITY

/** Counts by topic; what it has published is what was durable. */
class Counting implements RecordWatcher {
  readonly name = 'counting'
  readonly taken: string[] = []
  readonly begun: string[] = []
  shown: Record<string, number> = {}
  #counts: Record<string, number> = {}
  readonly #wants: (topic: string) => number

  constructor(wants: (topic: string) => number = () => ALL) {
    this.#wants = wants
  }
  wants(topic: string): number {
    return this.#wants(topic)
  }
  #count(key: string, n: number): void {
    this.#counts[key] = (this.#counts[key] ?? 0) + n
  }
  take(topic: string, records: readonly TailedRecord[], _signal: AbortSignal): void | Promise<void> {
    for (const { partition, offset } of records) this.taken.push(`${topic}/${partition}@${offset}`)
    this.#count(`${topic} taken`, records.length)
  }
  passOver(topic: string, count: number, why: string): void {
    this.#count(`${topic} ${why}`, count)
  }
  keepOnly(): void {}
  begunAnew(topic: string): void {
    this.begun.push(topic)
  }
  save(): unknown {
    return { ...this.#counts }
  }
  restore(saved: unknown): void {
    this.#counts = { ...(saved as Record<string, number>) }
  }
  publish(): void {
    this.shown = { ...this.#counts }
  }
}

/** A file that outlives whoever writes it. */
class Disk implements StateStore {
  bytes: Uint8Array | null = null
  gate: Promise<void> = Promise.resolve()
  async load() {
    return this.bytes
  }
  async save(bytes: Uint8Array) {
    await this.gate
    this.bytes = bytes
  }
}

interface Watching {
  readonly watcher: RecordWatcher
  readonly snapshot: () => Snapshot | null
  readonly store?: StateStore | null
  readonly tailer: RecordTailer
  readonly clock?: { now: number }
}

function watching({ watcher, snapshot, store = null, tailer, clock = { now: 1_000_000 } }: Watching) {
  const said: string[] = []
  const log = (_fields: object, message: string) => said.push(message)
  const watch = new RecordWatch(
    { maxBytesPerSecond: 1_000_000, saveTimeoutMs: 5_000 },
    {
      tailer,
      snapshot,
      watchers: [watcher],
      store,
      clock: () => clock.now,
      log: { debug: log, info: log, warn: log, error: log },
    },
  )
  /** A pass so long after the last that a save is due. */
  const pass = async (ms = 5_000) => {
    clock.now += ms
    await watch.pass()
  }
  return { watch, pass, said, clock }
}

/** What a poll says of the logs as they are. */
const polled = (logs: FakeLogs, more: { readonly clusterId?: string } = {}) =>
  buildSnapshot({ clusterId: 'c1', ...more, topics: logs.facts() })

test('it begins at the end, hands over what arrives and goes on there after a restart', async () => {
  const logs = new FakeLogs({ orders: [3, 0] })
  const disk = new Disk()
  const watcher = new Counting()
  const { pass, watch } = watching({ watcher, store: disk, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  assert.deepEqual([watcher.taken, watcher.shown], [[], {}])
  logs.append('orders', 0, 2)
  logs.append('orders', 1, 1)
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@3', 'orders/0@4', 'orders/1@0'])
  assert.deepEqual(watcher.shown, { 'orders taken': 3 })
  await watch.stop()

  logs.append('orders', 1, 2)
  const next = new Counting()
  const again = watching({ watcher: next, store: disk, tailer: logs, snapshot: () => polled(logs) })
  await again.pass()
  assert.deepEqual([next.taken, next.shown], [['orders/1@1', 'orders/1@2'], { 'orders taken': 5 }])
})

test('what was not saved before a kill is read again, and counted once', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const disk = new Disk()
  const first = watching({
    watcher: new Counting(),
    store: disk,
    tailer: logs,
    snapshot: () => polled(logs),
  })
  await first.pass()
  logs.append('orders', 0, 10)
  await first.pass()
  logs.append('orders', 0, 5)
  // Too soon for a save; then it is killed.
  await first.pass(1_000)
  const watcher = new Counting()
  const { pass } = watching({ watcher, store: disk, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  assert.deepEqual(watcher.shown, { 'orders taken': 15 })
})

test('nothing is shown before it is durable', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const disk = new Disk()
  const watcher = new Counting()
  const { pass } = watching({ watcher, store: disk, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  let open: () => void = () => {}
  disk.gate = new Promise(resolve => {
    open = resolve
  })
  logs.append('orders', 0, 4)
  const passing = pass()
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual([watcher.taken.length, watcher.shown], [4, {}])
  open()
  await passing
  assert.deepEqual(watcher.shown, { 'orders taken': 4 })
})

test('of a sampled topic some are taken and the rest is told of', async () => {
  const logs = new FakeLogs({ orders: [0, 0] })
  const watcher = new Counting(() => 4)
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass(1_000)
  logs.append('orders', 0, 50)
  logs.append('orders', 1, 1)
  await pass(1_000)
  assert.deepEqual(watcher.taken, ['orders/0@0', 'orders/0@1', 'orders/1@0'])
  await pass()
  assert.deepEqual(watcher.shown, { 'orders taken': 3, 'orders jumped': 48 })
})

test('one partition in which all arrives has a tenth of what the topic may have', async () => {
  const logs = new FakeLogs({ orders: Array.from({ length: 50 }, () => 0) })
  const watcher = new Counting(() => 1_000)
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass(1_000)
  logs.append('orders', 7, 130)
  await pass(1_000)
  await pass()
  assert.deepEqual(watcher.shown, { 'orders taken': 100, 'orders jumped': 30 })
})

test('what comes into being under our eyes is read from its start', async () => {
  const logs = new FakeLogs({ orders: [7] })
  const watcher = new Counting()
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  logs.create('added', [2])
  logs.addPartition('orders', 1)
  await pass()
  assert.deepEqual(watcher.taken, ['orders/1@0', 'added/0@0', 'added/0@1'].sort(byTopic))
  assert.deepEqual(watcher.begun, [])
  watcher.taken.length = 0
  logs.create('orders', [2])
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@0', 'orders/0@1'])
  await pass()
  assert.deepEqual(watcher.begun, ['orders'])
})
const byTopic = (a: string, b: string) => (a < b ? -1 : 1)

test('a topic that is not to be seen for a while goes on where it was', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const watcher = new Counting()
  let isSeen = true
  const none = buildSnapshot({ clusterId: 'c1', topics: [] })
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => (isSeen ? polled(logs) : none) })
  await pass()
  isSeen = false
  logs.append('orders', 0, 2)
  await pass()
  isSeen = true
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@0', 'orders/0@1'])
})

test('what retention took before it was read is told of', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const watcher = new Counting()
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  logs.append('orders', 0, 10)
  logs.deleteBefore('orders', 0, 6)
  await pass()
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@6', 'orders/0@7', 'orders/0@8', 'orders/0@9'])
  assert.deepEqual(watcher.shown, { 'orders jumped': 6, 'orders taken': 4 })
})

test('a log that was cut off goes on at its new end', async () => {
  const logs = new FakeLogs({ orders: [9] })
  const watcher = new Counting()
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  logs.truncate('orders', 0, 5)
  await pass()
  logs.append('orders', 0, 1)
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@5'])
})

test('where a log ends is believed of a poll that began after its position lay behind, and of none before', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const watcher = new Counting()
  const clock = { now: 1_000_000 }
  const look = () => buildSnapshot({ clusterId: 'c1', takenAt: clock.now, topics: logs.facts() })
  let snapshot = look()
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => snapshot, clock })
  await pass(1_000)
  logs.append('orders', 0, 50)
  await pass(1_000)
  // Ahead of the poll, and then overtaken by retention: it is not read from where the poll saw the end.
  logs.append('orders', 0, 50)
  logs.deleteBefore('orders', 0, 80)
  await pass(1_000)
  await pass(1_000)
  snapshot = look()
  await pass(5_000)
  await pass(5_000)
  assert.deepEqual(watcher.shown, { 'orders taken': 70, 'orders jumped': 30 })
  logs.truncate('orders', 0, 90)
  await pass(1_000)
  clock.now += 1_000
  snapshot = look()
  await pass(1_000)
  logs.append('orders', 0, 2)
  await pass(5_000)
  assert.deepEqual(watcher.taken.slice(-2), ['orders/0@90', 'orders/0@91'])
})

test('damaged records are told of', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const watcher = new Counting()
  const { pass } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  logs.append('orders', 0, 3)
  logs.spoil('orders', 0, 1)
  await pass()
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@0', 'orders/0@2'])
  assert.deepEqual(watcher.shown, { 'orders taken': 2, 'orders unreadable': 1 })
})

test('a topic that may not be read is told of once, asked for rarely, and read on where it was', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const watcher = new Counting()
  const { pass, said, watch } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  logs.denied.add('orders')
  logs.append('orders', 0, 1)
  await pass()
  const asked = logs.reads.length
  await pass()
  await pass()
  assert.equal(logs.reads.slice(asked).flat().length, 0)
  assert.deepEqual(said, [
    'records cannot be read: orders-0: TOPIC_AUTHORIZATION_FAILED. grant READ on it, or leave it out',
  ])
  assert.deepEqual(watch.unreadable, new Map([['orders', 'TOPIC_AUTHORIZATION_FAILED']]))
  logs.denied.clear()
  await pass(60_000)
  assert.deepEqual(watcher.taken, ['orders/0@0'])
  assert.deepEqual(said.slice(1), ['records are read again'])
})

test('positions of another cluster, or damaged ones, are not used', async () => {
  const logs = new FakeLogs({ orders: [4] })
  for (const [bytes, message] of [
    [
      Buffer.from(
        '{"version":1,"clusterId":"c0","topics":{"orders":{"topicId":"","next":[1]}},"watchers":{}}',
      ),
      'positions of records belong to another cluster: they begin at the ends',
    ],
    [
      Buffer.from('{"version":1,'),
      'positions of records are ignored, they begin at the ends: positions of records: no JSON',
    ],
    [
      Buffer.from(
        '{"version":1,"clusterId":"c1","topics":{"orders":{"topicId":"","next":[-1]}},"watchers":{}}',
      ),
      'positions of records are ignored, they begin at the ends: positions of records: an offset of orders',
    ],
  ] as const) {
    const disk = new Disk()
    disk.bytes = bytes
    const watcher = new Counting()
    const { pass, said } = watching({ watcher, store: disk, tailer: logs, snapshot: () => polled(logs) })
    await pass()
    assert.deepEqual([watcher.taken, said], [[], [message]])
  }
})

test('a watcher that fails is told of; where it stands moves on all the same', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const watcher = new Counting()
  let calls = 0
  watcher.take = () => {
    calls++
    throw new Error('a defect')
  }
  const { pass, said } = watching({ watcher, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  logs.append('orders', 0, 1)
  await pass()
  await pass()
  assert.equal(calls, 1)
  assert.deepEqual(said, ['counting: records of orders are not counted: a defect'])
})

test('at the end nobody is waited for, and what was not taken is taken by who goes on', async () => {
  const logs = new FakeLogs({ orders: [0] })
  const disk = new Disk()
  /** It waits for something that never comes. */
  class Waiting extends Counting {
    onTake: (() => void) | null = null
    override async take(topic: string, records: readonly TailedRecord[], signal: AbortSignal): Promise<void> {
      if (this.onTake === null) return super.take(topic, records, signal)
      this.onTake()
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
      signal.throwIfAborted()
    }
  }
  const waiting = new Waiting()
  const first = watching({ watcher: waiting, store: disk, tailer: logs, snapshot: () => polled(logs) })
  await first.pass()
  logs.append('orders', 0, 3)
  await first.pass()
  logs.append('orders', 0, 2)
  const isWaiting = new Promise<void>(resolve => {
    waiting.onTake = resolve
  })
  first.watch.start()
  await isWaiting
  await first.watch.stop()
  assert.deepEqual(first.said, [])
  const watcher = new Counting()
  const { pass } = watching({ watcher, store: disk, tailer: logs, snapshot: () => polled(logs) })
  await pass()
  assert.deepEqual(watcher.taken, ['orders/0@3', 'orders/0@4'])
  assert.deepEqual(watcher.shown, { 'orders taken': 5 })
})
