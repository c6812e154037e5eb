import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeConsumerGroupDescribe } from '../../../src/kafka/wire/consumer-group-describe.ts'
import { decodeDescribeConfigs } from '../../../src/kafka/wire/describe-configs.ts'
import { decodeDescribeGroups } from '../../../src/kafka/wire/describe-groups.ts'
import { decodeDescribeLogDirs } from '../../../src/kafka/wire/describe-log-dirs.ts'
import { decodeDescribeShareGroupOffsets } from '../../../src/kafka/wire/describe-share-group-offsets.ts'
import { decodeFindCoordinator } from '../../../src/kafka/wire/find-coordinator.ts'
import { decodeListGroups } from '../../../src/kafka/wire/list-groups.ts'
import { decodeListOffsets } from '../../../src/kafka/wire/list-offsets.ts'
import { decodeMetadata } from '../../../src/kafka/wire/metadata.ts'
import { decodeOffsetFetch } from '../../../src/kafka/wire/offset-fetch.ts'
import { decodeShareGroupDescribe } from '../../../src/kafka/wire/share-group-describe.ts'
import { decodeStreamsGroupDescribe } from '../../../src/kafka/wire/streams-group-describe.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'

/**
 * Answers of two real Kafka 4.1.1 brokers (4.3.0 where the name says so), captured by scripts/capture-wire-golden.ts, which says what was done to
 * the cluster before: what was produced, deleted, committed and joined is what must be read here.
 */
const DIR = join(import.meta.dirname, '../../golden/wire')
const used = new Set<string>()

function golden(name: string): Buffer {
  used.add(`${name}.hex`)
  return Buffer.from(readFileSync(join(DIR, `${name}.hex`), 'utf8').replaceAll(/\s/g, ''), 'hex')
}

const TOPOLOGY = buildTopology([
  { name: 'orders', id: '', partitions: 5 },
  { name: 'clicks', id: '', partitions: 2 },
])
// Rows: clicks 0, 1; orders 2 to 6

const BROKERS = [
  { id: 1, host: '127.0.0.1', port: 13_024 },
  { id: 2, host: '127.0.0.1', port: 22_609 },
]
const CLUSTER_ID = 'D3vFnlu8zRUbY_G1SuSKZw'

for (const version of [9, 12, 13]) {
  test(`Metadata v${version} of Kafka 4.1.1, partitions out of order`, () => {
    assert.deepEqual(toEnd(decodeMetadata(version, golden(`Metadata-v${version}`))), {
      throttleMs: 0,
      errorCode: 0,
      brokers: BROKERS,
      clusterId: CLUSTER_ID,
      controllerId: 1,
      topics: ['orders', 'clicks', 'nowhere'],
      topicIds: version >= 10 ? ['D8byjIdVQnqJW3Zzp1ezIA', 'odvuKRrSRE6XvwLoKYxuJA', ''] : ['', '', ''],
      topicErrors: Int16Array.of(0, 0, 3),
      internal: Uint8Array.of(0, 0, 0),
      start: Int32Array.of(0, 5, 7, 7),
      leader: Int32Array.of(1, 2, 1, 2, 1, 1, 1),
      leaderEpoch: Int32Array.of(0, 0, 0, 0, 0, 0, 0),
      partitionErrors: Int16Array.of(0, 0, 0, 0, 0, 0, 0),
      preferredLeader: Int32Array.of(1, 2, 1, 2, 1, 1, 1),
      replicas: Uint16Array.of(2, 2, 2, 2, 2, 1, 1),
      inSyncReplicas: Uint16Array.of(2, 2, 2, 2, 2, 1, 1),
    })
  })
}

const NOT_LEADER = Int16Array.of(0, 0, 0, 6, 0, 0, 0)
const LIST_OFFSETS_CASES: readonly [string, number, readonly number[], readonly number[]][] = [
  ['v6-latest', 6, [0, 7, 10, NaN, 5, NaN, 0], [-1, -1, -1, NaN, -1, NaN, -1]],
  ['v6-earliest', 6, [0, 0, 4, NaN, 0, NaN, 0], [-1, -1, -1, NaN, -1, NaN, -1]],
  ['v10-latest', 10, [0, 7, 10, NaN, 5, NaN, 0], [-1, -1, -1, NaN, -1, NaN, -1]],
  ['v11-latest-4.3.0', 11, [0, 7, 10, NaN, 5, NaN, 0], [-1, -1, -1, NaN, -1, NaN, -1]],
  ['v10-earliest', 10, [0, 0, 4, NaN, 0, NaN, 0], [-1, -1, -1, NaN, -1, NaN, -1]],
  ['v10-stable', 10, [0, 7, 10, NaN, 3, NaN, 0], [-1, -1, -1, NaN, -1, NaN, -1]],
  [
    'v10-max-timestamp',
    10,
    [-1, 0, 9, NaN, 4, NaN, -1],
    [-1, 1_700_000_000_000, 1_700_000_009_000, NaN, 1_795_332_823_963, NaN, -1],
  ],
]

