import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { CELL_STATES, type Snapshot } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { decodeState, encodeState } from '../../src/pipeline/state-codec.ts'
import { cellOf, Tracking } from '../domain/tracking.ts'
import { BROKERS, observe, observeNothing } from '../fakes/observations.ts'
import type { Records } from '../fakes/records.ts'
import { NO_OBJECTIVE } from '../fakes/snapshots.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000
const topics = { orders: [[0, 100] as const, [0, 50] as const], 'zürich "α"': [[0, 7] as const] }

function busyTracking(): Tracking {
  const tracking = new Tracking(T0)
  const commits = (a: number, b: number) => ({ 'orders/0': a, 'orders/1': b, 'zürich "α"/0': 2 })
  tracking.poll(observe({ at: at(0), topics, groups: { billing: { commits: commits(10, 40) } } }))
  tracking.poll(
    observe({ at: at(15), topics, groups: { billing: { commits: commits(20, 30), state: 'Empty' } } }),
  )
  tracking.poll(
    observe({
      at: at(30),
      topics,
      groups: { billing: { commits: null, failure: 'TIMEOUT', state: 'Empty' } },
      errors: [{ stage: 'commits', code: 'TIMEOUT', node: 2, message: 'no answer' }],
    }),
  )
  return tracking
}

const bytesOf = (tracking: Tracking, stateWriteErrors = 3) =>
  toEnd(encodeState(tracking.state, stateWriteErrors))

function restart(bytes: Uint8Array): Tracking {
  return new Tracking(0, {}, decodeState(bytes).state)
}

const facts = (snapshot: Snapshot) => ({
  first: cellOf(snapshot, 'billing', 'orders', 0),
  second: cellOf(snapshot, 'billing', 'orders', 1),
  third: cellOf(snapshot, 'billing', 'zürich "α"', 0),
  rewinds: [...snapshot.blocks.rewinds],
  rebalances: snapshot.groups.map(g => g.rebalances),
  readErrors: snapshot.groups.map(g => g.readErrors),
  errors: snapshot.poll.errors,
  requests: snapshot.poll.requests,
  clockStartAt: snapshot.poll.clockStartAt,
})

describe('a restart', () => {
  const after = (seconds: number, a: number, b: number) =>
    observe({
      at: at(seconds),
      topics,
      groups: { billing: { commits: { 'orders/0': a, 'orders/1': b, 'zürich "α"/0': 2 }, state: 'Empty' } },
    })

  it('changes nothing that is published', () => {
    const running = busyTracking()
    const restarted = restart(bytesOf(running))
    assert.deepEqual(facts(restarted.poll(after(60, 20, 31))), facts(running.poll(after(60, 20, 31))))
  })

  it('keeps a clock only where the commit is the one that was saved', () => {
    const snapshot = restart(bytesOf(busyTracking())).poll(after(600, 20, 5))
    assert.equal(cellOf(snapshot, 'billing', 'orders', 0)?.ageSeconds, 585)
    assert.equal(cellOf(snapshot, 'billing', 'orders', 1)?.ageSeconds, 0)
    assert.equal(cellOf(snapshot, 'billing', 'zürich "α"', 0)?.ageSeconds, 600)
  })

  it('remembers a broker that is down until it is to be forgotten', () => {
    const [first] = BROKERS
    const running = busyTracking()
    running.poll(observe({ at: at(45), topics, brokers: [first!] }))
    const brokers = (tracking: Tracking, seconds: number) =>
      tracking
        .poll(observe({ at: at(seconds), topics, brokers: [first!] }))
        .brokers.map(b => [b.id, b.host, b.up, b.inMetadata])
    const down = [2, 'kafka-2', false, false]
    assert.deepEqual(brokers(restart(bytesOf(running)), 60).slice(0, 2), [[1, 'kafka-1', true, true], down])
    assert.deepEqual(
      restart(bytesOf(running))
        .poll(observeNothing(at(60)))
        .brokers.map(b => [b.id, b.up, b.failure?.code]),
      [1, 2, 3].map(id => [id, false, 'NO_METADATA']),
    )
    assert.deepEqual(brokers(restart(bytesOf(running)), 30 + 3_600), [[1, 'kafka-1', true, true]])
  })

  it('has seen no advance of what was committed while nobody watched', () => {
    const groups = {
      billing: { commits: { 'orders/0': 20, 'orders/1': 30, 'zürich "α"/0': 2 } },
      late: { commits: { 'orders/0': 20 } },
    }
    const snapshot = restart(bytesOf(busyTracking())).poll(observe({ at: at(600), topics, groups }))
    assert.deepEqual(cellOf(snapshot, 'late', 'orders', 0), { committed: 20, lag: 80, ageSeconds: 0 })
  })

  it('keeps the count of failed writes', () => {
    assert.equal(decodeState(bytesOf(busyTracking())).stateWriteErrors, 3)
  })

  it('survives a second restart before the first poll', () => {
    const once = restart(bytesOf(busyTracking()))
    const twice = restart(toEnd(encodeState(once.state, 3)))
    assert.deepEqual(facts(twice.poll(after(60, 20, 31))), facts(busyTracking().poll(after(60, 20, 31))))
  })

  it('drops what was saved of another cluster, counters and all', () => {
    const restarted = restart(bytesOf(busyTracking()))
    const snapshot = restarted.poll({
      ...observe({
        at: at(60),
        topics,
        clusterId: 'cluster-2',
        groups: { billing: { commits: { 'orders/0': 20 } } },
      }),
    })
    assert.deepEqual(cellOf(snapshot, 'billing', 'orders', 0), { committed: 20, lag: 80, ageSeconds: 0 })
    assert.equal(snapshot.poll.requests.get('Metadata'), 0)
  })
})

