import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConsumerProgress } from '../../../src/consumer/core/consumer-progress.ts'

const LIMITS = {
  stalledAfterMs: () => 60_000,
  maxPollIntervalMs: 300_000,
  failWhenKafkaIsDown: false,
  fromBeginning: false,
  processedElsewhere: false,
}
const S = 1_000

function joined(limits = {}): ConsumerProgress {
  const progress = new ConsumerProgress({ ...LIMITS, ...limits }, 0)
  progress.enter('connect', 0)
  progress.assign({ orders: [0, 1] }, 0)
  progress.enter('join', 0)
  return progress
}

/** Both at offset 5 of 5, all read at 0. */
function caughtUp(limits = {}): ConsumerProgress {
  const progress = joined(limits)
  ends(progress, [5, 5], 0)
  progress.learnCommits(
    new Map([
      [
        'orders',
        new Map([
          [0, 5],
          [1, 5],
        ]),
      ],
    ]),
    0,
  )
  return progress
}

function ends(progress: ConsumerProgress, [first, second]: readonly [number, number], now: number): void {
  const ranges = [
    { partition: 0, low: 0, end: first },
    { partition: 1, low: 0, end: second },
  ]
  progress.learnEnds('orders', ranges, now)
}

function turnUntil(progress: ConsumerProgress, from: number, until: number): void {
  for (let now = from; now <= until; now += 10 * S) {
    progress.turn(now)
    progress.hear(now)
  }
}

const said = (progress: ConsumerProgress, now: number) =>
  progress.liveness(now).faults.map(({ reason, message }) => `${reason}: ${message}`)

test('an idle topic is live, however long', () => {
  const progress = caughtUp()
  for (let now = 0; now <= 3_600 * S; now += 10 * S) {
    progress.turn(now)
    ends(progress, [5, 5], now)
  }
  assert.deepEqual(progress.liveness(3_600 * S), { live: true, faults: [] })
})

test('a fetch path that is dead with records waiting is a stall', () => {
  const progress = caughtUp()
  turnUntil(progress, 0, 80 * S)
  ends(progress, [5, 8], 10 * S)
  assert.deepEqual(said(progress, 70 * S), [])
  assert.deepEqual(progress.liveness(80 * S), {
    live: false,
    faults: [
      {
        reason: 'stalled',
        topic: 'orders',
        partition: 1,
        offset: 5,
        lag: 3,
        forMs: 70 * S,
        thresholdMs: 60 * S,
        message: 'orders[1] has not advanced at offset 5 for 70 s, with 3 records waiting',
      },
    ],
  })
})

test('a handler that hangs is a stall of its partition alone', () => {
  const progress = caughtUp()
  progress.beginBatch('orders', 0, 5, 7, 10 * S)
  progress.beginBatch('orders', 1, 5, 5, 10 * S)
  progress.endBatch('orders', 1, 5, 11 * S)
  turnUntil(progress, 10 * S, 80 * S)
  assert.deepEqual(said(progress, 80 * S), [
    'stalled: orders[0] has not advanced at offset 5 for 70 s, with 3 records waiting',
  ])
  progress.endBatch('orders', 0, 7, 81 * S)
  assert.deepEqual(said(progress, 81 * S), [])
})

test('a loop that does not turn is told by itself', () => {
  const progress = caughtUp()
  progress.turn(10 * S)
  assert.deepEqual(said(progress, 310 * S), [])
  assert.deepEqual(said(progress, 311 * S), [
    "poll_loop: the consumer's loop has not turned for 301 s, expected within 300 s",
  ])
})

test('a crash is told until the consumer runs again, one that KafkaJS mends is not', () => {
  const progress = caughtUp()
  progress.enter('crash_and_restart', 10 * S, new Error('retries'))
  assert.deepEqual(said(progress, 11 * S), [])
  progress.enter('stop', 19 * S)
  progress.enter('crash', 20 * S, new Error('not authorized'))
  assert.deepEqual(said(progress, 21 * S), [
    'crashed: the consumer crashed and is not started again: not authorized',
  ])
  progress.enter('connect', 30 * S)
  assert.deepEqual(said(progress, 31 * S), [])
})

test('a consumer that was stopped is live, whatever waits', () => {
  const progress = caughtUp()
  ends(progress, [9, 9], 10 * S)
  progress.enter('stop', 20 * S)
  assert.deepEqual(said(progress, 9_000 * S), [])
})

/** Rounds of questions that reach nobody, every 10 s. */
function awayUntil(progress: ConsumerProgress, from: number, until: number): void {
  for (let now = from; now <= until; now += 10 * S) {
    progress.learnEnds('orders', null, now)
    progress.endRound(false, now - 5 * S, now)
  }
}

