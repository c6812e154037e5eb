import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Api } from '../../../src/kafka/wire/api.ts'
import { readClassicAssignment } from '../../../src/kafka/wire/classic-assignment.ts'
import {
  CONSUMER_GROUP_DESCRIBE,
  decodeConsumerGroupDescribe,
  encodeConsumerGroupDescribe,
} from '../../../src/kafka/wire/consumer-group-describe.ts'
import {
  DESCRIBE_GROUPS,
  decodeDescribeGroups,
  encodeDescribeGroups,
} from '../../../src/kafka/wire/describe-groups.ts'
import type { DescribeGroupsResponse } from '../../../src/kafka/wire/described-group.ts'
import {
  decodeShareGroupDescribe,
  encodeShareGroupDescribe,
  SHARE_GROUP_DESCRIBE,
} from '../../../src/kafka/wire/share-group-describe.ts'
import {
  decodeStreamsGroupDescribe,
  encodeStreamsGroupDescribe,
  STREAMS_GROUP_DESCRIBE,
} from '../../../src/kafka/wire/streams-group-describe.ts'
import { type Steps, toEnd } from '../../../src/model/steps.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, schemas, understood, versionsOf } from './witness.ts'

/** As consumers write it: int16 version, then the structure. */
function assigned(version: number, message: Message): Buffer {
  const prefix = Buffer.alloc(2)
  prefix.writeInt16BE(version)
  return Buffer.concat([prefix, schemas.message('ConsumerProtocolAssignment').encode(version, message)])
}

const TOPIC_ID = '8xyOIZtwT22_8AVaDOl-Ow'
const SEEN = { clientId: 'svc-1', clientHost: '/10.0.0.7' }
const MEMBER = { clientId: 'svc-1', host: '10.0.0.7' }
const ERROR = { errorCode: 16, groupId: 'moved', errorMessage: 'not here' }
const MOVED = { id: 'moved', errorCode: 16, state: '', protocolType: '', protocol: '', epoch: 0, members: [] }

const CLASSIC: Message = {
  throttleTimeMs: 2,
  groups: [
    {
      groupId: 'billing',
      groupState: 'Stable',
      protocolType: 'consumer',
      protocolData: 'range',
      members: [
        {
          memberId: 'm-1',
          groupInstanceId: 'static-1',
          ...SEEN,
          memberMetadata: Buffer.from([1, 2, 3]),
          memberAssignment: assigned(1, {
            assignedPartitions: [
              { topic: 'orders', partitions: [2, 0] },
              { topic: 'größe', partitions: [] },
            ],
            userData: Buffer.from([9]),
          }),
        },
        { memberId: 'm-2', clientId: '', clientHost: 'kafka.example', memberAssignment: Buffer.alloc(0) },
      ],
    },
    {
      groupId: 'connect-sink',
      groupState: 'Stable',
      protocolType: 'connect',
      protocolData: 'sessioned',
      members: [{ memberId: 'c-1', ...SEEN, memberAssignment: Buffer.from([0, 1, 0, 1, 0xff, 0xff]) }],
    },
    { errorCode: 16, groupId: 'moved' },
  ],
}

const CLASSIC_READ: DescribeGroupsResponse = {
  throttleMs: 2,
  groups: [
    {
      id: 'billing',
      errorCode: 0,
      state: 'Stable',
      protocolType: 'consumer',
      protocol: 'range',
      epoch: -1,
      members: [
        {
          memberId: 'm-1',
          ...MEMBER,
          assignment: [
            { topic: 'orders', partitions: [2, 0] },
            { topic: 'größe', partitions: [] },
          ],
        },
        { memberId: 'm-2', clientId: '', host: 'kafka.example', assignment: [] },
      ],
    },
    {
      id: 'connect-sink',
      errorCode: 0,
      state: 'Stable',
      protocolType: 'connect',
      protocol: 'sessioned',
      epoch: -1,
      members: [{ memberId: 'c-1', ...MEMBER, assignment: [] }],
    },
    { ...MOVED, epoch: -1 },
  ],
}

