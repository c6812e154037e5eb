import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NO_DEAD_LETTER_MEMORY } from '../../../src/domain/dlq/dead-letter-memory.ts'
import { planRecordTimes } from '../../../src/domain/dlq/plan-record-times.ts'
import { roleOfTopic } from '../../../src/domain/dlq/topic-role.ts'
import { place } from '../../../src/domain/place.ts'
import { type ClusterState, initialState } from '../../../src/domain/state.ts'
import { track } from '../../../src/domain/track.ts'
import { NO_EVIDENCE } from '../../../src/model/evidence.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { decodeState, encodeState } from '../../../src/pipeline/state-codec.ts'
import { observe, type Poll } from '../../fakes/observations.ts'
import { OPTIONS } from '../tracking.ts'

const isDeadLetterTopic = (topic: string) => roleOfTopic(topic) === 'dead_letters'
const T = 1_700_000_000_000

/** The first and the newest time stamp of what each partition holds, in the order of the partitions asked about. */
type Times = readonly (readonly [oldest: number | null, newest: number | null] | null)[]

class Following {
  state: ClusterState = initialState(T)
  asked: readonly number[] = []
  readonly #drainedBy: ReadonlyMap<string, string>

  constructor(drainedBy: Readonly<Record<string, string>> = {}) {
    this.#drainedBy = new Map(Object.entries(drainedBy))
  }

