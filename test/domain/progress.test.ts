import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type GroupSays, observe, observeNothing, type Poll } from '../fakes/observations.ts'
import { blockOf, cellOf, Tracking } from './tracking.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000

/** One partition, one group: each step is a poll and what must be published after it. */
interface Step {
  readonly at: number
  /** [log start, high watermark]; null = unread. */
  readonly log: readonly [number, number] | null
  /** Committed offset; 'unread' = the coordinator did not answer; 'none' = nothing committed. */
  readonly commit: number | 'unread' | 'none'
  readonly expect: ReturnType<typeof cellOf>
}

function pollOf({ at: seconds, log, commit }: Step): Poll {
  const says: GroupSays =
    commit === 'unread'
      ? { commits: null, failure: 'TIMEOUT' }
      : { commits: commit === 'none' ? {} : { 'orders/0': commit } }
  return { at: at(seconds), topics: { orders: [log] }, groups: { billing: says } }
}

const cell = (committed: number, lag: number, ageSeconds: number, flags: object = {}) => ({
  committed,
  lag,
  ageSeconds,
  ...flags,
})
const NONE = Number.NaN
const ADVANCED = { advanced: true }

const CASES: Readonly<Record<string, readonly Step[]>> = {
  'the age counts from the clock start until an advance is seen': [
    { at: 0, log: [0, 100], commit: 40, expect: cell(40, 60, 0) },
    { at: 15, log: [0, 100], commit: 40, expect: cell(40, 60, 15) },
    { at: 30, log: [0, 100], commit: 41, expect: cell(41, 59, 0, ADVANCED) },
    { at: 45, log: [0, 100], commit: 41, expect: cell(41, 59, 15, ADVANCED) },
  ],
  'committing the same offset again is no advance': [
    { at: 0, log: [0, 9], commit: 5, expect: cell(5, 4, 0) },
    { at: 15, log: [0, 9], commit: 6, expect: cell(6, 3, 0, ADVANCED) },
    { at: 30, log: [0, 9], commit: 6, expect: cell(6, 3, 15, ADVANCED) },
    { at: 45, log: [0, 9], commit: 6, expect: cell(6, 3, 30, ADVANCED) },
  ],
  'a first commit that was seen to appear is an advance': [
    { at: 0, log: [0, 9], commit: 'none', expect: null },
    { at: 15, log: [0, 9], commit: 3, expect: cell(3, 6, 0, ADVANCED) },
  ],
  'a rewind leaves the clock running and is flagged until regained': [
    { at: 0, log: [0, 100], commit: 50, expect: cell(50, 50, 0) },
    { at: 15, log: [0, 100], commit: 60, expect: cell(60, 40, 0, ADVANCED) },
    { at: 30, log: [0, 100], commit: 20, expect: cell(20, 80, 15, { ...ADVANCED, rewound: true }) },
    { at: 45, log: [0, 100], commit: 30, expect: cell(30, 70, 0, { ...ADVANCED, rewound: true }) },
    { at: 60, log: [0, 100], commit: 59, expect: cell(59, 41, 0, { ...ADVANCED, rewound: true }) },
    { at: 75, log: [0, 100], commit: 60, expect: cell(60, 40, 0, ADVANCED) },
  ],
  'a commit below the log start lags from the log start': [
    { at: 0, log: [70, 100], commit: 50, expect: cell(50, 30, 0) },
  ],
  'a commit beyond the end has no lag and says so': [
    { at: 0, log: [0, 10], commit: 50, expect: cell(50, NONE, 0, { beyondEnd: true }) },
    { at: 15, log: [0, 60], commit: 50, expect: cell(50, 10, 15) },
  ],
  'one missed commit read keeps the whole reading, not half of it': [
    { at: 0, log: [0, 100], commit: 40, expect: cell(40, 60, 0) },
    { at: 15, log: [0, 200], commit: 'unread', expect: cell(40, 60, 15) },
    { at: 30, log: [0, 300], commit: 45, expect: cell(45, 255, 0, ADVANCED) },
  ],
  'an unread end keeps the reading while the clock goes on with the commits': [
    { at: 0, log: [0, 100], commit: 40, expect: cell(40, 60, 0) },
    { at: 15, log: null, commit: 50, expect: cell(40, 60, 0, ADVANCED) },
    { at: 30, log: null, commit: 50, expect: cell(40, 60, 15, ADVANCED) },
    { at: 45, log: null, commit: 50, expect: cell(40, 60, 30, ADVANCED) },
    { at: 60, log: null, commit: 50, expect: cell(50, NONE, 45, ADVANCED) },
    { at: 75, log: [0, 100], commit: 50, expect: cell(50, 50, 60, ADVANCED) },
  ],
  'after max_reading_age what cannot be read is withdrawn, and the clock survives': [
    { at: 0, log: [0, 100], commit: 40, expect: cell(40, 60, 0) },
    { at: 15, log: [0, 100], commit: 41, expect: cell(41, 59, 0, ADVANCED) },
    { at: 60, log: [0, 100], commit: 'unread', expect: cell(41, 59, 45, ADVANCED) },
    { at: 75, log: [0, 100], commit: 'unread', expect: cell(NONE, NONE, 60, ADVANCED) },
    { at: 90, log: [0, 100], commit: 41, expect: cell(41, 59, 75, ADVANCED) },
  ],
  'a group that could not be read from the start owes no advance': [
    { at: 0, log: [0, 100], commit: 'unread', expect: null },
    { at: 15, log: [0, 100], commit: 41, expect: cell(41, 59, 15) },
  ],
  'a commit that expires takes its series with it': [
    { at: 0, log: [0, 100], commit: 41, expect: cell(41, 59, 0) },
    { at: 15, log: [0, 100], commit: 'none', expect: null },
  ],
}