/** Polls that leave something in every part of the memory. */
describe('a restart in the middle of trouble', () => {
  const objectiveOf = () => ({ ...NO_OBJECTIVE, lagMs: 60_000 })
  const records: Records = {
    'orders/0': [[20, at(-7200)]],
    'orders/1': [[30, at(86_400)]],
    'orders/2': [
      [40, at(-30)],
      [60, at(-25)],
      [70, at(-20)],
    ],
  }

  function poll(tracking: Tracking, seconds: number, start: number, moving: number) {
    const observation = observe({
      at: at(seconds),
      topics: {
        orders: [
          [0, 100],
          [0, 100],
          [start, 100],
          [0, 100 + moving],
        ],
        logs: [[0, 9]],
      },
      groups: {
        billing: {
          commits: { 'orders/0': 20, 'orders/1': 30, 'orders/2': 40, 'orders/3': moving, 'logs/0': 9 },
          members: { one: ['orders/0', 'orders/1', 'orders/2', 'orders/3'] },
        },
        audit: { commits: { 'orders/3': 100 + moving }, members: { two: ['orders/3'] } },
        night: { commits: { 'orders/0': 20 }, state: 'Empty' },
      },
      stable: { 'orders/0': 20 },
    })
    return tracking.poll(observation, records)
  }

  /** All that is published of the cells and groups, for comparison. */
  const published = ({ cells, blocks, groups, topics }: Snapshot) => ({
    workSince: cells.workSince,
    state: Array.from(cells.state, s => CELL_STATES[s]),
    conditionSince: cells.conditionSince,
    thresholdMs: cells.thresholdMs,
    headAt: cells.headAt,
    lost: blocks.lost,
    keptUp: groups.map(g => g.keptUpMs),
    future: topics.futureTimestamps,
  })

  /** Two hours of polls: slow commits are learnt, 20 offsets are lost, a transaction stands. */
  function troubled(): Tracking {
    const tracking = new Tracking(T0, { objectiveOf })
    for (let i = 0; i < 480; i++) poll(tracking, 15 * i, i < 200 ? 0 : 60, 10 + Math.floor(i / 40))
    return tracking
  }

  it('goes on as if nothing had been', () => {
    const running = troubled()
    const bytes = toEnd(encodeState(running.state, 0))
    const restarted = new Tracking(0, { objectiveOf }, decodeState(bytes).state)
    const [after, still] = [restarted, running].map(t => published(poll(t, 7200, 70, 21)))
    assert.deepEqual(after, still)
    assert.deepEqual(still?.state, [
      'caught_up',
      'abandoned',
      'hung_transaction',
      'stalled',
      'stalled',
      'advancing',
      'no_consumer',
    ])
    assert.deepEqual([...(still?.lost ?? [])], [0, 0, 30, 0])
    assert.deepEqual(still?.future, new Map([['orders', 1]]))
  })
})