for (const [name, version, offsets, timestamps] of LIST_OFFSETS_CASES) {
  test(`ListOffsets ${name} of a real Kafka`, () => {
    const into = {
      offsets: new Float64Array(7).fill(Number.NaN),
      timestamps: new Float64Array(7).fill(Number.NaN),
      errors: new Int16Array(7),
    }
    const body = golden(`ListOffsets-${name}`)
    assert.deepEqual(toEnd(decodeListOffsets(version, body, TOPOLOGY, into)), { throttleMs: 0 })
    assert.deepEqual([...into.offsets], offsets)
    assert.deepEqual([...into.timestamps], timestamps)
    assert.deepEqual(into.errors, NOT_LEADER)
  })
}

for (const version of [5, 7, 8, 9]) {
  test(`OffsetFetch v${version} of Kafka 4.1.1`, () => {
    const groups = version >= 8 ? ['billing', 'nobody'] : ['billing']
    const body = golden(`OffsetFetch-v${version}`)
    const fine = { errorCode: 0, unreadable: 0, firstPartitionError: 0 }
    const billing = {
      ...fine,
      id: 'billing',
      rows: Int32Array.of(1, 4, 2, 6),
      offsets: Float64Array.of(99, 3, 5, 0),
    }
    const nobody = { ...fine, id: 'nobody', rows: new Int32Array(0), offsets: new Float64Array(0) }
    assert.deepEqual(toEnd(decodeOffsetFetch(version, body, TOPOLOGY, groups)), {
      throttleMs: 0,
      groups: version >= 8 ? [billing, nobody] : [billing],
    })
  })
}

for (const version of [3, 4, 5]) {
  test(`ListGroups v${version} of Kafka 4.1.1`, () => {
    const type = version >= 5 ? 'classic' : ''
    const state = (text: string) => (version >= 4 ? text : '')
    assert.deepEqual(toEnd(decodeListGroups(version, golden(`ListGroups-v${version}`))), {
      throttleMs: 0,
      errorCode: 0,
      groups: [
        { id: 'old', protocolType: 'consumer', state: state('Stable'), type },
        { id: 'billing', protocolType: '', state: state('Empty'), type },
        { id: 'größe', protocolType: '', state: state('Empty'), type },
      ],
    })
  })
}

test('FindCoordinator of Kafka 4.1.1', () => {
  assert.deepEqual(decodeFindCoordinator(3, golden('FindCoordinator-v3'), ['billing']), {
    throttleMs: 0,
    coordinators: [{ group: 'billing', errorCode: 0, node: 2 }],
  })
  assert.deepEqual(decodeFindCoordinator(6, golden('FindCoordinator-v6'), ['billing', 'old']), {
    throttleMs: 0,
    coordinators: [
      { group: 'billing', errorCode: 0, node: 2 },
      { group: 'old', errorCode: 0, node: 2 },
    ],
  })
})

const BOTH_CLICKS = [{ topic: 'clicks', partitions: [0, 1] }]

for (const version of [5, 6]) {
  test(`DescribeGroups v${version} of Kafka 4.1.1`, () => {
    const { groups } = toEnd(decodeDescribeGroups(version, golden(`DescribeGroups-v${version}`)))
    assert.deepEqual(groups, [
      {
        id: 'old',
        errorCode: 0,
        state: 'Stable',
        protocolType: 'consumer',
        protocol: 'range',
        epoch: -1,
        members: [
          {
            memberId: 'old-1-772309a5-026d-4c00-900c-2deab1428d66',
            clientId: 'old-1',
            host: '127.0.0.1',
            assignment: BOTH_CLICKS,
          },
        ],
      },
      {
        id: 'nobody',
        errorCode: version >= 6 ? 69 : 0,
        state: 'Dead',
        protocolType: '',
        protocol: '',
        epoch: -1,
        members: [],
      },
    ])
  })
}

