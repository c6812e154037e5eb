import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { place } from '../../src/domain/place.ts'
import { initialState } from '../../src/domain/state.ts'
import { track } from '../../src/domain/track.ts'
import { HEAD_UNASKED, type HeadLimits, type TimeQuestions } from '../../src/model/evidence.ts'
import type { ClusterReader } from '../../src/model/ports.ts'
import { toEnd } from '../../src/model/steps.ts'
import { Prober, type ProberOptions } from '../../src/pipeline/prober.ts'
import { OPTIONS } from '../domain/tracking.ts'
import { observe, observeNothing, type Poll } from '../fakes/observations.ts'
import { evidenceOf, type Records } from '../fakes/records.ts'
import { SILENT_PROBES } from '../fakes/silent-probes.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000
/** A record at every offset, so that each place is a question of its own. */
const EVERYWHERE: Records = {
  'orders/0': Array.from({ length: 10 }, (_, offset) => [offset, at(-60)] as const),
}
const NO_COST = { requests: new Map([['Fetch', 1]]), errors: [] }

/** A cluster whose records are known, its clock, and what was asked of it. */
class Desk {
  readonly limits: HeadLimits[] = []
  readonly searches: TimeQuestions[] = []
  readonly transactionRows: number[][] = []
  clock = T0
  bytesPerProbe = 0
  /** Per look-up. */
  takesMs = 0
  state = initialState(T0)
  readonly #prober: Prober

  constructor(records: Records, options: Partial<ProberOptions> = {}) {
    const reader: Omit<ClusterReader, 'read' | 'close'> = {
      ...SILENT_PROBES,
      readHeads: async (questions, limits) => {
        this.limits.push(limits)
        this.clock += this.takesMs
        const { heads } = evidenceOf(questions, this.state.layout.topology, records)
        return { ...NO_COST, answers: heads, bytes: this.bytesPerProbe }
      },
      lookUpTimes: async questions => {
        this.searches.push(questions)
        this.clock += this.takesMs
        return { ...NO_COST, answers: this.#search(questions) }
      },
      findTransactions: async rows => {
        this.transactionRows.push([...rows])
        return { ...NO_COST, transactions: new Map() }
      },
    }
    this.#prober = new Prober(reader, () => this.clock, {
      maxBytesPerSecond: 1_000,
      pollIntervalMs: 15_000,
      hungAfterMs: 900_000,
      isDeadLetterTopic: () => false,
      ...options,
    })
  }

  async poll(poll: Poll | null, seconds = 0) {
    const observation = poll === null ? observeNothing(at(seconds)) : observe(poll)
    this.clock = observation.endedAt
    const placed = toEnd(place(this.state, observation, OPTIONS))
    // The rows of the questions are those of this topology.
    this.state = { ...this.state, layout: { ...this.state.layout, topology: placed.topology } }
    const evidence = await this.#prober.look(placed, new AbortController().signal)
    this.state = toEnd(track(placed, evidence, OPTIONS)).state
    return evidence
  }

  /** Records of a row, 9 days old to new, a day apart, for searches. */
  #search(questions: TimeQuestions) {
    const offsets = Float64Array.from(questions.timestamps, time => {
      const offset = Math.ceil((time - at(-9 * 86_400)) / 86_400_000)
      return offset > 9 ? Number.POSITIVE_INFINITY : Math.max(0, offset)
    })
    const recordTimestamps = offsets.map(offset => at((offset - 9) * 86_400))
    return { ...questions, offsets, recordTimestamps }
  }
}

const lagging = (seconds: number, offsets: readonly number[], stable?: Poll['stable']): Poll => ({
  at: at(seconds),
  topics: { orders: offsets.map(() => [0, 10] as const) },
  groups: { billing: { commits: Object.fromEntries(offsets.map((offset, p) => [`orders/${p}`, offset])) } },
  ...(stable === undefined ? {} : { stable }),
})

describe('looking up what a poll leaves open', () => {
  it('reads no more bytes in a second than it may, over all polls', async () => {
    const desk = new Desk(EVERYWHERE)
    desk.bytesPerProbe = 25_000
    await desk.poll(lagging(0, [1]))
    await desk.poll(lagging(15, [2]))
    await desk.poll(lagging(30, [3]))
    await desk.poll(lagging(45, [4]))
    assert.deepEqual(
      desk.limits.map(limits => limits.budgetBytes),
      // Nothing in the third poll: the debt of the second is more than 15 s pay.
      [15_000, 5_000, 10_000],
    )
  })

  it('counts what was left for later: for want of bytes, or of an answer', async () => {
    const desk = new Desk(EVERYWHERE)
    desk.bytesPerProbe = 100_000
    const first = await desk.poll(lagging(0, [1, 1]))
    assert.deepEqual([...first.heads.outcome].sort(), [HEAD_UNASKED, 1])
    assert.equal(first.deferred, 1)
    assert.equal((await desk.poll(lagging(15, [2, 2]))).deferred, 2)
  })

  it('searches by time stamps where records are refused, round by round, until it is close enough', async () => {
    const desk = new Desk({ 'orders/0': 'denied' })
    const { times } = await desk.poll(lagging(0, [5]))
    assert.equal(times.length, desk.searches.length)
    const ages = desk.searches.map(({ timestamps }) => (at(0) - (timestamps[0] as number)) / 1000)
    // Back by steps, then to the first record of the log; then in between.
    assert.deepEqual(ages.slice(0, 3), [15, 75, T0 / 1000])
    const found = [desk.state.heads.min[0], desk.state.heads.max[0]]
    assert.deepEqual(found, [at(-4 * 86_400), at(-4 * 86_400)])
    await desk.poll(lagging(15, [5]))
    assert.deepEqual([desk.searches.length, desk.limits.length], [times.length, 1])
  })

  it('ends in time for the next poll', async () => {
    const desk = new Desk({ 'orders/0': 'denied' })
    desk.takesMs = 4_000
    const evidence = await desk.poll(lagging(0, [5]))
    assert.equal(desk.limits[0]?.timeoutMs, 7_500)
    assert.deepEqual([desk.searches.length, evidence.elapsedMs], [1, 8_000])
  })

  it('asks once a minute which transactions hold offsets that have stood for too long', async () => {
    const desk = new Desk({ 'orders/0': [[5, at(-5)]] })
    const asked = async (seconds: number) => {
      desk.transactionRows.length = 0
      await desk.poll(lagging(seconds, [5], { 'orders/0': 5 }))
      return desk.transactionRows
    }
    assert.deepEqual(await asked(0), [])
    assert.deepEqual(await asked(900), [])
    assert.deepEqual(await asked(901), [[0]])
    assert.deepEqual(await asked(960), [])
    assert.deepEqual(await asked(961), [[0]])
  })

  it('looks nothing up where it may not, or where nobody gave metadata', async () => {
    const forbidden = new Desk({ 'orders/0': [[9, at(-5)]] }, { maxBytesPerSecond: 0 })
    await forbidden.poll(lagging(0, [1]))
    const blind = new Desk({ 'orders/0': [[9, at(-5)]] })
    await blind.poll(null)
    assert.deepEqual([forbidden.limits, forbidden.searches, blind.limits, blind.searches], [[], [], [], []])
  })

  it('adds up the requests of all look-ups', async () => {
    const desk = new Desk({ 'orders/0': 'denied' })
    assert.deepEqual(
      (await desk.poll(lagging(0, [5]))).requests,
      new Map([['Fetch', 1 + desk.searches.length]]),
    )
  })
})
