import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { stepClocks } from '../../../src/domain/clocks.ts'
import { countLost, type Lost, NOTHING_LOST } from '../../../src/domain/loss/lost-offsets.ts'
import { NO_RETENTION, readRetention } from '../../../src/domain/loss/retention.ts'
import { initialState } from '../../../src/domain/state.ts'
import type { TopicConfig } from '../../../src/model/observation.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { byRow, type Commits, Placing, type Topics } from '../flow/placing.ts'

const UNREAD = Number.NaN

function config(cleanupPolicy: string): TopicConfig {
  return {
    cleanupPolicy,
    timestampType: 'CreateTime',
    retentionMs: 604_800_000,
    retentionBytes: -1,
    isTiered: false,
  }
}

interface Poll {
  readonly topics?: Topics
  readonly starts: Readonly<Record<string, number>>
  readonly commits: Commits
  readonly policy?: string | null
  /** By cell, in order. */
  readonly dataFrom?: readonly number[]
}

/** Feeds polls one after another; the clocks are the real ones, for they know where a group was. */
class Losses {
  lost: Lost = NOTHING_LOST
  #clocks = initialState(0).clocks
  readonly #placing = new Placing()

  poll(poll: Poll): readonly number[] {
    const { placement, topology } = this.#placing.poll(poll.topics ?? { orders: 2 }, poll.commits)
    const policy = poll.policy === undefined ? 'delete' : poll.policy
    const configs = new Map(policy === null ? [] : topology.topics.map(topic => [topic, config(policy)]))
    this.lost = toEnd(
      countLost(this.lost, placement, {
        latest: this.#clocks.latest,
        logStart: byRow(topology, poll.starts),
        retention: toEnd(readRetention(NO_RETENTION, topology, configs)),
        dataFrom: c => poll.dataFrom?.[c] ?? Number.NaN,
      }),
    )
    this.#clocks = toEnd(
      stepClocks(this.#clocks, placement, {
        now: 0,
        clockStartAt: 0,
        wasWatched: new Uint8Array(placement.layout.groups.length),
        restored: false,
      }),
    )
    return [...this.lost.perBlock]
  }
}

/** One group on one partition: [log start, commit], and how much is lost in all after that poll. */
type Story = readonly (readonly [
  start: number,
  commit: number | null,
  lost: number,
  policy?: string | null,
])[]

const STORIES: Readonly<Record<string, Story>> = {
  'retention passes a stopped consumer in steps': [
    [0, 50, 0],
    [0, 50, 0],
    [80, 50, 30],
    [80, 50, 30],
    [81, 50, 31],
    [400, 50, 350],
  ],
  'a consumer just ahead of it loses nothing': [
    [0, 50, 0],
    [50, 50, 0],
    [70, 70, 0],
    [90, 200, 0],
  ],
  'passed, resumed at the log start, passed again': [
    [0, 50, 0],
    [80, 50, 30],
    [80, 120, 30],
    [200, 120, 110],
    [200, 200, 110],
    [201, 200, 111],
  ],
  'moved on below the log start: only what is ahead of it is lost anew': [
    [0, 50, 0],
    [80, 50, 30],
    [80, 60, 30],
    [90, 60, 40],
  ],
  'reset to the log start and beyond within one poll: its commits say that it consumed all': [
    [0, 50, 0],
    [100, 130, 0],
    [140, 130, 10],
  ],
  'a group first seen when retention has long passed it': [
    [500, 20, 0],
    [500, 20, 0],
    [510, 20, 10],
  ],
  'the log start is first read later: what was gone by then is not counted': [
    [UNREAD, 20, 0],
    [UNREAD, 20, 0],
    [500, 20, 0],
    [510, 20, 10],
  ],
  'the log start is first read later, and the commit is above it': [
    [UNREAD, 20, 0],
    [10, 20, 0],
    [30, 20, 10],
  ],
  'the commit is first read later': [
    [500, UNREAD, 0],
    [500, 20, 0],
    [510, 20, 10],
  ],
  'missed polls: log start, commits, the whole group': [
    [0, 50, 0],
    [UNREAD, 50, 0],
    [80, UNREAD, 0],
    [90, null, 0],
    [100, 50, 50],
    [UNREAD, 50, 50],
    [120, UNREAD, 50],
    [130, null, 50],
    [140, 50, 90],
  ],
  'went back to below the log start': [
    [100, 300, 0],
    [100, 40, 0],
    [100, 40, 0],
    [150, 40, 50],
  ],
  'went back to below the log start while that could not be read': [
    [100, 300, 0],
    [UNREAD, 40, 0],
    [150, 40, 0],
    [160, 40, 10],
  ],
  'went back to the log start: what it reads again can be lost again': [
    [100, 300, 0],
    [100, 100, 0],
    [120, 100, 20],
  ],
  'went back to nothing, as when offsets expire, and committed anew': [
    [0, 50, 0],
    [80, 50, 30],
    [80, -1, 30],
    [90, -1, 30],
    [90, 60, 30],
    [95, 60, 35],
  ],
  'a Kafka Streams purge deletes what was consumed': [
    [0, 100, 0],
    [100, 100, 0],
    [180, 200, 0],
    [200, 200, 0],
  ],
  'a log start that goes back, as with a leader that had not kept up, does not count twice': [
    [0, 50, 0],
    [100, 50, 50],
    [70, 50, 50],
    [100, 50, 50],
    [110, 50, 60],
  ],
  'a topic that was made anew on brokers without topic ids': [
    [0, 50, 0],
    [100, 50, 50],
    [5, 3, 50],
    [9, 3, 54],
  ],
  'compacted only: nothing is deleted for its age': [
    [0, 50, 0, 'compact'],
    [80, 50, 0, 'compact'],
  ],
  'compacted and deleted': [
    [0, 50, 0, 'compact, delete'],
    [80, 50, 30, 'compact, delete'],
  ],
  'no policy known': [
    [0, 50, 0, null],
    [80, 50, 30, null],
  ],
  'made deletable: what went before is not counted': [
    [0, 50, 0, 'compact'],
    [80, 50, 0, 'compact'],
    [80, 50, 0, 'delete'],
    [95, 50, 15, 'delete'],
  ],
}

