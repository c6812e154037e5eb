import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { EndOffsets } from '../../../src/consumer/core/end-offsets.ts'
import type { ProgressOptions } from '../../../src/consumer/core/progress-options.ts'
import { ProgressTracker } from '../../../src/consumer/core/progress-tracker.ts'
import { ScriptedConsumer } from '../fakes/scripted-consumer.ts'
import { ScriptedKafka } from '../fakes/scripted-kafka.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function world(options: Partial<ProgressOptions> = {}) {
  const kafka = new ScriptedKafka()
  const consumer = new ScriptedConsumer()
  const clock = { now: 0 }
  const endOffsets = new EndOffsets({ kafka, intervalMs: 3_600_000, timeoutMs: 200 })
  const tracker = new ProgressTracker({
    consumer,
    kafka,
    groupId: 'payments',
    endOffsets,
    now: () => clock.now,
    ...options,
  })
  stops.push(
    () => tracker.stop(),
    () => endOffsets.stop(),
  )
  return { kafka, consumer, clock, endOffsets, tracker }
}

/** One partition with records 0 to 9, of which 4 and on are still to do. */
async function behind(options: Partial<ProgressOptions> = {}) {
  const made = world(options)
  made.kafka.topics = { orders: [[0, 10]] }
  made.kafka.commits = { orders: { 0: 4 } }
  made.consumer.join({ orders: [0] })
  await made.endOffsets.refresh()
  return made
}

const message = (offset: number) => ({
  topic: 'orders',
  partition: 0,
  message: { key: null, value: null, timestamp: '0', offset: `${offset}` },
  heartbeat: async () => {},
  pause: () => () => {},
})

test('from the join on it knows position, end and lag, before a record was fetched', async () => {
  const { tracker } = await behind()
  assert.deepEqual(tracker.partitions(), [
    {
      topic: 'orders',
      partition: 0,
      consumed: null,
      processed: null,
      committed: 4,
      position: 4,
      end: 10,
      lag: 6,
      inFlight: null,
      isPaused: false,
      stalledMs: 0,
      thresholdMs: 300_000,
      advanceAgeMs: 0,
    },
  ])
  assert.equal(tracker.isJoined(), true)
})

test('a wrapped eachMessage counts each record of a long batch', async () => {
  const { tracker, consumer, clock } = await behind({ stalledAfterMs: 60_000 })
  const endBatch = consumer.batch('orders', 0, 4, 9)
  const handle = tracker.eachMessage(async () => {
    clock.now += 50_000
  })
  for (let offset = 4; offset < 8; offset++) {
    await handle(message(offset))
    assert.deepEqual(tracker.liveness().faults, [])
  }
  const told = () => {
    const [partition] = tracker.partitions()
    return [partition?.consumed, partition?.processed, partition?.position, partition?.lag]
  }
  assert.deepEqual(told(), [7, 6, 7, 3])
  await handle(message(8))
  assert.deepEqual(told(), [8, 7, 8, 2])
  endBatch()
  assert.deepEqual(told(), [9, 9, 10, 0])
})

test('records that were processed within one turn of the event loop count by its end, whether anybody asks or not', async () => {
  const { tracker, consumer, clock } = await behind()
  consumer.batch('orders', 0, 4, 9)
  let turns = 0
  tracker.onTurn(() => turns++)
  const handle = tracker.eachMessage(async () => {})
  for (let offset = 4; offset < 8; offset++) await handle(message(offset))
  assert.equal(turns, 0)
  clock.now = 100
  await new Promise(setImmediate)
  assert.equal(turns, 1)
  clock.now = 1_100
  const [partition] = tracker.partitions()
  assert.deepEqual([partition?.processed, partition?.advanceAgeMs], [6, 1_000])
})

