import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import type { OracleAnswer } from '../harness/lab-types.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { joinConnectGroup } from './foreign-member.ts'

/** A cluster on which a group of every kind has done all that there is to do. */
export interface KindsCluster {
  readonly kafka: KafkaCluster
  readonly lab: Lab
  /** How they were left. */
  readonly oracle: OracleAnswer
  close(): Promise<void>
}

/** 4.3: the first release here whose brokers tell the lag of share groups (KIP-1226). */
export async function startKindsCluster(user: { name: string; password: string }): Promise<KindsCluster> {
  const kafka = await startKafka({
    version: '4.3.0',
    listeners: 'sasl_plaintext',
    users: [user],
    // So that a careless request could create a topic.
    properties: { 'auto.create.topics.enable': 'true' },
  })
  const lab = await startLab(kafka)
  const close = async () => {
    await lab.close()
    await kafka.close()
  }
  try {
    const leaveConnect = await fill(kafka, lab)
    const oracle = await settled(lab)
    return {
      kafka,
      lab,
      oracle,
      async close() {
        leaveConnect()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function fill(kafka: KafkaCluster, lab: Lab): Promise<() => void> {
  await lab.createTopics([
    { name: 'work', partitions: 2 },
    { name: 'jobs', partitions: 1 },
    { name: 'quiet', partitions: 1 },
  ])
  await lab.produce([
    { topic: 'work', partition: 0, count: 10 },
    { topic: 'work', partition: 1, count: 7 },
    { topic: 'jobs', count: 5 },
  ])
  for (const kind of ['classic', 'consumer'] as const)
    await lab.join({
      member: kind,
      kind,
      group: `${kind}-group`,
      topics: ['work'],
      clientId: `${kind}-client`,
    })
  await lab.join({ member: 'sharer', kind: 'share', group: 'share-group', topics: ['jobs'] })
  await lab.join({ member: 'streamer', kind: 'streams', group: 'streams-group', topics: ['work'] })
  // Subscribed to a topic in which there is nothing to commit.
  await lab.join({ member: 'idler', kind: 'classic', group: 'idle-group', topics: ['quiet'] })
  await lab.commitOffsets([
    {
      group: 'empty-group',
      offsets: [
        ['work', 0, 4],
        ['work', 1, 7],
      ],
    },
  ])
  return (await joinConnectGroup(kafka.internalBrokers, 'connect-sink')).close
}

function settled(lab: Lab): Promise<OracleAnswer> {
  return waitUntil('every group is in its final state', async () => {
    const seen = await lab.oracle()
    const committed = (id: string) => seen.groups[id]?.offsets.reduce((sum, o) => sum + o.offset, 0)
    const isStable = (id: string) => seen.groups[id]?.state === 'Stable'
    const readers = ['classic-group', 'consumer-group', 'streams-group']
    return (
      readers.every(id => isStable(id) && committed(id) === 17) &&
      ['share-group', 'idle-group', 'connect-sink'].every(isStable) &&
      seen
    )
  })
}
