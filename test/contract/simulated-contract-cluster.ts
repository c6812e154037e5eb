import { randomBytes } from 'node:crypto'
import type { SimulatedLog } from '../fakes/simulated-cluster/log/simulated-log.ts'
import { startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import type { ContractCluster } from './contract-cluster.ts'

const NOISE = randomBytes(1 << 18)

/** The same for each offset, whoever reads it. */
function noise(offset: number, bytes: number): Buffer {
  const from = (offset * 4_099) % (NOISE.length - bytes)
  return NOISE.subarray(from, from + bytes)
}

export async function startSimulated(): Promise<ContractCluster> {
  const cluster = await startSimulatedCluster({
    brokers: 2,
    topics: [{ name: '__consumer_offsets', internal: true, partitions: 4 }],
  })
  const { state } = cluster
  const logOf = (topic: string, partition: number) => state.partition(topic, partition).log as SimulatedLog
  /** By topic. */
  const valueBytes = new Map<string, number>()
  return {
    bootstrap: cluster.bootstrap,
    async createTopic(name, partitions, brokers) {
      const topic = state.addTopic({ name, partitions })
      for (let p = 0; p < partitions; p++) {
        const payload = (offset: number) => ({ key: null, value: noise(offset, valueBytes.get(name) ?? 100) })
        state.keepLog(name, p, { payload })
      }
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
    },
    async deleteRecords(topic, partition, before) {
      logOf(topic, partition).deleteBefore(before)
    },
    async produceStamped({ topic, partition, codec, records, timestamp, stepMs, valueBytes: bytes }) {
      valueBytes.set(topic, bytes)
      const timestamps = Array.from({ length: records }, (_, i) => timestamp + i * stepMs)
      logOf(topic, partition).append(timestamps, { codec })
    },
    async transact(id, outcome, topic, partition, records) {
      if (!state.transactions.has(id))
        state.addTransaction({ id, producerId: 1_000 + state.transactions.size })
      state.produceIn(id, topic, partition, records)
      if (outcome !== 'open') state.endTransaction(id, outcome)
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
