import { startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import type { ContractCluster } from './contract-cluster.ts'

export async function startSimulated(): Promise<ContractCluster> {
  const cluster = await startSimulatedCluster({
    brokers: 2,
    topics: [{ name: '__consumer_offsets', internal: true, partitions: 4 }],
  })
  const { state } = cluster
  return {
    bootstrap: cluster.bootstrap,
    async createTopic(name, partitions, brokers) {
      const topic = state.addTopic({ name, partitions })
      brokers?.forEach((replicas, p) => {
        Object.assign(topic.partitions[p]!, {
          replicas: [...replicas],
          isr: [...replicas],
          leader: replicas[0],
        })
      })
    },
    async deleteTopic(name) {
      state.deleteTopic(name)
    },
    async produce(topic, partition, records) {
      state.produce(topic, partition, records)
      state.partition(topic, partition).sizeBytes += 100 * records
    },
    async deleteRecords(topic, partition, before) {
      state.partition(topic, partition).logStart = before
    },
    async produceUncommitted(topic, partition, records) {
      const log = state.partition(topic, partition)
      log.lastStableOffset = log.highWatermark
      log.highWatermark += records
    },
    async commit(group, offsets) {
      const found = state.groups.get(group) ?? state.addGroup({ id: group, protocolType: '' })
      for (const [topic, partition, offset] of offsets) found.commit(topic, partition, offset)
    },
    async deleteGroup(group) {
      state.deleteGroup(group)
    },
    async join(kind, group, topic) {
      const ends = state.topic(topic).partitions.map(log => log.highWatermark)
      const partitions = ends.map((_, p) => p)
      state.addGroup({
        id: group,
        kind,
        members: [
          {
            memberId: `${group}-member`,
            clientId: `${group}-client`,
            host: '/127.0.0.1',
            assignment: { [topic]: partitions },
          },
        ],
        ...(kind === 'share'
          ? { shareOffsets: { [topic]: ends.map(start => ({ start, lag: 0 })) } }
          : { commits: { [topic]: ends } }),
      })
    },
    async shareStart(group, topic) {
      return state.group(group).shareOffsets.get(topic)![0]!.start
    },
    async leave(group) {
      Object.assign(state.group(group), { members: [], state: 'Empty' })
    },
    async lose(broker) {
      await cluster.broker(broker).kill()
      state.fence(broker)
    },
    close: () => cluster.close(),
  }
}