const partitionsOf = (topicName: string, partitions: number[]) => ({
  topicId: TOPIC_ID,
  topicName,
  partitions,
})
const ASSIGNED = {
  ...SEEN,
  memberId: 'm-1',
  rackId: 'eu-1a',
  memberEpoch: 12,
  subscribedTopicNames: ['orders', 'größe'],
  assignment: { topicPartitions: [partitionsOf('orders', [2, 0]), partitionsOf('größe', [])] },
}
const DESCRIBED = {
  groupId: 'billing',
  groupState: 'Reconciling',
  groupEpoch: 12,
  assignmentEpoch: 11,
  assignorName: 'uniform',
}
const READ = {
  id: 'billing',
  errorCode: 0,
  state: 'Reconciling',
  protocolType: '',
  protocol: 'uniform',
  epoch: 12,
}
const READ_MEMBER = {
  memberId: 'm-1',
  ...MEMBER,
  assignment: [
    { topic: 'orders', partitions: [2, 0] },
    { topic: 'größe', partitions: [] },
  ],
}

const CONSUMER: Message = {
  throttleTimeMs: 3,
  groups: [
    {
      ...DESCRIBED,
      members: [
        {
          ...ASSIGNED,
          instanceId: 'static-1',
          subscribedTopicRegex: 'ord.*',
          targetAssignment: { topicPartitions: [partitionsOf('orders', [1])] },
          memberType: 1,
        },
      ],
    },
    ERROR,
  ],
}

const SHARE: Message = { throttleTimeMs: 3, groups: [{ ...DESCRIBED, members: [ASSIGNED] }, ERROR] }

const topicInfo = (name: string) => ({
  name,
  partitions: 4,
  replicationFactor: 1,
  topicConfigs: [{ key: 'cleanup.policy', value: 'compact' }],
})
const task = (subtopologyId: string, ...partitions: number[]) => ({ subtopologyId, partitions })
const STREAMS: Message = {
  throttleTimeMs: 3,
  groups: [
    {
      groupId: 'app',
      groupState: 'Stable',
      groupEpoch: 5,
      assignmentEpoch: 5,
      topology: {
        epoch: 1,
        subtopologies: [
          {
            subtopologyId: 's0',
            sourceTopics: ['clicks', 'views'],
            repartitionSinkTopics: ['app-repartition'],
            stateChangelogTopics: [topicInfo('app-changelog')],
          },
          { subtopologyId: 's1', repartitionSourceTopics: [topicInfo('app-repartition')] },
        ],
      },
      members: [
        {
          memberId: 'm-1',
          memberEpoch: 5,
          instanceId: null,
          rackId: null,
          ...SEEN,
          topologyEpoch: 1,
          processId: 'p-1',
          userEndpoint: { host: 'h', port: 65_535 },
          clientTags: [{ key: 'zone', value: 'a' }],
          taskOffsets: [{ subtopologyId: 's0', partition: 1, offset: 44 }],
          taskEndOffsets: [{ subtopologyId: 's0', partition: 1, offset: 45 }],
          assignment: {
            activeTasks: [task('s0', 0, 3), task('s1', 2), task('s9', 1)],
            standbyTasks: [task('s0', 1)],
            warmupTasks: [task('s1', 0)],
          },
          targetAssignment: { activeTasks: [task('s0', 0)] },
        },
        {
          memberId: 'm-2',
          clientId: 'svc-2',
          clientHost: '/10.0.0.8',
          assignment: { standbyTasks: [task('s0', 0)] },
        },
      ],
    },
    { groupId: 'new', groupState: 'NotReady', groupEpoch: 1, topology: { epoch: 1, subtopologies: null } },
    ERROR,
  ],
}

const STREAMS_READ: DescribeGroupsResponse = {
  throttleMs: 3,
  groups: [
    {
      id: 'app',
      errorCode: 0,
      state: 'Stable',
      protocolType: '',
      protocol: '',
      epoch: 5,
      members: [
        {
          memberId: 'm-1',
          ...MEMBER,
          assignment: [
            { topic: 'clicks', partitions: [0, 3] },
            { topic: 'views', partitions: [0, 3] },
            { topic: 'app-repartition', partitions: [2] },
          ],
        },
        { memberId: 'm-2', clientId: 'svc-2', host: '10.0.0.8', assignment: [] },
      ],
    },
    { id: 'new', errorCode: 0, state: 'NotReady', protocolType: '', protocol: '', epoch: 1, members: [] },
    MOVED,
  ],
}

interface Case {
  readonly api: Api
  readonly encode: (version: number, groups: readonly string[]) => Buffer
  readonly decode: (version: number, body: Buffer) => Steps<DescribeGroupsResponse>
  readonly idsField: string
  readonly sent: Message
  readonly read: DescribeGroupsResponse
}