test('offsets are numbers, and 10 comes after 9', async () => {
  const { tracker, consumer } = await behind()
  consumer.batch('orders', 0, 8, 11)
  const handle = tracker.eachMessage(async () => {})
  for (const offset of [8, 9, 10, 11]) await handle(message(offset))
  const [partition] = tracker.partitions()
  assert.deepEqual([partition?.consumed, partition?.processed, partition?.position], [11, 10, 11])
})

test('of a record that is read again behind another, all before it stays done', async () => {
  const { tracker, consumer } = await behind()
  consumer.batch('orders', 0, 4, 11)
  const handle = tracker.eachMessage(async () => {})
  for (const offset of [9, 10, 9]) await handle(message(offset))
  const [partition] = tracker.partitions()
  assert.deepEqual([partition?.consumed, partition?.processed, partition?.position], [9, 9, 10])
})

test('what is no offset is not processed', async () => {
  const { tracker } = await behind()
  for (const offset of ['5', 'x', undefined as never]) {
    tracker.processed('orders', 0, offset)
    assert.equal(tracker.partitions()[0]?.processed, 5)
  }
})

test('a record that is handed over once more has not ended', async () => {
  const { tracker, consumer } = await behind()
  consumer.batch('orders', 0, 4, 9)
  const handle = tracker.eachMessage(async () => {})
  for (const offset of [4, 5, 5]) await handle(message(offset))
  const [partition] = tracker.partitions()
  assert.deepEqual([partition?.consumed, partition?.processed, partition?.position], [5, 4, 5])
})

test('a record whose handler fails is consumed and not processed', async () => {
  const { tracker, consumer } = await behind()
  consumer.batch('orders', 0, 4, 9)
  const failing = tracker.eachMessage(() => Promise.reject(new Error('no')))
  await assert.rejects(failing(message(4)), { message: 'no' })
  const [partition] = tracker.partitions()
  assert.deepEqual([partition?.consumed, partition?.processed, partition?.position], [4, null, 4])
})

test('a wrapped eachBatch counts what the handler resolves', async () => {
  const { tracker, consumer } = await behind()
  consumer.batch('orders', 0, 4, 9)
  const resolved: string[] = []
  const batch = {
    topic: 'orders',
    partition: 0,
    highWatermark: '10',
    messages: [],
    isEmpty: () => false,
    firstOffset: () => '4',
    lastOffset: () => '9',
  }
  await tracker.eachBatch(async payload => payload.resolveOffset('6'))({
    batch,
    resolveOffset: offset => void resolved.push(offset),
    heartbeat: async () => {},
    pause: () => () => {},
    commitOffsetsIfNecessary: async () => {},
    isRunning: () => true,
    isStale: () => false,
  })
  assert.deepEqual(resolved, ['6'])
  assert.equal(tracker.partitions()[0]?.position, 7)
})

test('listeners hear of each turn: a fetch, a batch, a record', async () => {
  const { tracker, consumer } = await behind()
  let turns = 0
  const end = tracker.onTurn(() => turns++)
  consumer.tell('fetch_start', { nodeId: 1 })
  consumer.tell('fetch', { nodeId: 1 })
  consumer.batch('orders', 0, 4, 9)()
  tracker.processed('orders', 0, '9')
  await new Promise(setImmediate)
  end()
  consumer.tell('fetch_start', { nodeId: 1 })
  assert.equal(turns, 5)
})

test('while Kafka is away listeners hear of each round of questions, for the loop cannot turn', async () => {
  const { tracker, kafka, endOffsets } = await behind()
  let turns = 0
  tracker.onTurn(() => turns++)
  await endOffsets.refresh()
  assert.equal(turns, 0)
  kafka.isUp = false
  await endOffsets.refresh()
  assert.equal(turns, 1)
})

/** What KafkaJS throws for what a broker answered. */
const protocolError = (type: string) => Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type })
/** What KafkaJS throws for any error of the question who it is. */
const notFound = Object.assign(new Error('Failed to find group coordinator'), {
  name: 'KafkaJSGroupCoordinatorNotFound',
})
const POLL_LOOP = "the consumer's loop has not turned for 3600 s, expected within 300 s"

