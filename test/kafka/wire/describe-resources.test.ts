import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DESCRIBE_CONFIGS,
  decodeDescribeConfigs,
  encodeDescribeConfigs,
} from '../../../src/kafka/wire/describe-configs.ts'
import {
  DESCRIBE_LOG_DIRS,
  decodeDescribeLogDirs,
  encodeDescribeLogDirs,
} from '../../../src/kafka/wire/describe-log-dirs.ts'
import {
  DESCRIBE_SHARE_GROUP_OFFSETS,
  decodeDescribeShareGroupOffsets,
  encodeDescribeShareGroupOffsets,
} from '../../../src/kafka/wire/describe-share-group-offsets.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const TOPOLOGY = buildTopology([
  { name: 'orders', id: '', partitions: 3 },
  { name: 'größe', id: '', partitions: 2 },
])
// Rows: größe 0, 1; orders 2, 3, 4

const CONFIGS: Message = {
  throttleTimeMs: 5,
  results: [
    {
      resourceType: 2,
      resourceName: 'orders',
      configs: [
        {
          name: 'retention.ms',
          value: '604800000',
          configSource: 5,
          synonyms: [
            { name: 'log.retention.hours', value: '168', source: 5 },
            { name: 'log.retention.ms', value: null, source: 5 },
          ],
          configType: 5,
          documentation: 'How long.',
        },
        { name: 'secret', value: null, isSensitive: true },
      ],
    },
    { resourceType: 4, resourceName: '1', configs: [] },
    { errorCode: 29, errorMessage: 'no', resourceType: 2, resourceName: 'größe' },
  ],
}

for (const version of versionsOf(DESCRIBE_CONFIGS)) {
  test(`DescribeConfigs v${version}: the keys of each topic`, () => {
    const body = encodeDescribeConfigs(version, ['orders', 'größe'], ['retention.ms', 'cleanup.policy'])
    const configurationKeys = ['retention.ms', 'cleanup.policy']
    assert.deepEqual(understood(DESCRIBE_CONFIGS, version, body), {
      resources: [
        { resourceType: 2, resourceName: 'orders', configurationKeys },
        { resourceType: 2, resourceName: 'größe', configurationKeys },
      ],
      includeSynonyms: false,
      ...(version >= 3 ? { includeDocumentation: false } : {}),
    })
    for (const withUnknownTags of [false, true]) {
      const sent = answer(DESCRIBE_CONFIGS, version, CONFIGS, { withUnknownTags })
      assert.deepEqual(toEnd(decodeDescribeConfigs(version, sent)), {
        throttleMs: 5,
        topics: [
          {
            topic: 'orders',
            errorCode: 0,
            values: new Map([
              ['retention.ms', '604800000'],
              ['secret', null],
            ]),
          },
          { topic: 'größe', errorCode: 29, values: new Map() },
        ],
      })
    }
    const sent = answer(DESCRIBE_CONFIGS, version, CONFIGS)
    assertSurvivesDamage(sent, bytes => toEnd(decodeDescribeConfigs(version, bytes)))
  })
}

const replica = (partitionIndex: number, partitionSize: number, isFutureKey = false) => ({
  partitionIndex,
  partitionSize,
  offsetLag: 3,
  isFutureKey,
})
const LOG_DIRS: Message = {
  throttleTimeMs: 5,
  errorCode: 31,
  results: [
    {
      logDir: '/data/1',
      topics: [
        { name: 'orders', partitions: [replica(2, 100), replica(0, 2 ** 41), replica(7, 1)] },
        { name: 'gone', partitions: [replica(0, 20)] },
      ],
      totalBytes: 2 ** 43,
      usableBytes: 2 ** 42,
    },
    { logDir: '/data/2', topics: [{ name: 'größe', partitions: [replica(1, 0)] }] },
    { errorCode: 56, logDir: '/data/3', topics: [{ name: 'orders', partitions: [replica(2, 60, true)] }] },
  ],
}

