import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { RawClient } from './raw-client.ts'
import { runSimulatedCluster } from './run-simulated-cluster.ts'
import { workloadGroup, workloadTopic } from './workload.ts'

test('a cluster in a process of its own serves its workload and moves it on command', async t => {
  const workload = { topics: 5, partitions: 2, groups: 3, commits: 4, members: 2 }
  const cluster = await runSimulatedCluster({ brokers: 1, workload })
  t.after(() => cluster.close())
  const client = await RawClient.connect(cluster.bootstrap[0]!)
  t.after(() => client.close())
  const read = async () => {
    const groups = [{ groupId: workloadGroup(2), topics: null }]
    const answer = await client.ask('OffsetFetch', 8, { groups })
    const topics = (answer.groups as Message[])[0]!.topics as Message[]
    const last = topics.find(topic => topic.name === workloadTopic(0))!
    return (last.partitions as Message[])
      .sort((a, b) => Number(a.partitionIndex) - Number(b.partitionIndex))
      .map(partition => partition.committedOffset)
  }
  assert.deepEqual(await read(), [999_998, 999_997])
  await cluster.advance()
  assert.deepEqual(await read(), [1_000_008, 1_000_007])
  assert.deepEqual((await cluster.look()).requests, { OffsetFetch: 2 })
})