test('while Kafka is away nothing counts: neither records that wait nor a loop that stands', () => {
  const progress = caughtUp()
  ends(progress, [5, 8], 10 * S)
  progress.turn(10 * S)
  awayUntil(progress, 20 * S, 3_600 * S)
  assert.deepEqual(said(progress, 3_600 * S), [])
})

test('and what stood before stands on, and is told again when it is back', () => {
  const progress = caughtUp()
  ends(progress, [5, 8], 10 * S)
  turnUntil(progress, 10 * S, 80 * S)
  ends(progress, [5, 8], 80 * S)
  const before = said(progress, 80 * S)
  awayUntil(progress, 90 * S, 280 * S)
  assert.deepEqual(said(progress, 280 * S), before)
  ends(progress, [5, 9], 290 * S)
  progress.turn(290 * S)
  assert.deepEqual(said(progress, 300 * S), [
    'stalled: orders[1] has not advanced at offset 5 for 80 s, with 4 records waiting',
  ])
})

test('with failWhenKafkaIsDown the outage itself is a reason', () => {
  const progress = caughtUp({ failWhenKafkaIsDown: true })
  awayUntil(progress, 10 * S, 310 * S)
  assert.deepEqual(said(progress, 310 * S), ['kafka_down: Kafka has not answered for 310 s'])
})

/** Rounds in which ends are read and the coordinator says nothing, every 10 s. */
function withoutCoordinatorUntil(progress: ConsumerProgress, from: number, until: number): void {
  for (let now = from; now <= until; now += 10 * S) {
    ends(progress, [5, 8], now)
    progress.endRound(true, now - 5 * S, now)
    progress.missCoordinator(now - S, now)
  }
}

for (const phase of ['join', 'rebalance', 'connect'] as const) {
  test(`without the coordinator of its group nothing counts, though topics are read: ${phase}`, () => {
    const progress = caughtUp()
    progress.hear(0, true)
    progress.enter(phase, 5 * S)
    withoutCoordinatorUntil(progress, 10 * S, 3_600 * S)
    assert.deepEqual(said(progress, 3_600 * S), [])
  })
}

test('and a loop that stands on when it is back is told after what was left of its time', () => {
  const progress = caughtUp()
  progress.hear(100 * S, true)
  withoutCoordinatorUntil(progress, 110 * S, 1_000 * S)
  ends(progress, [5, 5], 1_010 * S)
  progress.hear(1_010 * S, true)
  assert.deepEqual(said(progress, 1_210 * S), [])
  assert.deepEqual(said(progress, 1_211 * S), [
    "poll_loop: the consumer's loop has not turned for 301 s, expected within 300 s",
  ])
})

test('with failWhenKafkaIsDown a coordinator that is away is a reason, and is named', () => {
  const progress = caughtUp({ failWhenKafkaIsDown: true })
  withoutCoordinatorUntil(progress, 10 * S, 310 * S)
  assert.deepEqual(said(progress, 310 * S), [
    'kafka_down: the coordinator of the group has not answered for 310 s',
  ])
})

test('a coordinator that is not there yet when brokers come back does not forgive what stood before', () => {
  const progress = caughtUp()
  progress.hear(200 * S, true)
  awayUntil(progress, 210 * S, 1_000 * S)
  withoutCoordinatorUntil(progress, 1_010 * S, 2_000 * S)
  progress.hear(2_010 * S, true)
  ends(progress, [5, 5], 2_010 * S)
  assert.deepEqual(said(progress, 2_111 * S), [
    "poll_loop: the consumer's loop has not turned for 301 s, expected within 300 s",
  ])
})

test('a topic that cannot be read is excused, the others are not', () => {
  const progress = joined()
  progress.assign({ orders: [0], refunds: [0] }, 0)
  for (const topic of ['orders', 'refunds']) progress.learnEnds(topic, [{ partition: 0, low: 0, end: 9 }], 0)
  progress.learnCommits(new Map(['orders', 'refunds'].map(topic => [topic, new Map([[0, 5]])])), 0)
  turnUntil(progress, 0, 100 * S)
  for (let now = 10 * S; now <= 100 * S; now += 10 * S) {
    progress.learnEnds('orders', [{ partition: 0, low: 0, end: 9 }], now)
    progress.learnEnds('refunds', null, now)
    progress.endRound(true, now, now)
  }
  assert.deepEqual(said(progress, 100 * S), [
    'stalled: orders[0] has not advanced at offset 5 for 100 s, with 4 records waiting',
  ])
})