for (const [what, error, faults] of [
  ['is away', new Error('connect ECONNREFUSED'), []],
  ['is found no more', notFound, []],
  ['is chosen anew', protocolError('GROUP_COORDINATOR_NOT_AVAILABLE'), []],
  ['answers that it may not be asked', protocolError('GROUP_AUTHORIZATION_FAILED'), [POLL_LOOP]],
  ['answers', null, [POLL_LOOP]],
] as const) {
  test(`a loop that stands while topics are read is judged by its coordinator: ${what}`, async () => {
    const { tracker, kafka, clock, endOffsets } = await behind({ stalledAfterMs: 7_200_000 })
    let turns = 0
    tracker.onTurn(() => turns++)
    kafka.coordinatorFails = error
    while (clock.now < 3_600_000) {
      clock.now += 10_000
      await endOffsets.refresh()
    }
    assert.deepEqual(
      tracker.liveness().faults.map(({ message }) => message),
      [...faults],
    )
    // From the second round on, when nothing was heard of the coordinator in between.
    assert.equal(turns, faults.length === 0 ? 359 : 0)
  })
}

test('a client that was never told who the coordinator is leaves the loop to its limit, and is warned of once', async () => {
  const warned: unknown[] = []
  const kafka = new ScriptedKafka()
  kafka.coordinatorFails = notFound
  const log = { debug() {}, info() {}, error() {}, warn: (...of: unknown[]) => void warned.push(of) }
  const endOffsets = new EndOffsets({ kafka, intervalMs: 3_600_000, timeoutMs: 200, log })
  stops.push(() => endOffsets.stop())
  const { tracker, consumer, clock } = world({ endOffsets, stalledAfterMs: 7_200_000 })
  kafka.topics = { orders: [[0, 10]] }
  consumer.join({ orders: [0] })
  while (clock.now < 3_600_000) {
    clock.now += 10_000
    await endOffsets.refresh()
  }
  assert.deepEqual(
    tracker.liveness().faults.map(({ message }) => message),
    [POLL_LOOP],
  )
  const what = 'the coordinator of the group is not found: it is away, or DESCRIBE on the group is refused'
  assert.deepEqual(warned, [[{ group: 'payments' }, what]])
})

test('commits are not asked for where the coordinator says nothing: such a question would spoil the client of the ends', async () => {
  const { consumer, kafka, clock, endOffsets } = world()
  kafka.topics = { orders: [[0, 10]] }
  kafka.silentGroups.add('payments')
  consumer.join({ orders: [0] })
  for (let round = 1; round <= 4; round++) {
    clock.now += 10_000
    await endOffsets.refresh()
    if (round === 2) kafka.asked.length = 0
  }
  const asked = kafka.asked.filter(each => each.startsWith('1: '))
  assert.deepEqual(asked, ['1: orders', '1: orders'])
})

test('a client that may not ask for the group tries in the first minute only while heartbeats come', async () => {
  const { consumer, kafka, clock, endOffsets } = world()
  kafka.topics = { orders: [[0, 10]] }
  kafka.coordinatorFails = notFound
  consumer.join({ orders: [0] })
  const round = async () => {
    consumer.tell('heartbeat')
    clock.now += 10_000
    await endOffsets.refresh()
  }
  for (let i = 0; i < 10; i++) await round()
  kafka.commits = { orders: { 0: 4 } }
  kafka.coordinatorFails = null
  await round()
  kafka.asked.length = 0
  await round()
  assert.equal(kafka.asked.length, 1, kafka.asked.join())
})

test('a coordinator that is heard by heartbeats is not asked', async () => {
  const { consumer, kafka, clock, endOffsets } = await behind()
  kafka.asked.length = 0
  for (let round = 1; round <= 3; round++) {
    consumer.tell('heartbeat')
    clock.now += 10_000
    await endOffsets.refresh()
  }
  assert.deepEqual(kafka.asked, ['1: orders', '1: orders', '1: orders'])
})

