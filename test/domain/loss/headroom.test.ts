import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AppendGrowth, NO_GROWTH } from '../../../src/domain/flow/append-growth.ts'
import { type Headroom, measureHeadroom } from '../../../src/domain/loss/headroom.ts'
import { NO_RETENTION, readRetention } from '../../../src/domain/loss/retention.ts'
import type { TopicConfig } from '../../../src/model/observation.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { byRow, Placing } from '../flow/placing.ts'

const NOW = 1_700_000_000_000
const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const UNKNOWN = Number.NaN

interface Facts {
  readonly config?: Partial<TopicConfig> | null
  readonly committed?: number
  readonly lag?: number
  /** Time stamp of the first uncommitted record. */
  readonly head?: number
  readonly start?: number
  readonly end?: number
  readonly readAt?: number
  /** Offsets per second over the last two minutes and over the last half an hour; bytes of a record. */
  readonly short?: number
  readonly long?: number
  readonly bytesPerOffset?: number
}

const CONFIG: TopicConfig = {
  cleanupPolicy: 'delete',
  timestampType: 'CreateTime',
  retentionMs: DAY,
  retentionBytes: -1,
  isTiered: false,
}

/** A day's retention; 1,000 records wait, the first of them for 20 hours. */
function measure(facts: Facts): Headroom {
  const { placement, topology } = new Placing().poll({ orders: 1 }, { billing: { 'orders/0': 0 } })
  const configs = new Map<string, TopicConfig>(
    facts.config === null ? [] : [['orders', { ...CONFIG, ...facts.config }]],
  )
  const end = facts.end ?? 2000
  return toEnd(
    measureHeadroom(placement.layout, {
      now: NOW,
      lossHorizonMs: 7 * DAY,
      retention: toEnd(readRetention(NO_RETENTION, topology, configs)),
      committed: Float64Array.of(facts.committed ?? 1000),
      lag: Float64Array.of(facts.lag ?? 1000),
      earliestHead: Float64Array.of(facts.head ?? NOW - 20 * HOUR),
      logStart: byRow(topology, { 'orders/0': facts.start ?? 0 }),
      highWatermark: byRow(topology, { 'orders/0': end }),
      readAt: byRow(topology, { 'orders/0': facts.readAt ?? NOW }),
      growth: growthOf(facts, end),
    }),
  )
}

/** Anchors so that the growth since then, and the one record more that is reckoned with, gives the rate asked for. */
function growthOf(
  { short = UNKNOWN, long = UNKNOWN, bytesPerOffset = UNKNOWN }: Facts,
  end: number,
): AppendGrowth {
  const since = (perSecond: number, ms: number) => ({
    olderAt: NOW - ms,
    newerAt: NOW - MINUTE,
    older: Float64Array.of(perSecond === 0 ? end : end + 1 - (perSecond * ms) / 1000),
    newer: Float64Array.of(end),
  })
  return {
    short: since(short, 2 * MINUTE),
    long: since(long, 30 * MINUTE),
    bytesPerOffset: Float64Array.of(bytesPerOffset),
  }
}

/** 100 bytes a record, so 100,000 bytes wait. */
const BYTES = { config: { retentionMs: -1, retentionBytes: 400_000 }, bytesPerOffset: 100, short: 1, long: 1 }