for (const version of [0, 1]) {
  test(`ConsumerGroupDescribe v${version} of Kafka 4.1.1`, () => {
    const body = golden(`ConsumerGroupDescribe-v${version}`)
    assert.deepEqual(toEnd(decodeConsumerGroupDescribe(version, body)).groups, [
      {
        id: 'new',
        errorCode: 0,
        state: 'Stable',
        protocolType: '',
        protocol: 'uniform',
        epoch: 1,
        members: [
          {
            memberId: 'BvNWj2xvRiij4EsfJf5CVQ',
            clientId: 'new-1',
            host: '127.0.0.1',
            assignment: BOTH_CLICKS,
          },
        ],
      },
      { id: 'nobody', errorCode: 16, state: '', protocolType: '', protocol: '', epoch: 0, members: [] },
    ])
  })
}

test('share and streams groups of Kafka 4.1.1', () => {
  assert.deepEqual(toEnd(decodeShareGroupDescribe(1, golden('ShareGroupDescribe-v1'))).groups, [
    {
      id: 'shared',
      errorCode: 0,
      state: 'Stable',
      protocolType: '',
      protocol: 'simple',
      epoch: 2,
      members: [
        {
          memberId: 'OLzu98XhRgaar4aZvwhipQ',
          clientId: 'shared-1',
          host: '127.0.0.1',
          assignment: BOTH_CLICKS,
        },
      ],
    },
  ])
  assert.deepEqual(toEnd(decodeStreamsGroupDescribe(0, golden('StreamsGroupDescribe-v0'))).groups, [
    {
      id: 'app',
      errorCode: 0,
      state: 'Stable',
      protocolType: '',
      protocol: '',
      epoch: 1,
      members: [
        {
          memberId: 'j6go1RFVQTe6UF0ktCHkFw',
          clientId: 'app-1-StreamThread-1-consumer',
          host: '127.0.0.1',
          assignment: BOTH_CLICKS,
        },
      ],
    },
  ])
})

for (const [version, name, lags] of [
  [0, 'v0', Float64Array.of(NaN, NaN)],
  // Nothing is left to deliver, though the start offset has not moved yet.
  [1, 'v1-4.3.0', Float64Array.of(NaN, 0)],
] as const) {
  test(`DescribeShareGroupOffsets ${name} of a real Kafka`, () => {
    const offsets = golden(`DescribeShareGroupOffsets-${name}`)
    assert.deepEqual(toEnd(decodeDescribeShareGroupOffsets(version, offsets, TOPOLOGY)).groups, [
      {
        id: 'shared',
        errorCode: 0,
        rows: Int32Array.of(0, 1),
        startOffsets: Float64Array.of(NaN, 0),
        lags,
        unreadable: 0,
        firstPartitionError: 0,
      },
    ])
  })
}

for (const version of [2, 4]) {
  test(`DescribeConfigs and DescribeLogDirs v${version} of Kafka 4.1.1`, () => {
    const configs = golden(`DescribeConfigs-v${version}`)
    assert.deepEqual(toEnd(decodeDescribeConfigs(version, configs)).topics, [
      {
        topic: 'clicks',
        errorCode: 0,
        values: new Map([
          ['cleanup.policy', 'delete'],
          ['retention.ms', '86400000'],
        ]),
      },
      { topic: 'nowhere', errorCode: 3, values: new Map() },
    ])
    const logDirs = golden(`DescribeLogDirs-v${version}`)
    assert.deepEqual(toEnd(decodeDescribeLogDirs(version, logDirs, TOPOLOGY)), {
      throttleMs: 0,
      errorCode: 0,
      dirs: [
        {
          path: '/tmp/kafka-health-exporter-qcWNAj/kafka-iUlYK6/broker-1',
          errorCode: 0,
          bytes: 240 + 139 + 278 + 500 + 1_263 + 947 + 159 + 211 + 192,
          totalBytes: version >= 4 ? 270_553_174_016 : Number.NaN,
          usableBytes: version >= 4 ? 82_799_194_112 : Number.NaN,
        },
      ],
      rows: Int32Array.of(1, 0, 2, 3, 4, 5, 6),
      sizes: Float64Array.of(159, 0, 211, 0, 192, 0, 0),
    })
  })
}

test('every captured answer is read', () => {
  assert.deepEqual([...used].sort(), readdirSync(DIR).sort())
})