describe('countLost', () => {
  for (const [name, story] of Object.entries(STORIES)) {
    it(name, () => {
      const losses = new Losses()
      const told = story.map(([start, commit, , policy]) =>
        losses.poll({
          starts: { 'orders/0': start },
          commits: { billing: commit === null ? null : { 'orders/0': commit } },
          ...(policy === undefined ? {} : { policy }),
        }),
      )
      assert.deepEqual(
        told,
        story.map(([, , lost]) => [lost]),
      )
    })
  }

  it('counts one group and topic for all its partitions, and each group by itself', () => {
    const losses = new Losses()
    const commits = { audit: { 'orders/0': 90 }, billing: { 'orders/0': 50, 'orders/1': 10 } }
    losses.poll({ starts: { 'orders/0': 0, 'orders/1': 0 }, commits })
    assert.deepEqual(losses.poll({ starts: { 'orders/0': 100, 'orders/1': 12 }, commits }), [10, 52])
  })

  it('goes on over new groups, partitions and topics before its own', () => {
    const losses = new Losses()
    const billing = { 'orders/0': 50, 'orders/1': 10 }
    losses.poll({ starts: { 'orders/0': 0, 'orders/1': 0 }, commits: { billing } })
    losses.poll({ starts: { 'orders/0': 70, 'orders/1': 0 }, commits: { billing } })
    const grown = { accounts: 3, orders: 4 }
    const commits = { audit: { 'accounts/2': 5 }, billing: { 'accounts/1': 7, ...billing, 'orders/3': 0 } }
    const starts = { 'accounts/1': 8, 'accounts/2': 0, 'orders/0': 75, 'orders/1': 11, 'orders/3': 0 }
    assert.deepEqual(losses.poll({ topics: grown, starts, commits }), [0, 0, 26])
    assert.deepEqual([...losses.lost.upTo.values()], [8, 75, 11])
  })

  it('goes on under the name of a topic that was made anew, whose offsets begin again', () => {
    const losses = new Losses()
    const topics = (id: string) => ({ orders: { id, partitions: 1 } })
    const commits = { billing: { 'orders/0': 50 } }
    losses.poll({ topics: topics('a'), starts: { 'orders/0': 0 }, commits })
    losses.poll({ topics: topics('a'), starts: { 'orders/0': 60 }, commits })
    const poll = (start: number, commit: number) =>
      losses.poll({
        topics: topics('b'),
        starts: { 'orders/0': start },
        commits: { billing: { 'orders/0': commit } },
      })
    assert.deepEqual(poll(0, 50), [10])
    assert.deepEqual(poll(5, 3), [10])
    assert.deepEqual(poll(9, 3), [14])
  })

  it('counts over a restart what went while the program was down, and nothing twice', () => {
    const losses = new Losses()
    const poll = (start: number) =>
      losses.poll({ starts: { 'orders/0': start }, commits: { billing: { 'orders/0': 50 } } })
    poll(0)
    assert.deepEqual(poll(80), [30])
    // As a file gives it back: plain numbers.
    losses.lost = { perBlock: losses.lost.perBlock.slice(), upTo: new Map(losses.lost.upTo) }
    assert.deepEqual(poll(95), [45])
  })

  it('does not count the marker of a transaction that all had been read before', () => {
    const losses = new Losses()
    const poll = (start: number, dataFrom: number) =>
      losses.poll({
        starts: { 'orders/0': start },
        commits: { billing: { 'orders/0': 50 } },
        dataFrom: [dataFrom],
      })
    poll(0, 51)
    assert.deepEqual(poll(51, 51), [0])
    assert.deepEqual(poll(60, UNREAD), [9])
  })

  it('keeps nothing of cells that are ahead of the log start again', () => {
    const losses = new Losses()
    const poll = (start: number, commit: number) =>
      losses.poll({ starts: { 'orders/0': start }, commits: { billing: { 'orders/0': commit } } })
    poll(0, 50)
    poll(80, 50)
    assert.deepEqual([...losses.lost.upTo], [[0, 80]])
    poll(80, 80)
    assert.deepEqual([...losses.lost.upTo], [])
  })
})