describe('progress of one partition', () => {
  for (const [name, steps] of Object.entries(CASES)) {
    it(name, () => {
      const tracking = new Tracking(T0)
      for (const step of steps) {
        const snapshot = tracking.poll(observe(pollOf(step)))
        assert.deepEqual(cellOf(snapshot, 'billing', 'orders', 0), step.expect, `at ${step.at} s`)
      }
    })
  }

  it('a group that appears beside a complete listing has been seen to commit', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics: { orders: [[0, 9]] } }))
    const snapshot = tracking.poll(
      observe({ at: at(15), topics: { orders: [[0, 9]] }, groups: { late: { commits: { 'orders/0': 2 } } } }),
    )
    assert.deepEqual(cellOf(snapshot, 'late', 'orders', 0), cell(2, 7, 0, ADVANCED))
  })

  it('a group that appears after an incomplete listing may be old', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics: { orders: [[0, 9]] }, groupsComplete: false }))
    const snapshot = tracking.poll(
      observe({ at: at(15), topics: { orders: [[0, 9]] }, groups: { late: { commits: { 'orders/0': 2 } } } }),
    )
    assert.deepEqual(cellOf(snapshot, 'late', 'orders', 0), cell(2, 7, 15))
  })
})

describe('sums', () => {
  const topics = { orders: [[0, 100] as const, [0, 50] as const, null] }

  it('add what is known', () => {
    const groups = { billing: { commits: { 'orders/0': 40, 'orders/1': 50 } } }
    const snapshot = new Tracking(T0).poll(observe({ at: at(0), topics, groups }))
    assert.deepEqual(blockOf(snapshot, 'billing', 'orders'), {
      committedSum: 90,
      lagSum: 60,
      beyondEnd: 0,
      rewinds: 0,
    })
    assert.equal(snapshot.groups[0]?.lagMax, 60)
  })

  it('are absent over a hole, and the maximum is of what is known', () => {
    const groups = { billing: { commits: { 'orders/0': 40, 'orders/2': 7 } } }
    const snapshot = new Tracking(T0).poll(observe({ at: at(0), topics, groups }))
    const block = blockOf(snapshot, 'billing', 'orders')
    assert.equal(block?.committedSum, 47)
    assert.equal(block?.lagSum, NONE)
    assert.equal(snapshot.groups[0]?.lagMax, 60)
  })

  it('count commits beyond the end', () => {
    const groups = { billing: { commits: { 'orders/0': 400, 'orders/1': 51 } } }
    const snapshot = new Tracking(T0).poll(observe({ at: at(0), topics, groups }))
    assert.equal(blockOf(snapshot, 'billing', 'orders')?.beyondEnd, 2)
  })

  it("follow kafka_exporter's -1 where that is asked for", () => {
    const groups = { billing: { commits: { 'orders/0': 40 } } }
    const tracking = new Tracking(T0, { uncommitted: 'minus-one' })
    const snapshot = tracking.poll(observe({ at: at(0), topics, groups }))
    assert.deepEqual(blockOf(snapshot, 'billing', 'orders'), {
      committedSum: 38,
      lagSum: 60,
      beyondEnd: 0,
      rewinds: 0,
    })
    const next = tracking.poll(
      observe({ at: at(15), topics, groups: { billing: { commits: { 'orders/0': 40, 'orders/1': 9 } } } }),
    )
    assert.deepEqual(cellOf(next, 'billing', 'orders', 1), cell(9, 41, 0, ADVANCED))
  })
})