for (const version of versionsOf(DESCRIBE_LOG_DIRS)) {
  test(`DescribeLogDirs v${version}: the replicas of all topics`, () => {
    assert.deepEqual(understood(DESCRIBE_LOG_DIRS, version, encodeDescribeLogDirs(version)), { topics: null })
    for (const withUnknownTags of [false, true]) {
      const sent = answer(DESCRIBE_LOG_DIRS, version, LOG_DIRS, { withUnknownTags })
      const unknown = { totalBytes: Number.NaN, usableBytes: Number.NaN }
      const volume = version >= 4 ? { totalBytes: 2 ** 43, usableBytes: 2 ** 42 } : unknown
      assert.deepEqual(toEnd(decodeDescribeLogDirs(version, sent, TOPOLOGY)), {
        throttleMs: 5,
        errorCode: version >= 3 ? 31 : 0,
        dirs: [
          { path: '/data/1', errorCode: 0, bytes: 2 ** 41 + 121, ...volume },
          { path: '/data/2', errorCode: 0, bytes: 0, ...unknown },
          { path: '/data/3', errorCode: 56, bytes: 60, ...unknown },
        ],
        rows: Int32Array.of(4, 2, 1),
        sizes: Float64Array.of(100, 2 ** 41, 0),
      })
    }
    const sent = answer(DESCRIBE_LOG_DIRS, version, LOG_DIRS)
    assertSurvivesDamage(sent, bytes => toEnd(decodeDescribeLogDirs(version, bytes, TOPOLOGY)))
  })
}

const share = (partitionIndex: number, startOffset: number, lag: number, errorCode = 0) => ({
  partitionIndex,
  startOffset,
  leaderEpoch: 1,
  lag,
  errorCode,
  errorMessage: errorCode === 0 ? null : 'no',
})
const SHARE_OFFSETS: Message = {
  throttleTimeMs: 5,
  groups: [
    {
      groupId: 'workers',
      topics: [
        {
          topicName: 'orders',
          topicId: '8xyOIZtwT22_8AVaDOl-Ow',
          partitions: [share(2, 40, 6), share(0, -1, -1), share(1, 0, 0, 29), share(3, 1, 1)],
        },
        { topicName: 'gone', partitions: [share(0, 5, 5)] },
        { topicName: 'größe', partitions: [share(0, 0, 0)] },
      ],
    },
    { groupId: 'denied', errorCode: 30, errorMessage: 'no', topics: [] },
  ],
}

for (const version of versionsOf(DESCRIBE_SHARE_GROUP_OFFSETS)) {
  test(`DescribeShareGroupOffsets v${version}: start offsets, and lags where it has them`, () => {
    const body = encodeDescribeShareGroupOffsets(version, ['workers', 'größe'])
    assert.deepEqual(understood(DESCRIBE_SHARE_GROUP_OFFSETS, version, body), {
      groups: [
        { groupId: 'workers', topics: null },
        { groupId: 'größe', topics: null },
      ],
    })
    for (const withUnknownTags of [false, true]) {
      const sent = answer(DESCRIBE_SHARE_GROUP_OFFSETS, version, SHARE_OFFSETS, { withUnknownTags })
      const lag = (value: number) => (version >= 1 ? value : Number.NaN)
      assert.deepEqual(toEnd(decodeDescribeShareGroupOffsets(version, sent, TOPOLOGY)), {
        throttleMs: 5,
        groups: [
          {
            id: 'workers',
            errorCode: 0,
            rows: Int32Array.of(4, 2, 3, 0),
            startOffsets: Float64Array.of(40, NaN, NaN, 0),
            lags: Float64Array.of(lag(6), NaN, NaN, lag(0)),
            unreadable: 1,
            firstPartitionError: 29,
          },
          {
            id: 'denied',
            errorCode: 30,
            rows: new Int32Array(0),
            startOffsets: new Float64Array(0),
            lags: new Float64Array(0),
            unreadable: 0,
            firstPartitionError: 0,
          },
        ],
      })
    }
    const sent = answer(DESCRIBE_SHARE_GROUP_OFFSETS, version, SHARE_OFFSETS)
    assertSurvivesDamage(sent, bytes => toEnd(decodeDescribeShareGroupOffsets(version, bytes, TOPOLOGY)))
  })
}