test('a paused partition is not stalled, and is when it is resumed and does not move', () => {
  const progress = caughtUp()
  ends(progress, [5, 8], 0)
  turnUntil(progress, 0, 200 * S)
  progress.pausedAre([{ topic: 'orders', partitions: [1] }], 10 * S)
  progress.pausedAre([{ topic: 'orders', partitions: [1] }], 100 * S)
  assert.deepEqual(said(progress, 100 * S), [])
  progress.pausedAre([], 110 * S)
  assert.deepEqual(said(progress, 165 * S), [])
  assert.deepEqual(said(progress, 171 * S), [
    'stalled: orders[1] has not advanced at offset 5 for 61 s, with 3 records waiting',
  ])
})

test('a partition that comes back keeps its stall clock, without the time in which it was away', () => {
  const progress = caughtUp()
  ends(progress, [5, 8], 0)
  turnUntil(progress, 0, 300 * S)
  progress.enter('rebalance', 40 * S)
  progress.assign({ orders: [0] }, 50 * S)
  progress.enter('join', 50 * S)
  progress.assign({ orders: [0, 1] }, 150 * S)
  progress.learnCommits(new Map([['orders', new Map([[1, 5]])]]), 150 * S)
  assert.deepEqual(said(progress, 170 * S), [])
  assert.deepEqual(said(progress, 171 * S), [
    'stalled: orders[1] has not advanced at offset 5 for 61 s, with 3 records waiting',
  ])
})

test('what another member has done meanwhile is an advance', () => {
  const progress = caughtUp()
  ends(progress, [5, 8], 0)
  turnUntil(progress, 0, 300 * S)
  progress.assign({ orders: [0] }, 50 * S)
  progress.assign({ orders: [0, 1] }, 150 * S)
  progress.learnCommits(new Map([['orders', new Map([[1, 7]])]]), 150 * S)
  assert.deepEqual(said(progress, 210 * S), [])
  assert.equal(progress.partitions(210 * S)[1]?.lag, 1)
})

test('until its position is known, an assigned partition is not judged', () => {
  const progress = joined()
  ends(progress, [100, 100], 0)
  turnUntil(progress, 0, 200 * S)
  assert.deepEqual(said(progress, 200 * S), [])
  assert.deepEqual(
    progress.partitions(200 * S).map(({ position, lag, end }) => ({ position, lag, end })),
    [
      { position: null, lag: null, end: 100 },
      { position: null, lag: null, end: 100 },
    ],
  )
})

for (const { fromBeginning, lag } of [
  { fromBeginning: false, lag: 0 },
  { fromBeginning: true, lag: 100 },
])
  test(`without a commit it begins where the consumer does: fromBeginning ${fromBeginning}`, () => {
    const progress = joined({ fromBeginning })
    ends(progress, [100, 100], 0)
    progress.learnCommits(new Map(), 0)
    assert.equal(progress.partitions(0)[0]?.lag, lag)
  })

test('fifty rebalances under load never make a fault', () => {
  const progress = caughtUp()
  let offset = 5
  for (let round = 0; round < 50; round++) {
    const at = round * 70 * S
    ends(progress, [offset + 100, 5], at)
    progress.enter('rebalance', at)
    progress.assign(round % 2 === 0 ? { orders: [0] } : { orders: [0, 1] }, at + 50 * S)
    progress.enter('join', at + 50 * S)
    progress.turn(at + 50 * S)
    assert.deepEqual(said(progress, at + 50 * S), [])
    progress.beginBatch('orders', 0, offset, offset + 9, at + 55 * S)
    progress.endBatch('orders', 0, offset + 9, at + 60 * S)
    offset += 10
    assert.deepEqual(said(progress, at + 69 * S), [])
  }
})

test('one that was listened to late is followed from its next batch', () => {
  const progress = new ConsumerProgress(LIMITS, 0)
  progress.turn(5 * S)
  progress.beginBatch('orders', 3, 40, 49, 5 * S)
  assert.deepEqual(said(progress, 70 * S), [
    'stalled: orders[3] has not advanced at offset 40 for 65 s, with 10 records waiting',
  ])
})

test('of a batch that its handler resolves, only that is processed which it has resolved', () => {
  const progress = caughtUp()
  ends(progress, [15, 5], 0)
  for (let now = 0; now <= 70 * S; now += 10 * S) {
    progress.turn(now)
    progress.beginBatch('orders', 0, 5 + 2, 14, now)
    progress.resolvedByHandler('orders', 0)
    progress.endBatch('orders', 0, 14, now)
  }
  assert.deepEqual(said(progress, 70 * S), [
    'stalled: orders[0] has not advanced at offset 7 for 70 s, with 8 records waiting',
  ])
  progress.beginBatch('orders', 0, 7, 14, 70 * S)
  progress.resolvedByHandler('orders', 0)
  progress.processed('orders', 0, 14, 70 * S)
  progress.endBatch('orders', 0, 14, 70 * S)
  assert.equal(progress.partitions(70 * S)[0]?.lag, 0)
  // The next one is all that it is, as long as nobody says otherwise.
  progress.beginBatch('orders', 0, 15, 19, 80 * S)
  progress.endBatch('orders', 0, 19, 80 * S)
  assert.equal(progress.partitions(80 * S)[0]?.position, 20)
})

