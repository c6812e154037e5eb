import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESCRIBE_GROUPS, decodeDescribeGroups } from '../../../src/kafka/wire/describe-groups.ts'
import { decodeListGroups, LIST_GROUPS } from '../../../src/kafka/wire/list-groups.ts'
import { decodeOffsetFetch, OFFSET_FETCH } from '../../../src/kafka/wire/offset-fetch.ts'
import { ProtocolReader } from '../../../src/kafka/wire/protocol-reader.ts'
import {
  decodeStreamsGroupDescribe,
  STREAMS_GROUP_DESCRIBE,
} from '../../../src/kafka/wire/streams-group-describe.ts'
import { type Steps, toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer } from './witness.ts'

const NOWHERE = buildTopology([])

test('a streams group may have more topics than a call has arguments', () => {
  const name = 'repartitioned'
  const repartitionSourceTopics = Array.from({ length: 200_000 }, () => ({ name }))
  const topology = { epoch: 1, subtopologies: [{ subtopologyId: 's', repartitionSourceTopics }] }
  const activeTasks = [{ subtopologyId: 's', partitions: [7] }]
  const groups = [{ groupId: 'g', topology, members: [{ assignment: { activeTasks } }] }]
  const body = answer(STREAMS_GROUP_DESCRIBE, 0, { groups })
  const assignment = toEnd(decodeStreamsGroupDescribe(0, body)).groups[0]?.members[0]?.assignment
  assert.equal(assignment?.length, 200_000)
  assert.deepEqual(assignment.at(-1), { topic: 'repartitioned', partitions: [7] })
})

/** One group of one subtopology. */
function streamsAnswer(subtopology: Message): Buffer {
  const topology = { epoch: 1, subtopologies: [{ subtopologyId: 's', ...subtopology }] }
  return answer(STREAMS_GROUP_DESCRIBE, 0, { groups: [{ groupId: 'g', topology, members: [{}] }] })
}

test('the topics of a streams group count with the rest', () => {
  const topics = Array.from({ length: 600_000 }, () => '')
  const infos = topics.map(() => ({ name: '' }))
  const body = streamsAnswer({ sourceTopics: topics, repartitionSourceTopics: infos })
  assert.throws(() => toEnd(decodeStreamsGroupDescribe(0, body)), {
    code: 'MALFORMED_RESPONSE',
    message: /more than 1048576 elements/,
  })
  // Nobody reads these.
  const others = { repartitionSinkTopics: topics, stateChangelogTopics: infos, sourceTopics: topics }
  toEnd(decodeStreamsGroupDescribe(0, streamsAnswer(others)))
})

test('a streams group is read in steps, whichever of its lists is long', () => {
  const names = Array.from({ length: 50_000 }, () => 'a-name')
  const tasks = names.map(subtopologyId => ({ subtopologyId, partitions: [1] }))
  const offsets = names.map(subtopologyId => ({ subtopologyId, partition: 1, offset: 1n }))
  const pairs = names.map((key, i) => ({ key: `${key}${i}`, value: key }))
  const ofMember = (member: Message) => answer(STREAMS_GROUP_DESCRIBE, 0, { groups: [{ members: [member] }] })
  for (const body of [
    streamsAnswer({ sourceTopics: names }),
    streamsAnswer({ repartitionSinkTopics: names }),
    streamsAnswer({ stateChangelogTopics: names.map(name => ({ name })) }),
    streamsAnswer({ repartitionSourceTopics: names.map(name => ({ name })) }),
    streamsAnswer({ stateChangelogTopics: [{ name: 'a', topicConfigs: pairs }] }),
    ofMember({ assignment: { activeTasks: tasks } }),
    ofMember({ assignment: { warmupTasks: tasks } }),
    ofMember({ targetAssignment: { standbyTasks: tasks } }),
    ofMember({ taskOffsets: offsets }),
    ofMember({ clientTags: pairs }),
  ]) {
    let steps = 0
    for (const _ of decodeStreamsGroupDescribe(0, body)) steps++
    assert.ok(steps >= Math.floor(body.length / 20_000), `${steps} steps for ${body.length} bytes`)
  }
})

