import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FollowedTopics, followTopics } from '../../../src/domain/tail/follow-topics.ts'
import { buildSnapshot } from '../../fakes/snapshots.ts'

const MINUTE = 60_000
const { NaN: UNREAD } = Number

/** Of each partition its start and its end. */
type Ranges = readonly (readonly [number, number])[]

interface Poll {
  readonly at?: number
  readonly up?: boolean
  /** `topic:id`. */
  readonly topics?: Readonly<Record<string, Ranges>>
}

/** Positions after the last of the polls, as `topic:id: positions`. */
function after(...polls: readonly Poll[]): readonly string[] {
  let followed: FollowedTopics = new Map()
  let seen: ReadonlySet<string> | null = null
  for (const { at = 0, up = true, topics = {} } of polls) {
    const snapshot = buildSnapshot({
      takenAt: at,
      up,
      topics: Object.entries(topics).map(([key, ranges]) => {
        const [name = '', id = ''] = key.split(':')
        return { name, id, partitions: ranges.map(([logStart, end]) => ({ logStart, end })) }
      }),
    })
    followed = followTopics(followed, seen, snapshot, topic => topic !== 'unwanted')
    if (up) seen = new Set(snapshot.topology.topics)
  }
  return [...followed].map(([topic, { topicId, next }]) => `${topic}:${topicId}: ${[...next]}`)
}

const there = { topics: { 'a:1': [[2, 9]] } } satisfies Poll
const none: Poll = { topics: {} }

const CASES: Readonly<Record<string, readonly [readonly Poll[], readonly string[]]>> = {
  'what is there at first begins at its end': [[there], ['a:1: 9']],
  'what is followed goes on where it is': [[there, { topics: { 'a:1': [[2, 20]] } }], ['a:1: 9']],
  'what is not wanted is not followed': [[{ topics: { 'unwanted:1': [[0, 5]] } }], []],
  'a new topic begins at its start': [[none, there], ['a:1: 2']],
  'a new topic of which the start cannot be read begins at 0': [
    [none, { topics: { 'a:1': [[UNREAD, UNREAD]] } }, { topics: { 'a:1': [[0, 5]] } }],
    ['a:1: 0'],
  ],
  'a new partition begins at its start': [
    [
      there,
      {
        topics: {
          'a:1': [
            [2, 20],
            [1, 4],
          ],
        },
      },
    ],
    ['a:1: 9,1'],
  ],
  'a new partition of which the start cannot be read begins at 0': [
    [
      there,
      {
        topics: {
          'a:1': [
            [2, 20],
            [UNREAD, UNREAD],
          ],
        },
      },
      {
        topics: {
          'a:1': [
            [2, 20],
            [0, 7],
          ],
        },
      },
    ],
    ['a:1: 9,0'],
  ],
  'a topic that is created anew begins at its start': [[there, { topics: { 'a:2': [[1, 5]] } }], ['a:2: 1']],
  'a topic that is created anew begins at 0 where its start cannot be read': [
    [there, { topics: { 'a:2': [[UNREAD, UNREAD]] } }, { topics: { 'a:2': [[0, 5]] } }],
    ['a:2: 0'],
  ],
  'an old topic of which the end cannot be read begins at the end as soon as it can': [
    [{ topics: { 'a:1': [[UNREAD, UNREAD]] } }, there],
    ['a:1: 9'],
  ],
  'without ids of topics it is the same': [[there, { topics: { 'a:': [[2, 20]] } }], ['a:: 9']],
  'a poll without metadata changes nothing': [[there, { up: false }, none, { up: false }], ['a:1: 9']],
  'a topic that is missing for a while goes on where it was': [
    [there, { at: MINUTE }, { at: 2 * MINUTE, topics: { 'a:1': [[2, 30]] } }],
    ['a:1: 9'],
  ],
  'a topic that is missing for an hour is forgotten, and begins at its start when it comes back': [
    [there, { at: MINUTE }, { at: 62 * MINUTE }, { at: 63 * MINUTE, topics: { 'a:1': [[2, 30]] } }],
    ['a:1: 2'],
  ],
}

for (const [name, [polls, expected]] of Object.entries(CASES)) {
  test(name, () => assert.deepEqual(after(...polls), expected))
}
