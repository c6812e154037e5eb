import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DESCRIBE_GROUPS, decodeDescribeGroups } from '../../../src/kafka/wire/describe-groups.ts'
import { decodeListGroups, LIST_GROUPS } from '../../../src/kafka/wire/list-groups.ts'
import { decodeOffsetFetch, OFFSET_FETCH } from '../../../src/kafka/wire/offset-fetch.ts'
import {
  decodeStreamsGroupDescribe,
  STREAMS_GROUP_DESCRIBE,
} from '../../../src/kafka/wire/streams-group-describe.ts'
import { type Steps, toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
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