describe('changes of topology', () => {
  const group = (commits: Record<string, number>) => ({ billing: { commits } })

  it('a new topic before another moves its rows and not its clocks', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics: { orders: [[0, 9]] }, groups: group({ 'orders/0': 3 }) }))
    tracking.poll(observe({ at: at(15), topics: { orders: [[0, 9]] }, groups: group({ 'orders/0': 4 }) }))
    const snapshot = tracking.poll(
      observe({
        at: at(30),
        topics: { alpha: [[0, 1]], orders: [[0, 9]] },
        groups: group({ 'orders/0': 4 }),
      }),
    )
    assert.deepEqual(cellOf(snapshot, 'billing', 'orders', 0), cell(4, 5, 15, ADVANCED))
  })

  it('a topic that was recreated starts anew, but its counters, which know it by name, never go back', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics: { orders: [[0, 90]] }, groups: group({ 'orders/0': 80 }) }))
    tracking.poll(observe({ at: at(15), topics: { orders: [[0, 90]] }, groups: group({ 'orders/0': 20 }) }))
    const snapshot = tracking.poll(
      observe({
        at: at(30),
        topics: { orders: [[0, 5]] },
        ids: { orders: 'another-id' },
        groups: group({ 'orders/0': 2 }),
      }),
    )
    assert.deepEqual(cellOf(snapshot, 'billing', 'orders', 0), cell(2, 3, 0, ADVANCED))
    assert.equal(blockOf(snapshot, 'billing', 'orders')?.rewinds, 1)
  })

  it('added partitions have no commit and no lag', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics: { orders: [[0, 9]] }, groups: group({ 'orders/0': 3 }) }))
    const wider = { orders: [[0, 9] as const, [0, 4] as const] }
    const snapshot = tracking.poll(observe({ at: at(15), topics: wider, groups: group({ 'orders/0': 3 }) }))
    assert.deepEqual(cellOf(snapshot, 'billing', 'orders', 0), cell(3, 6, 15))
    assert.equal(cellOf(snapshot, 'billing', 'orders', 1), null)
  })

  it('a deleted topic takes its cells along', () => {
    const tracking = new Tracking(T0)
    const both = { a: [[0, 9] as const], b: [[0, 9] as const] }
    tracking.poll(observe({ at: at(0), topics: both, groups: group({ 'a/0': 3, 'b/0': 4 }) }))
    const snapshot = tracking.poll(
      observe({ at: at(15), topics: { b: [[0, 9]] }, groups: group({ 'b/0': 4 }) }),
    )
    assert.deepEqual([...snapshot.layout.cellRow], [0])
    assert.deepEqual(cellOf(snapshot, 'billing', 'b', 0), cell(4, 5, 15))
  })
})

describe('a cluster that cannot be reached', () => {
  it('withdraws the sizes of log directories with all else', () => {
    const tracking = new Tracking(T0)
    const logDirs = [{ node: 1, path: '/data', bytes: 7 }]
    tracking.poll(observe({ at: at(0), topics: { orders: [[0, 9]] }, logDirs }))
    assert.deepEqual(tracking.poll(observeNothing(at(45))).logDirs, logDirs)
    assert.deepEqual(tracking.poll(observeNothing(at(60))).logDirs, [])
  })

  it('keeps its readings for max_reading_age, then says only that it is down', () => {
    const configuredTopics = new Set(['invoices'])
    const configuredGroups = new Set(['invoicing', 'billing'])
    const tracking = new Tracking(T0, { configuredTopics, configuredGroups })
    const topics = { orders: [[0, 9] as const] }
    const groups = { billing: { commits: { 'orders/0': 3 } } }
    const missingTopics = { invoices: { kind: 'absent' as const } }
    const missingGroups = { invoicing: { kind: 'absent' as const } }
    tracking.poll(observe({ at: at(0), topics, groups, missingTopics, missingGroups }))
    const held = tracking.poll(observeNothing(at(45)))
    assert.equal(held.up, false)
    assert.deepEqual([...held.missingGroups], [['invoicing', { kind: 'absent' }]])
    assert.deepEqual(cellOf(held, 'billing', 'orders', 0), cell(3, 6, 45))
    assert.equal(held.partitions.highWatermark[0], 9)
    assert.deepEqual([...held.topics.up], [1])

    const blind = tracking.poll(observeNothing(at(60)))
    assert.equal(blind.topology.topics.length, 0)
    assert.equal(blind.layout.cellRow.length, 0)
    const unknown = { kind: 'unreadable', code: 'NO_METADATA' }
    assert.deepEqual([...blind.topics.missing], [['invoices', unknown]])
    assert.deepEqual([...blind.missingGroups], [['invoicing', unknown]])
    assert.deepEqual(
      blind.groups.map(g => [g.id, g.up, g.exists, g.state]),
      [['billing', false, false, '']],
    )
    assert.deepEqual(
      blind.brokers.map(b => [b.id, b.up, b.failure?.code]),
      [1, 2, 3].map(id => [id, false, 'NO_METADATA']),
    )

    const back = tracking.poll(observe({ at: at(75), topics, groups }))
    assert.deepEqual(cellOf(back, 'billing', 'orders', 0), cell(3, 6, 75))
  })
})