const modern = { throttleMs: 3, groups: [{ ...READ, members: [READ_MEMBER] }, MOVED] }

const CASES: readonly Case[] = [
  {
    api: DESCRIBE_GROUPS,
    encode: encodeDescribeGroups,
    decode: decodeDescribeGroups,
    idsField: 'groups',
    sent: CLASSIC,
    read: CLASSIC_READ,
  },
  {
    api: CONSUMER_GROUP_DESCRIBE,
    encode: encodeConsumerGroupDescribe,
    decode: decodeConsumerGroupDescribe,
    idsField: 'groupIds',
    sent: CONSUMER,
    read: modern,
  },
  {
    api: SHARE_GROUP_DESCRIBE,
    encode: encodeShareGroupDescribe,
    decode: decodeShareGroupDescribe,
    idsField: 'groupIds',
    sent: SHARE,
    read: modern,
  },
  {
    api: STREAMS_GROUP_DESCRIBE,
    encode: encodeStreamsGroupDescribe,
    decode: decodeStreamsGroupDescribe,
    idsField: 'groupIds',
    sent: STREAMS,
    read: STREAMS_READ,
  },
]

for (const { api, encode, decode, idsField, sent, read } of CASES) {
  for (const version of versionsOf(api)) {
    test(`${api.name} v${version} asks for groups by id`, () => {
      assert.deepEqual(understood(api, version, encode(version, ['billing', 'größe'])), {
        [idsField]: ['billing', 'größe'],
        includeAuthorizedOperations: false,
      })
    })

    test(`${api.name} v${version} tells states, members and their partitions`, () => {
      for (const withUnknownTags of [false, true]) {
        assert.deepEqual(toEnd(decode(version, answer(api, version, sent, { withUnknownTags }))), read)
      }
    })

    test(`${api.name} v${version}: damage is malformed`, () => {
      assertSurvivesDamage(answer(api, version, sent), bytes => toEnd(decode(version, bytes)))
    })
  }

  test(`${api.name}: a long answer takes many steps`, () => {
    const member = { memberId: 'm'.repeat(60), clientId: 'c', clientHost: '/10.0.0.7' }
    const groups = [{ groupId: 'g', members: Array.from({ length: 2_000 }, () => member) }]
    const { length } = [...decode(api.max, answer(api, api.max, { groups }))]
    assert.ok(length >= 4, `${length}`)
  })
}

test('assignments of classic members are read in every version, the future ones too', () => {
  const message = { assignedPartitions: [{ topic: 'orders', partitions: [1, 7] }], userData: null }
  for (const version of [0, 1, 2, 3]) {
    assert.deepEqual(readClassicAssignment('consumer', assigned(version, message)), [
      { topic: 'orders', partitions: [1, 7] },
    ])
  }
  const future = assigned(3, message)
  future.writeInt16BE(9, 0)
  assert.deepEqual(readClassicAssignment('consumer', Buffer.concat([future, Buffer.from([1, 2])])), [
    { topic: 'orders', partitions: [1, 7] },
  ])
})

test('an assignment that is not for us to read is empty', () => {
  const good = assigned(0, { assignedPartitions: [{ topic: 'orders', partitions: [1] }] })
  assert.deepEqual(readClassicAssignment('connect', good), [])
  assert.deepEqual(readClassicAssignment('', good), [])
  assert.deepEqual(readClassicAssignment('consumer', Buffer.from('{"master":"x"}')), [])
  assert.deepEqual(readClassicAssignment('consumer', Buffer.from([0xff, 0xff, 0, 0, 0, 0])), [])
  for (let length = 0; length < good.length - 4; length++) {
    assert.deepEqual(
      readClassicAssignment('consumer', good.subarray(0, length)),
      [],
      `cut to ${length} bytes`,
    )
  }
})

test('a small streams answer cannot become a large one', () => {
  const sourceTopics = Array.from({ length: 2_000 }, (_, i) => `t${i}`)
  const members = [{ assignment: { activeTasks: Array.from({ length: 501 }, () => task('s')) } }]
  const groups = [{ topology: { subtopologies: [{ subtopologyId: 's', sourceTopics }] }, members }]
  assert.throws(() => toEnd(decodeStreamsGroupDescribe(0, answer(STREAMS_GROUP_DESCRIBE, 0, { groups }))), {
    code: 'MALFORMED_RESPONSE',
    message: /^StreamsGroupDescribe v0: more assigned topics than can be at byte \d+ of \d+$/,
  })
})
