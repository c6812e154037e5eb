/**
 * Captures answers of a real Kafka 4.1.1 into test/golden/wire/*.hex, one file per API and version. The literals in
 * test/kafka/wire/golden.test.ts are about one capture: who captures anew writes them anew.
 * The two files of 4.3.0 came of the same script with that version and ListOffsets v11, DescribeShareGroupOffsets v1.
 *
 *   node --import tsx scripts/capture-wire-golden.ts
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Api } from '../src/kafka/wire/api.ts'
import {
  CONSUMER_GROUP_DESCRIBE,
  encodeConsumerGroupDescribe,
} from '../src/kafka/wire/consumer-group-describe.ts'
import { DESCRIBE_CONFIGS, encodeDescribeConfigs } from '../src/kafka/wire/describe-configs.ts'
import { DESCRIBE_GROUPS, encodeDescribeGroups } from '../src/kafka/wire/describe-groups.ts'
import { DESCRIBE_LOG_DIRS, encodeDescribeLogDirs } from '../src/kafka/wire/describe-log-dirs.ts'
import {
  DESCRIBE_SHARE_GROUP_OFFSETS,
  encodeDescribeShareGroupOffsets,
} from '../src/kafka/wire/describe-share-group-offsets.ts'
import { encodeFindCoordinator, FIND_COORDINATOR } from '../src/kafka/wire/find-coordinator.ts'
import { encodeListGroups, LIST_GROUPS } from '../src/kafka/wire/list-groups.ts'
import { encodeListOffsets, LIST_OFFSETS } from '../src/kafka/wire/list-offsets.ts'
import { encodeMetadata, METADATA } from '../src/kafka/wire/metadata.ts'
import { encodeOffsetFetch, OFFSET_FETCH } from '../src/kafka/wire/offset-fetch.ts'
import { encodeShareGroupDescribe, SHARE_GROUP_DESCRIBE } from '../src/kafka/wire/share-group-describe.ts'
import {
  encodeStreamsGroupDescribe,
  STREAMS_GROUP_DESCRIBE,
} from '../src/kafka/wire/streams-group-describe.ts'
import { toEnd } from '../src/model/steps.ts'
import { buildTopology } from '../src/model/topology.ts'
import { startKafka } from '../test/harness/kafka-cluster.ts'
import { startLab } from '../test/harness/lab.ts'
import { waitUntil } from '../test/harness/wait-until.ts'
import { captureAnswer } from './capture-answer.ts'

const dir = join(import.meta.dirname, '../test/golden/wire')
mkdirSync(dir, { recursive: true })

const kafka = await startKafka({ brokers: 2, version: '4.1.1', streamsGroups: true })
const lab = await startLab(kafka)
try {
  await lab.createTopics([
    {
      name: 'orders',
      assignments: [
        [1, 2],
        [2, 1],
        [1, 2],
        [2, 1],
        [1, 2],
      ],
    },
    { name: 'clicks', assignments: [[1], [1]], configs: { 'retention.ms': '86400000' } },
  ])
  const timestamp = 1_700_000_000_000
  await lab.produce([
    { topic: 'orders', partition: 0, count: 10, timestamp, timestampStepMs: 1_000 },
    { topic: 'orders', partition: 2, count: 3, timestamp },
    { topic: 'clicks', partition: 1, count: 7, timestamp },
  ])
  await lab.deleteRecords('orders', 0, 4)
  await lab.transaction('open', 'open', [{ topic: 'orders', partition: 2, count: 2 }])
  await lab.commitOffsets([
    {
      group: 'billing',
      offsets: [
        ['orders', 0, 5],
        ['orders', 2, 3],
        ['orders', 4, 0],
        ['clicks', 1, 99],
      ],
    },
    { group: 'größe', offsets: [['clicks', 0, 0]] },
  ])
  const common = { topics: ['clicks'], configs: { 'auto.offset.reset': 'earliest' } }
  await lab.join({ member: 'old-1', kind: 'classic', group: 'old', ...common })
  await lab.join({ member: 'new-1', kind: 'consumer', group: 'new', ...common })
  await lab.join({ member: 'shared-1', kind: 'share', group: 'shared', topics: ['clicks'] })
  await lab.join({ member: 'app-1', kind: 'streams', group: 'app', topics: ['clicks'] })
  await waitUntil('the classic and the new member have committed', async () => {
    const { groups } = await lab.oracle()
    return ['old', 'new'].every(group => groups[group]?.offsets.some(({ offset }) => offset === 7))
  })
  await captureAll(
    await lab.oracle().then(
      ({ groups }) =>
        id =>
          groups[id]?.coordinator ?? 1,
    ),
  )
} finally {
  await lab.close()
  await kafka.close()
}

async function captureAll(coordinatorOf: (group: string) => number): Promise<void> {
  const topology = buildTopology([
    { name: 'orders', id: '', partitions: 5 },
    { name: 'clicks', id: '', partitions: 2 },
  ])
  // Both of clicks; orders 0, 1, 2 and 4. The leader of orders 1 is the other broker: an error.
  const rows = Int32Array.of(0, 1, 2, 3, 4, 6)
  const billing = coordinatorOf('billing')
  const offsets = (version: number, timestamp: number, isolation: 0 | 1) =>
    toEnd(encodeListOffsets(version, { topology, rows, timestamp, isolation }))
  for (const version of [9, 12, 13]) {
    await capture(1, METADATA, version, encodeMetadata(version, { topics: ['orders', 'nowhere', 'clicks'] }))
  }
  for (const version of [6, 10]) {
    await capture(1, LIST_OFFSETS, version, offsets(version, -1, 0), 'latest')
    await capture(1, LIST_OFFSETS, version, offsets(version, -2, 0), 'earliest')
  }
  await capture(1, LIST_OFFSETS, 10, offsets(10, -1, 1), 'stable')
  await capture(1, LIST_OFFSETS, 10, offsets(10, -3, 0), 'max-timestamp')
  for (const version of [5, 7])
    await capture(billing, OFFSET_FETCH, version, encodeOffsetFetch(version, ['billing']))
  for (const version of [8, 9]) {
    await capture(billing, OFFSET_FETCH, version, encodeOffsetFetch(version, ['billing', 'nobody']))
  }
  for (const version of [3, 4, 5])
    await capture(coordinatorOf('old'), LIST_GROUPS, version, encodeListGroups(version))
  await capture(1, FIND_COORDINATOR, 3, encodeFindCoordinator(3, ['billing']))
  await capture(1, FIND_COORDINATOR, 6, encodeFindCoordinator(6, ['billing', 'old']))
  for (const version of [5, 6]) {
    await capture(
      coordinatorOf('old'),
      DESCRIBE_GROUPS,
      version,
      encodeDescribeGroups(version, ['old', 'nobody']),
    )
  }
  const { api, encode } = { api: CONSUMER_GROUP_DESCRIBE, encode: encodeConsumerGroupDescribe }
  for (const version of [0, 1])
    await capture(coordinatorOf('new'), api, version, encode(version, ['new', 'nobody']))
  await capture(coordinatorOf('shared'), SHARE_GROUP_DESCRIBE, 1, encodeShareGroupDescribe(1, ['shared']))
  await capture(coordinatorOf('app'), STREAMS_GROUP_DESCRIBE, 0, encodeStreamsGroupDescribe(0, ['app']))
  const share = encodeDescribeShareGroupOffsets(0, ['shared'])
  await capture(coordinatorOf('shared'), DESCRIBE_SHARE_GROUP_OFFSETS, 0, share)
  const keys = ['retention.ms', 'cleanup.policy']
  for (const version of [2, 4]) {
    await capture(1, DESCRIBE_CONFIGS, version, encodeDescribeConfigs(version, ['clicks', 'nowhere'], keys))
    await capture(1, DESCRIBE_LOG_DIRS, version, encodeDescribeLogDirs(version))
  }
}

async function capture(broker: number, api: Api, version: number, body: Buffer, variant = ''): Promise<void> {
  await captureAnswer(dir, kafka.broker(broker).port, api, version, body, variant)
}