test('no answer has more than eight million numbers', () => {
  const half = 2 ** 22
  const lists = (lengths: readonly number[]) => {
    const body = Buffer.alloc(lengths.reduce((bytes, length) => bytes + 4 + 4 * length, 0))
    let at = 0
    for (const length of lengths) at = body.writeInt32BE(length, at) + 4 * length
    const reader = new ProtocolReader(body, { name: 'Lists', flexibleFrom: 1 }, 0)
    return lengths.map(() => reader.int32Array().length)
  }
  assert.deepEqual(lists([half, half]), [half, half])
  assert.throws(() => lists([half, half, 1]), {
    code: 'MALFORMED_RESPONSE',
    message: /^Lists v0: more than 8388608 numbers at byte \d+ of \d+$/,
  })
})

/** An answer whose last list, of elements that are all zero bytes but for some, is as long as is told. */
function longList(body: Buffer, elementBytes: number, elements: number): Buffer {
  const end = body.length - elementBytes - 1
  const element = body.subarray(end, end + elementBytes)
  assert.equal(body[end - 1], 2, 'one element, in a compact list')
  const count: number[] = []
  for (let rest = elements + 1; ; rest >>>= 7) {
    if (rest < 0x80) {
      count.push(rest)
      break
    }
    count.push((rest & 0x7f) | 0x80)
  }
  const list = Buffer.alloc(elementBytes * elements, element)
  return Buffer.concat([body.subarray(0, end - 1), Buffer.from(count), list, Buffer.of(0)])
}

const TOO_MANY = 2 ** 20 + 1

for (const [what, body, elementBytes, decode] of [
  ['groups', answer(LIST_GROUPS, 3, { groups: [{}] }), 3, (b: Buffer) => decodeListGroups(3, b)],
  [
    'described groups',
    answer(DESCRIBE_GROUPS, 5, { groups: [{}] }),
    12,
    (b: Buffer) => decodeDescribeGroups(5, b),
  ],
  [
    'groups with offsets',
    answer(OFFSET_FETCH, 8, { groups: [{}] }),
    5,
    (b: Buffer) => decodeOffsetFetch(8, b, NOWHERE, []),
  ],
] as const) {
  test(`no answer makes more than a million objects: ${what}`, () => {
    const steps: Steps<unknown> = decode(longList(body, elementBytes, TOO_MANY))
    assert.throws(() => toEnd(steps), {
      code: 'MALFORMED_RESPONSE',
      message: /^\w+ v\d: more than 1048576 elements at byte \d+ of \d+$/,
    })
    const few: Steps<unknown> = decode(longList(body, elementBytes, 1_000))
    toEnd(few)
  })
}

test('what members of classic groups were assigned counts with the rest', () => {
  const topic = Buffer.from('0001610000000100000000', 'hex') // 'a', partition 0
  const list = (topics: number) => {
    const head = Buffer.alloc(6)
    head.writeInt32BE(topics, 2)
    return Buffer.concat([head, Buffer.alloc(topic.length * topics, topic)])
  }
  const members = (topics: number) => [1, 2, 3].map(() => ({ memberAssignment: list(topics) }))
  const body = (topics: number) =>
    answer(DESCRIBE_GROUPS, 5, { groups: [{ protocolType: 'consumer', members: members(topics) }] })
  assert.throws(() => toEnd(decodeDescribeGroups(5, body(400_000))), { code: 'MALFORMED_RESPONSE' })
  const { groups } = toEnd(decodeDescribeGroups(5, body(1_000)))
  assert.deepEqual(
    groups[0]?.members.map(member => member.assignment.length),
    [1_000, 1_000, 1_000],
  )
})