/** Headroom in milliseconds; null: nothing is published. */
const CASES: readonly (readonly [name: string, facts: Facts, headroomMs: number | null])[] = [
  ['by time: what is left of its retention', {}, 4 * HOUR],
  ['it may go at any moment', { head: NOW - DAY }, 0],
  ['never below 0', { head: NOW - 3 * DAY }, 0],
  ['a tenth of the retention used', { head: NOW - 2.4 * HOUR }, 21.6 * HOUR],
  ['less than a tenth used', { head: NOW - 2.39 * HOUR }, null],
  ['beyond the horizon', { config: { retentionMs: 10 * DAY }, head: NOW - 2 * DAY }, null],
  ['just within it', { config: { retentionMs: 10 * DAY }, head: NOW - 3 * DAY - 1 }, 7 * DAY - 1],
  ['retention.ms was made shorter', { config: { retentionMs: 21 * HOUR } }, HOUR],
  ['retention.ms was made shorter than the age', { config: { retentionMs: HOUR } }, 0],
  ['retention.ms = 0', { config: { retentionMs: 0 }, head: NOW - 1 }, 0],
  ['unlimited', { config: { retentionMs: -1 } }, null],
  ['compacted only', { config: { cleanupPolicy: 'compact' } }, null],
  ['neither compacted nor deleted', { config: { cleanupPolicy: '' } }, null],
  ['compacted and deleted', { config: { cleanupPolicy: 'compact,delete' } }, 4 * HOUR],
  ['tiered: the whole retention, not that of the leader', { config: { isTiered: true } }, 4 * HOUR],
  ['configuration not known', { config: null }, null],
  ['caught up, or nothing but control batches left', { lag: 0 }, null],
  ['lag not known', { lag: UNKNOWN }, null],
  ['time stamp not known', { head: UNKNOWN }, null],
  ['a record without a time stamp', { head: -1 }, null],
  ['stamped in the future: it is kept longer', { head: NOW + HOUR }, null],
  ['stamped in 1970', { head: 0 }, 0],

  // 300,000 bytes to go at 100 bytes/s.
  ['by bytes: what is left at the present rate', BYTES, 3000_000],
  ['by bytes: the larger of two rates', { ...BYTES, short: 10 }, 300_000],
  ['by bytes: the larger of two rates, the long one', { ...BYTES, long: 2 }, 1500_000],
  ['by bytes: a rate of one window alone', { ...BYTES, long: UNKNOWN, head: UNKNOWN }, 3000_000],
  // 1,000 in 100 s.
  [
    'by bytes: after a restart, what came since the head',
    { ...BYTES, short: UNKNOWN, long: UNKNOWN, head: NOW - 100_000 },
    300_000,
  ],
  ['by bytes: no rate known', { ...BYTES, short: UNKNOWN, long: UNKNOWN, head: UNKNOWN }, null],
  ['by bytes: nothing is written', { ...BYTES, short: 0, long: 0 }, null],
  [
    'by bytes: nothing is written, and the limit is reached',
    { ...BYTES, short: 0, long: 0, bytesPerOffset: 400 },
    0,
  ],
  [
    'by bytes: limit reached, no rate known',
    { ...BYTES, bytesPerOffset: 400, short: UNKNOWN, long: UNKNOWN, head: UNKNOWN },
    0,
  ],
  [
    'by bytes: the log has grown on since it was read',
    { ...BYTES, readAt: NOW - 45_000, short: UNKNOWN, long: UNKNOWN, head: NOW - 145_000 },
    255_000,
  ],
  [
    'by bytes: counted from the log start where retention has passed',
    { ...BYTES, committed: 10, start: 1500 },
    3500_000,
  ],
  ['by bytes: a tenth used', { ...BYTES, committed: 1600 }, 3600_000],
  ['by bytes: less than a tenth used', { ...BYTES, committed: 1601 }, null],
  ['by bytes: size not known', { ...BYTES, bytesPerOffset: UNKNOWN }, null],
  ['by bytes: tiered', { ...BYTES, config: { ...BYTES.config, isTiered: true } }, null],
  ['by bytes: compacted', { ...BYTES, config: { ...BYTES.config, cleanupPolicy: 'compact,delete' } }, null],
  ['both: bytes go first', { ...BYTES, config: { retentionBytes: 400_000 } }, 3000_000],
  ['both: time goes first', { ...BYTES, config: { retentionBytes: 400_000 }, head: NOW - DAY + 5000 }, 5000],
  [
    'both: little of the time is used, but of the bytes',
    { ...BYTES, config: { retentionBytes: 400_000 }, head: NOW - 1000 },
    3000_000,
  ],
  [
    'both: the time stamp is not known',
    { ...BYTES, config: { retentionBytes: 400_000 }, head: UNKNOWN },
    3000_000,
  ],
]

describe('measureHeadroom', () => {
  for (const [name, facts, expected] of CASES) {
    it(name, () => {
      const { headroomMs } = measure(facts)
      assert.equal(headroomMs === null ? null : Math.round(headroomMs[0] as number), expected)
    })
  }

  it('says both parts, and the rate it reckons with', () => {
    const { byTimeMs, byBytesMs, appendRate } = measure({ ...BYTES, config: { retentionBytes: 400_000 } })
    assert.equal(byTimeMs?.[0], 4 * HOUR)
    assert.equal(byBytesMs?.[0], 3000_000)
    assert.equal(appendRate?.[0], 0.001)
  })

  it('has no columns where nothing is in sight, and none of bytes where only time limits', () => {
    assert.deepEqual(
      { ...measure({ lag: 0 }) },
      { headroomMs: null, byTimeMs: null, byBytesMs: null, appendRate: null },
    )
    assert.equal(measure({}).byBytesMs, null)
    assert.equal(measure({}).appendRate, null)
  })

  it('says nothing of the cells beside', () => {
    const { placement, topology } = new Placing().poll(
      { accounts: 1, orders: 2 },
      { audit: { 'orders/1': 0 }, billing: { 'accounts/0': 0, 'orders/0': 0, 'orders/1': 0 } },
    )
    const configs = new Map([['orders', CONFIG]])
    const { headroomMs } = toEnd(
      measureHeadroom(placement.layout, {
        now: NOW,
        lossHorizonMs: 7 * DAY,
        retention: toEnd(readRetention(NO_RETENTION, topology, configs)),
        committed: new Float64Array(4),
        lag: Float64Array.of(5, 5, 0, 5),
        earliestHead: Float64Array.of(NOW - 23 * HOUR, NOW - 22 * HOUR, UNKNOWN, NOW - 21 * HOUR),
        logStart: new Float64Array(3),
        highWatermark: new Float64Array(3),
        readAt: new Float64Array(3),
        growth: NO_GROWTH,
      }),
    )
    assert.deepEqual([...(headroomMs ?? [])], [HOUR, UNKNOWN, UNKNOWN, 3 * HOUR])
  })
})

describe('readRetention', () => {
  it('is the one before itself while nothing has changed', () => {
    const { topology } = new Placing().poll({ orders: 1 }, {})
    const configs = new Map([['orders', CONFIG]])
    const first = toEnd(readRetention(NO_RETENTION, topology, configs))
    assert.equal(toEnd(readRetention(first, topology, configs)), first)
    const changed = new Map([['orders', { ...CONFIG, retentionBytes: 5 }]])
    const second = toEnd(readRetention(first, topology, changed))
    assert.deepEqual([first.hasBytes, second.hasBytes, second.bytes[0]], [false, true, 5])
  })
})