test('a consumer that crashes and starts again turns, and is no member', async () => {
  const { tracker, consumer, clock } = await behind()
  let turns = 0
  tracker.onTurn(() => turns++)
  for (let restart = 1; restart <= 3; restart++) {
    consumer.tell('stop')
    consumer.tell('disconnect')
    consumer.tell('crash', { restart: true, error: new Error('no such topic') })
    clock.now += 200_000
    consumer.tell('connect')
    assert.deepEqual(tracker.liveness().faults, [])
    assert.equal(tracker.isJoined(), false)
  }
  assert.equal(turns, 3)
})

test('several consumers of one process know nothing of each other', async () => {
  const first = await behind()
  const second = world()
  second.consumer.join({ refunds: [0] })
  assert.deepEqual(
    first.tracker.partitions().map(({ topic }) => topic),
    ['orders'],
  )
  assert.deepEqual(
    second.tracker.partitions().map(({ topic }) => topic),
    ['refunds'],
  )
})

test('stopped, it listens no more, and ends that it shares go on', async () => {
  const { tracker, consumer, kafka, endOffsets } = await behind()
  await tracker.stop()
  assert.equal(consumer.listeners(), 0)
  // Of ends, and of the coordinator.
  assert.equal(kafka.open, 2)
  await endOffsets.stop()
  assert.equal(kafka.open, 0)
})

for (const stalledAfterMs of [
  () => Number.NaN,
  () => {
    throw new Error('no')
  },
])
  test('a patience that is none is the default', async () => {
    const { tracker } = await behind({ stalledAfterMs })
    assert.equal(tracker.partitions()[0]?.thresholdMs, 300_000)
  })

test('a batch that is queued is processed when its last record is, marker included', async () => {
  const { tracker, consumer } = await behind({ processedElsewhere: true })
  const end = consumer.batch('orders', 0, 4, 9)
  const [first, last] = [message(4).message, message(8).message]
  await tracker.eachBatch(async () => {})({
    batch: {
      topic: 'orders',
      partition: 0,
      highWatermark: '10',
      messages: [first, last],
      isEmpty: () => false,
      firstOffset: () => '4',
      lastOffset: () => '9',
    },
    resolveOffset: () => {},
    heartbeat: async () => {},
    pause: () => () => {},
    commitOffsetsIfNecessary: async () => {},
    isRunning: () => true,
    isStale: () => false,
  })
  end()
  assert.equal(tracker.partitions()[0]?.lag, 6)
  tracker.processed('orders', 0, '8')
  assert.equal(tracker.partitions()[0]?.lag, 0)
})

test('of a crash names and codes are told, and no message, which may hold data', () => {
  const { consumer, tracker } = world()
  const told = (error: unknown) => {
    consumer.tell('crash', { restart: false, error })
    return tracker.liveness().faults.map(({ message }) => message)
  }
  const crashed = 'the consumer crashed and is not started again: '
  const cause = Object.assign(new RangeError('card 4111 1111'), { code: 'E_CARD' })
  const wrapped = Object.assign(new Error('card 4111 1111', { cause }), { name: 'KafkaJSNonRetriableError' })
  assert.deepEqual(told(wrapped), [`${crashed}KafkaJSNonRetriableError, caused by RangeError E_CARD`])
  const refused = { type: 'TOPIC_AUTHORIZATION_FAILED', code: 29, name: 'KafkaJSProtocolError' }
  const protocol = Object.assign(new Error('not authorized'), refused)
  assert.deepEqual(told(protocol), [`${crashed}KafkaJSProtocolError TOPIC_AUTHORIZATION_FAILED`])
  assert.deepEqual(told('card 4111 1111'), [`${crashed}Error`])
})