  poll(seconds: number, poll: Omit<Poll, 'at'>, times: Times = []): Snapshot {
    const options = { ...OPTIONS, isDeadLetterTopic, drainedBy: this.#drainedBy }
    const placed = toEnd(place(this.state, observe({ at: T + seconds * 1_000, ...poll }), options))
    const rows = toEnd(planRecordTimes(placed, isDeadLetterTopic))
    this.asked = [...rows]
    const answers = (which: 0 | 1) => ({
      rows,
      timestamps: new Float64Array(rows.length),
      offsets: Float64Array.from(rows, (_, i) => (times[i]?.[which] == null ? Number.NaN : 0)),
      recordTimestamps: Float64Array.from(rows, (_, i) => times[i]?.[which] ?? Number.NaN),
    })
    const evidence = { ...NO_EVIDENCE, deadLetters: { oldest: answers(0), newest: answers(1) } }
    const tracked = toEnd(track(placed, rows.length === 0 ? NO_EVIDENCE : evidence, options))
    this.state = tracked.state
    return tracked.snapshot
  }

  restart(): void {
    this.state = decodeState(toEnd(encodeState(this.state, 0))).state
  }
}

const seen = ({ deadLetters: { rows, depth, arrived, undrained, oldestAt, newestAt } }: Snapshot) => ({
  rows: [...rows],
  depth: [...depth],
  arrived: [...arrived],
  undrained: [...undrained],
  oldestAt: [...oldestAt],
  newestAt: [...newestAt],
})

describe('dead-letter topics through the polls', () => {
  it('depth, arrivals and ages are those of the log; topics of other kinds are left alone', () => {
    const following = new Following()
    const topics = {
      orders: [[0, 1_000]],
      'orders-dlq': [
        [10, 25],
        [0, 0],
      ],
      'orders-retry': [[0, 5]],
    } as const
    const snapshot = following.poll(0, { topics }, [[T - 60_000, T - 1_000]])
    assert.deepEqual(following.asked, [1])
    assert.deepEqual(seen(snapshot), {
      rows: [1, 2],
      depth: [15, 0],
      arrived: [25, 0],
      undrained: [Number.NaN, Number.NaN],
      oldestAt: [T - 60_000, Number.NaN],
      newestAt: [T - 1_000, Number.NaN],
    })
  })

  it('records are asked about when start or end has moved, when there was no answer, and once a minute', () => {
    const following = new Following()
    const held = (start: number, end: number) => ({ topics: { 'a-dlq': [[start, end]] as const } })
    following.poll(0, held(0, 5), [[T, T + 5]])
    following.poll(15, held(0, 5))
    assert.deepEqual(following.asked, [])
    following.poll(30, held(0, 6), [null])
    assert.deepEqual(following.asked, [0])
    const unanswered = following.poll(45, held(0, 6), [null])
    assert.deepEqual(following.asked, [0])
    assert.deepEqual(seen(unanswered).newestAt, [T + 5])
    following.poll(60, held(0, 6), [[T, T + 6]])
    following.poll(75, held(2, 6), [[T + 2, T + 6]])
    assert.deepEqual(following.asked, [0])
    following.poll(90, held(2, 6))
    assert.deepEqual(following.asked, [])
    const later = following.poll(135, held(2, 6), [[T + 4, T + 6]])
    assert.deepEqual(following.asked, [0])
    assert.deepEqual(seen(later).oldestAt, [T + 4])
    const emptied = following.poll(150, held(6, 6))
    assert.deepEqual([seen(emptied).depth, seen(emptied).oldestAt], [[0], [Number.NaN]])
  })

  it('arrivals never go back while the topic is the same one, over a restart too, and begin anew with another one', () => {
    const following = new Following()
    const held = (end: number, id = 'first') => ({
      topics: { 'a-dlq': [[0, end]] as const },
      ids: { 'a-dlq': id },
    })
    const arrived = (snapshot: Snapshot) => seen(snapshot).arrived
    assert.deepEqual(arrived(following.poll(0, held(7))), [7])
    assert.deepEqual(arrived(following.poll(15, held(4))), [7], 'an unclean election')
    following.restart()
    assert.deepEqual(arrived(following.poll(30, held(5))), [7], 'a restart')
    assert.deepEqual(arrived(following.poll(45, { ...held(5), topics: { 'a-dlq': [null] } })), [7], 'unread')
    assert.deepEqual(arrived(following.poll(60, held(9))), [9])
    assert.deepEqual(arrived(following.poll(75, { topics: { b: [[0, 1]] } })), [], 'deleted')
    assert.deepEqual(arrived(following.poll(90, held(2, 'second'))), [2])
    following.restart()
    assert.deepEqual(arrived(following.poll(105, held(1, 'third'))), [1], 'created anew while nobody watched')
  })

  it('a partition that cannot be read keeps its reading for a while, and is absent then', () => {
    const following = new Following()
    following.poll(0, { topics: { 'a-dlq': [[0, 5]] } }, [[T, T]])
    const unread = { topics: { 'a-dlq': [null] } }
    assert.deepEqual(seen(following.poll(45, unread)).depth, [5])
    const gone = seen(following.poll(60, unread))
    assert.deepEqual([gone.depth, gone.oldestAt, gone.arrived], [[Number.NaN], [Number.NaN], [5]])
  })

  it('what the group that drains it has not read', () => {
    const following = new Following({ 'a-dlq': 'redriver', 'b-dlq': 'nobody' })
    const poll = (commits: Readonly<Record<string, number>>) =>
      seen(
        following.poll(0, {
          topics: { 'a-dlq': [[2, 10], [0, 4], null], 'b-dlq': [[0, 3]] },
          groups: { another: { commits: { 'a-dlq/1': 1 } }, redriver: { commits } },
        }),
      ).undrained
    assert.deepEqual(poll({ 'a-dlq/0': 7 }), [3, 4, Number.NaN, Number.NaN])
    assert.deepEqual(poll({ 'a-dlq/0': 10, 'a-dlq/1': 1 }), [0, 3, Number.NaN, Number.NaN])
  })

  it('nothing is said of a group whose commits cannot be read, and have not been for a while', () => {
    const following = new Following({ 'a-dlq': 'redriver', 'b-dlq': 'sharing' })
    const poll = (seconds: number, commits: Readonly<Record<string, number>> | null) =>
      seen(
        following.poll(seconds, {
          topics: { 'a-dlq': [[0, 10]], 'b-dlq': [[0, 3]] },
          groups: { redriver: { commits }, sharing: { kind: 'share', commits: null } },
        }),
      ).undrained
    assert.deepEqual(poll(0, null), [Number.NaN, Number.NaN], 'never read')
    assert.deepEqual(poll(15, {}), [10, Number.NaN], 'nothing committed')
    assert.deepEqual(poll(60, null), [10, Number.NaN], 'held over missed readings')
    assert.deepEqual(poll(75, null), [Number.NaN, Number.NaN])
    assert.deepEqual(poll(90, { 'a-dlq/0': 7 }), [3, Number.NaN])
    following.restart()
    assert.deepEqual(poll(300, null), [Number.NaN, Number.NaN], 'read before a restart')
  })

  it('the times of a partition whose look-ups fail stand as long as any reading, each for itself', () => {
    const following = new Following()
    const poll = (seconds: number, end: number, times: Times) => {
      const { oldestAt, newestAt } = seen(following.poll(seconds, { topics: { 'a-dlq': [[0, end]] } }, times))
      return [oldestAt[0], newestAt[0]]
    }
    assert.deepEqual(poll(0, 5, [[T, T + 5]]), [T, T + 5])
    assert.deepEqual(poll(45, 5, []), [T, T + 5])
    // Not asked about for long, as nothing had moved: they fail from now on.
    assert.deepEqual(poll(59, 6, [null]), [T, T + 5])
    assert.deepEqual(poll(104, 6, [null]), [T, T + 5])
    assert.deepEqual(poll(105, 6, [null]), [Number.NaN, Number.NaN])
    assert.deepEqual(poll(120, 6, [[T, null]]), [T, Number.NaN])
    assert.deepEqual(poll(135, 6, [[T, T + 6]]), [T, T + 6])
    assert.deepEqual(poll(150, 7, [[T, null]]), [T, T + 6])
    assert.deepEqual(poll(196, 7, [[T, null]]), [T, Number.NaN])
  })

  it('costs nothing where there are none', () => {
    const following = new Following()
    const { deadLetters } = following.state
    const snapshot = following.poll(0, { topics: { orders: [[0, 5]] } })
    assert.equal(following.state.deadLetters.ends, NO_DEAD_LETTER_MEMORY.ends)
    assert.equal(snapshot.deadLetters.rows.length, 0)
    assert.equal(deadLetters, NO_DEAD_LETTER_MEMORY)
  })
})