describe('a state file', () => {
  const good = bytesOf(busyTracking())

  it('is the same bytes in a buffer that is used again', () => {
    const scratch = new Uint8Array(good.length + 100).fill(255)
    assert.deepEqual(toEnd(encodeState(busyTracking().state, 3, scratch)), good)
  })

  it('cut anywhere is refused', () => {
    for (let length = 0; length < good.length; length++) {
      assert.throws(() => decodeState(good.subarray(0, length)), {
        code: length < 20 ? 'STATE_FOREIGN' : 'STATE_DAMAGED',
      })
    }
  })

  it('with any byte changed is refused', () => {
    for (let i = 0; i < good.length; i++) {
      const bad = good.slice()
      bad[i] = (bad[i] as number) ^ 0x55
      const code = i < 8 ? 'STATE_FOREIGN' : i < 12 ? 'STATE_FUTURE' : 'STATE_DAMAGED'
      assert.throws(() => decodeState(bad), { code }, `byte ${i}`)
    }
  })

  it('of a later version says so', () => {
    const later = Buffer.from(good)
    later.writeUInt32LE(3, 8)
    assert.throws(() => decodeState(later), {
      code: 'STATE_FUTURE',
      message: 'state file format 3; this version reads format 2',
    })
  })

  describe('that points to what is not there is refused although its checksum fits', () => {
    const { state } = busyTracking()
    const { layout, clocks, lost, stable } = state
    const laidOut = (change: Partial<typeof layout>): typeof state => ({
      ...state,
      layout: { ...layout, ...change },
    })
    // Two topics, orders with rows 0 and 1; one group with a block on each.
    const FAULTS: Readonly<Record<string, typeof state>> = {
      'a group that ends beyond the blocks': laidOut({ groupStart: Int32Array.of(0, 2 ** 30) }),
      'a group that begins after the first block': laidOut({ groupStart: Int32Array.of(1, 2) }),
      'a block that ends before it begins': laidOut({ blockStart: Int32Array.of(0, 4, 3) }),
      'blocks that end before the cells do': laidOut({ blockStart: Int32Array.of(0, 1, 2) }),
      'a topic that is not there': laidOut({ blockTopic: Int32Array.of(0, 2) }),
      'a partition of another topic': laidOut({ cellRow: Int32Array.of(0, 2, 2) }),
      'a partition that is not there': laidOut({ cellRow: Int32Array.of(0, 1, 3) }),
      'a group twice': { ...laidOut({ groups: ['billing', 'billing'], groupStart: Int32Array.of(0, 1, 2) }) },
      'a rewind of no cell': { ...state, clocks: { ...clocks, rewoundFrom: new Map([[3, 7]]) } },
      'a loss of no cell': { ...state, lost: { ...lost, upTo: new Map([[-1, 7]]) } },
      'a transaction on no partition': {
        ...state,
        stable: new Map([...stable, [3, { offset: 7, since: T0 }]]),
      },
    }
    for (const [fault, bad] of Object.entries(FAULTS)) {
      it(fault, () => {
        assert.throws(() => decodeState(toEnd(encodeState(bad, 0))), { code: 'STATE_DAMAGED' })
      })
    }
  })

  it('whose sizes lie is refused although its checksum fits', () => {
    const bad = Buffer.from(good)
    bad.writeUInt32LE(bad.length * 2, 12)
    bad.writeUInt32LE(crc32(bad.subarray(0, -4)), bad.length - 4)
    assert.throws(() => decodeState(bad), {
      code: 'STATE_DAMAGED',
      message: 'state file is damaged: its contents do not fit together',
    })
  })
})
