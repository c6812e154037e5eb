import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { NO_GROWTH, stepGrowth } from '../../../src/domain/flow/append-growth.ts'
import { measureHeadroom } from '../../../src/domain/loss/headroom.ts'
import { NO_RETENTION, readRetention } from '../../../src/domain/loss/retention.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { Placing } from '../flow/placing.ts'
import { SegmentLog } from './segment-log.ts'

const SECOND = 1000
const DAY = 86_400_000

interface Load {
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly recordsPerSegment: number
  readonly recordBytes: number
  /** Milliseconds between records; the gap before the n-th is entry n modulo their number. */
  readonly gapsMs: readonly number[]
  /** How far its time stamp is off, likewise. */
  readonly skewsMs: readonly number[]
  /** The offset that the consumer has stopped at. */
  readonly committed: number
  readonly pollMs: number
}

interface Promised {
  readonly madeAt: number
  readonly headroomMs: number
}

/** Replays the load, and looks for a loss after every single step: Kafka never looks as often. */
function replay(load: Load): { readonly promises: readonly Promised[]; readonly goneAt: number } {
  const log = new SegmentLog(load, load.recordsPerSegment)
  const { placement, topology } = new Placing().poll(
    { orders: 1 },
    { billing: { 'orders/0': load.committed } },
  )
  const config = {
    cleanupPolicy: 'delete',
    timestampType: 'CreateTime',
    retentionMs: load.retentionMs,
    retentionBytes: load.retentionBytes,
    isTiered: false,
  }
  const retention = toEnd(readRetention(NO_RETENTION, topology, new Map([['orders', config]])))
  const stamps: number[] = []
  const promises: Promised[] = []
  let growth = NO_GROWTH
  let now = DAY
  let nextAppend = now
  let nextPoll = now
  for (let steps = 0; steps < 4000; steps++) {
    now = Math.min(nextAppend, nextPoll)
    if (now === nextAppend) {
      const n = stamps.length
      const stamp = now + (load.skewsMs[n % load.skewsMs.length] as number)
      stamps.push(stamp)
      log.append(stamp, load.recordBytes)
      nextAppend += load.gapsMs[n % load.gapsMs.length] as number
    }
    log.deleteOld(now)
    if (log.start > load.committed) return { promises, goneAt: now }
    if (now !== nextPoll) continue
    nextPoll += load.pollMs
    const [logStart, highWatermark] = [Float64Array.of(log.start), Float64Array.of(log.end)]
    growth = toEnd(
      stepGrowth(growth, {
        isNeeded: retention.hasBytes,
        earlier: null,
        logStart,
        highWatermark,
        sizeBytes: Float64Array.of(log.bytes),
        now,
      }),
    )
    const { headroomMs } = toEnd(
      measureHeadroom(placement.layout, {
        now,
        lossHorizonMs: 7 * DAY,
        retention,
        committed: Float64Array.of(load.committed),
        lag: Float64Array.of(log.end - load.committed),
        earliestHead: Float64Array.of(stamps[load.committed] ?? Number.NaN),
        logStart,
        highWatermark,
        readAt: Float64Array.of(now),
        growth,
      }),
    )
    if (headroomMs === null) continue
    promises.push({ madeAt: now, headroomMs: headroomMs[0] as number })
  }
  return { promises, goneAt: Number.POSITIVE_INFINITY }
}

function assertKept(load: Load): number {
  const { promises, goneAt } = replay(load)
  for (const { madeAt, headroomMs } of promises) {
    assert.ok(headroomMs >= 0)
    assert.ok(madeAt + headroomMs <= goneAt, `promised ${headroomMs} ms at ${madeAt}, gone at ${goneAt}`)
  }
  return goneAt
}

const common = {
  recordsPerSegment: fc.integer({ min: 1, max: 40 }),
  recordBytes: fc.integer({ min: 1, max: 5000 }),
  committed: fc.integer({ min: 0, max: 60 }),
  pollMs: fc.integer({ min: 1, max: 60 }).map(s => s * SECOND),
}

describe('measureHeadroom against a log that Kafka deletes from', () => {
  it('promises no more time than there is, whatever the time stamps and the bursts, where time limits', () => {
    const load = fc.record({
      ...common,
      retentionMs: fc.integer({ min: 0, max: 3600 }).map(s => s * SECOND),
      retentionBytes: fc.constant(-1),
      gapsMs: fc.array(fc.integer({ min: 1, max: 120_000 }), { minLength: 1, maxLength: 8 }),
      skewsMs: fc.array(fc.integer({ min: -600_000, max: 600_000 }), { minLength: 1, maxLength: 8 }),
    })
    let lost = 0
    fc.assert(
      fc.property(load, l => {
        if (assertKept(l) < Number.POSITIVE_INFINITY) lost++
      }),
      { numRuns: 60 },
    )
    assert.ok(lost > 30)
  })

  it('promises no more time than there is at a steady rate, where bytes limit, or both', () => {
    const load = fc.record({
      ...common,
      retentionMs: fc.oneof(
        fc.constant(-1),
        fc.integer({ min: 60, max: 3600 }).map(s => s * SECOND),
      ),
      retentionBytes: fc.integer({ min: 0, max: 1_000_000 }),
      gapsMs: fc.tuple(fc.integer({ min: 1, max: 60_000 })),
      skewsMs: fc.constant([0]),
    })
    let lost = 0
    fc.assert(
      fc.property(load, l => {
        if (assertKept(l) < Number.POSITIVE_INFINITY) lost++
      }),
      { numRuns: 60 },
    )
    assert.ok(lost > 30)
  })

  it('falls to 0 before the record goes, by no more than the span of its segment', () => {
    const load: Load = {
      retentionMs: 600 * SECOND,
      retentionBytes: -1,
      recordsPerSegment: 30,
      recordBytes: 100,
      gapsMs: [2 * SECOND],
      skewsMs: [0],
      committed: 45,
      pollMs: 15 * SECOND,
    }
    const { promises, goneAt } = replay(load)
    const bySecond = promises.map(p => [(p.madeAt - DAY) / SECOND, p.headroomMs / SECOND])
    // Record 45 is from second 90; its segment ends with record 59, from second 118.
    assert.deepEqual(bySecond.slice(0, 2), [
      [150, 540],
      [165, 525],
    ])
    assert.deepEqual(bySecond.slice(-3), [
      [675, 15],
      [690, 0],
      [705, 0],
    ])
    assert.equal((goneAt - DAY) / SECOND, 720)
  })

  it('falls to 0 before the record goes for bytes, by no more than its segment takes to fill', () => {
    const load: Load = {
      retentionMs: -1,
      retentionBytes: 30_000,
      recordsPerSegment: 30,
      recordBytes: 100,
      gapsMs: [2 * SECOND],
      skewsMs: [0],
      committed: 45,
      pollMs: 15 * SECOND,
    }
    const { promises, goneAt } = replay(load)
    const bySecond = promises.map(p => [(p.madeAt - DAY) / SECOND, Math.round(p.headroomMs / SECOND)])
    // 300 records after record 45: until second 690; after record 59, the end of its segment: until second 718.
    assert.deepEqual(bySecond.slice(-3), [
      [675, 14],
      [690, 0],
      [705, 0],
    ])
    assert.equal((goneAt - DAY) / SECOND, 718)
  })
})
