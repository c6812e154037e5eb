import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'
import { VirtualClock } from './virtual-clock.ts'
import { addWorkload, advanceWorkload, workloadTopic } from './workload.ts'

test('a workload can have records, the last one of this moment, and more as it moves on', async t => {
  const cluster = await openCluster(t, { brokers: 1, now: new VirtualClock(1_000_000_000_000).now })
  addWorkload(cluster.state, { topics: 1, partitions: 2, groups: 1, commits: 2, hasRecords: true })
  const client = await openClient(t, cluster)
  const partitions = [{ partitionIndex: 1, timestamp: -3 }]
  const newest = async () => {
    const answer = await client.ask('ListOffsets', 7, { topics: [{ name: workloadTopic(0), partitions }] })
    const [partition] = (answer.topics as Message[])[0]!.partitions as Message[]
    return [partition!.offset, partition!.timestamp]
  }
  assert.deepEqual(await newest(), [999_999, 1_000_000_000_000])
  advanceWorkload(cluster.state, 1)
  assert.deepEqual(await newest(), [1_000_009, 1_000_000_010_000])
  assert.equal(cluster.partition(workloadTopic(0), 1).highWatermark, 1_000_010)
})
