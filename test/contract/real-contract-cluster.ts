import { randomBytes } from 'node:crypto'
import { startKafka } from '../harness/kafka-cluster.ts'
import { startLab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { ContractCluster } from './contract-cluster.ts'

/** Two brokers and a controller of their own, driven by Kafka's Java clients. */
export async function startReal(): Promise<ContractCluster> {
  const kafka = await startKafka({ brokers: 2, dedicatedController: true })
  const lab = await startLab(kafka)
  return {
    bootstrap: kafka.brokers.map(broker => {
      const [host, port] = broker.split(':') as [string, string]
      return { host, port: Number(port) }
    }),
    async createTopic(name, partitions, brokers) {
      await lab.createTopics([brokers === undefined ? { name, partitions } : { name, assignments: brokers }])
    },
    async deleteTopic(name) {
      await lab.deleteTopics([name])
      await waitUntil(`${name} is deleted`, async () => (await lab.oracle()).topics[name] === undefined)
    },
    async produce(topic, partition, records) {
      await lab.produce([{ topic, partition, count: records }])
    },
    async deleteRecords(topic, partition, before) {
      await lab.deleteRecords(topic, partition, before)
    },
    async produceStamped({ topic, partition, codec, records, timestamp, stepMs, valueBytes }) {
      const values = Array.from({ length: records }, () => randomBytes(valueBytes / 2).toString('hex'))
      await lab.produce([{ topic, partition, values, timestamp, timestampStepMs: stepMs }], codec)
    },
    async transact(transactionalId, outcome, topic, partition, records) {
      await lab.transaction(transactionalId, outcome, [{ topic, partition, count: records }])
    },
    async commit(group, offsets) {
      await lab.commitOffsets([{ group, offsets }])
    },
    async deleteGroup(group) {
      await lab.deleteGroups([group])
    },
    async join(kind, group, topic) {
      await lab.join({ member: group, kind, group, topics: [topic], clientId: `${group}-client` })
      await waitUntil(`${group} has read ${topic}`, async () => {
        const { topics, groups } = await lab.oracle()
        const ends = topics[topic]!.partitions.map(({ partition, end }) => `${partition}:${end}`)
        const offsets = groups[group]?.offsets ?? []
        const read = offsets.map(({ partition, offset }) => `${partition}:${offset}`)
        const isThere = kind === 'share' ? read.length > 0 : ends.sort().join() === read.sort().join()
        return groups[group]?.state === 'Stable' && isThere
      })
    },
    async shareStart(group, topic) {
      const { groups } = await lab.oracle()
      return groups[group]!.offsets.find(row => row.topic === topic && row.partition === 0)!.offset
    },
    leave: group => lab.leave(group),
    async lose(broker) {
      await kafka.broker(broker).kill()
    },
    async close() {
      await lab.close()
      await kafka.close()
    },
  }
}