test('what an attempt took does not count, once it has ended', () => {
  const progress = caughtUp()
  progress.beginBatch('orders', 0, 5, 5, 0)
  turnUntil(progress, 0, 200 * S)
  for (let now = 50 * S; now <= 200 * S; now += 50 * S) {
    assert.deepEqual(said(progress, now), [])
    progress.attempted('orders', 0, now)
  }
  assert.deepEqual(said(progress, 260 * S), [])
  assert.deepEqual(said(progress, 261 * S), [
    'stalled: orders[0] has not advanced at offset 5 for 61 s, with 1 records waiting',
  ])
})

test('a topic that cannot be read excuses nothing that a handler has in its hands while brokers answer', () => {
  const progress = caughtUp()
  progress.beginBatch('orders', 0, 5, 5, 0)
  progress.beginBatch('orders', 1, 5, 5, 0)
  progress.endBatch('orders', 1, 5, 0)
  ends(progress, [6, 9], 0)
  turnUntil(progress, 0, 70 * S)
  for (let now = 10 * S; now <= 70 * S; now += 10 * S) {
    progress.learnEnds('orders', null, now)
    progress.endRound(true, now, now)
  }
  assert.deepEqual(said(progress, 70 * S), [
    'stalled: orders[0] has not advanced at offset 5 for 70 s, with 1 records waiting',
  ])
})

/** Records 5 to 9 and the marker of their transaction, 10, are handed over and queued. */
function queued(): ConsumerProgress {
  const progress = caughtUp({ processedElsewhere: true })
  progress.beginBatch('orders', 0, 5, 10, 0)
  for (let offset = 5; offset < 10; offset++) progress.consuming('orders', 0, offset, 0)
  progress.endBatch('orders', 0, 10, 0)
  ends(progress, [11, 5], 0)
  turnUntil(progress, 0, 70 * S)
  return progress
}

test('a batch before the ends were read, then a rebalance: where it reads is asked for again once they are', () => {
  const progress = joined()
  progress.beginBatch('orders', 0, 0, 0, S)
  progress.endBatch('orders', 0, 0, S)
  progress.assign({ orders: [0] }, 2 * S)
  const commits = new Map([['orders', new Map([[0, 1]])]])
  progress.learnCommits(commits, 3 * S)
  ends(progress, [4, 0], 4 * S)
  progress.learnCommits(commits, 4 * S)
  const [partition] = progress.partitions(4 * S)
  assert.deepEqual([partition?.position, partition?.lag], [1, 3])
})

test('what is queued is work until it is processed elsewhere', () => {
  const progress = queued()
  progress.processed('orders', 0, 7, 5 * S)
  progress.beginBatch('orders', 0, 11, 11, 6 * S)
  progress.consuming('orders', 0, 11, 6 * S)
  progress.endBatch('orders', 0, 11, 6 * S)
  assert.deepEqual(said(progress, 66 * S), [
    'stalled: orders[0] has not advanced at offset 8 for 61 s, with 4 records waiting',
  ])
  progress.processed('orders', 0, 11, 67 * S)
  assert.equal(progress.partitions(67 * S)[0]?.lag, 0)
})

test('with the last of it goes the marker behind it, which no handler is given', () => {
  const progress = queued()
  progress.processed('orders', 0, 9, 5 * S)
  assert.deepEqual(said(progress, 70 * S), [])
  assert.equal(progress.partitions(70 * S)[0]?.lag, 0)
})

test('and a batch of markers alone moves it on, where nothing is queued', () => {
  const progress = queued()
  progress.processed('orders', 0, 9, 5 * S)
  progress.beginBatch('orders', 0, 11, 12, 6 * S)
  progress.endBatch('orders', 0, 12, 6 * S)
  ends(progress, [13, 5], 7 * S)
  assert.equal(progress.partitions(7 * S)[0]?.lag, 0)
})

test('what is said of a batch that has ended takes nothing back', () => {
  const progress = caughtUp()
  progress.beginBatch('orders', 0, 5, 10, 0)
  progress.endBatch('orders', 0, 10, 0)
  progress.processed('orders', 0, 9, 5 * S)
  assert.equal(progress.partitions(5 * S)[0]?.lag, 0)
})
