import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer } from 'kafkajs'
import { ConnectionError, ProtocolError, recordAt } from './scripted-consumer.ts'

const require = createRequire(import.meta.url)
const createConsumer: (options: object) => Consumer = require('kafkajs/src/consumer/index.js')

const TOPIC = 'orders'

interface Offsets {
  readonly topics: readonly {
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
  }[]
}

/**
 * KafkaJS' own consumer over a cluster of two brokers without a network: broker 1 has the group, broker 2 leads the only
 * partition. Broker 1 can be lost, and broker 2 takes the group over, with its member.
 */
export class TwoBrokers {
  readonly consumer: Consumer
  /** Of each request to join: broker, and the member's id. */
  readonly joins: string[] = []
  readonly crashes: unknown[] = []
  committed = 0
  /** How many records the partition has. */
  end = 0
  #isLost = false
  #coordinator = 1
  #assignment: Buffer = Buffer.alloc(0)
  #members = 0
  readonly #offsets = {}

  constructor(retry: object) {
    const logger = { info() {}, warn() {}, error() {}, debug() {}, namespace: () => logger }
    const settings = { sessionTimeout: 6_000, heartbeatInterval: 1, maxWaitTimeInMs: 5 }
    this.consumer = createConsumer({ cluster: this.#cluster(), groupId: 'g', logger, retry, ...settings })
    this.consumer.on(this.consumer.events.CRASH, ({ payload }) => void this.crashes.push(payload.error))
  }

  lose(): void {
    this.#isLost = true
  }

  takeOver(): void {
    this.#coordinator = 2
  }

  #cluster() {
    const brokers = [this.#broker(1), this.#broker(2)]
    const find = async (nodeId: number) => {
      if (nodeId === 1) this.#reach(1)
      return brokers[nodeId - 1]
    }
    const nothing = async () => {}
    return {
      connect: nothing,
      disconnect: nothing,
      removeBroker() {},
      refreshMetadata: nothing,
      refreshMetadataIfNecessary: nothing,
      addMultipleTargetTopics: nothing,
      isConnected: () => true,
      getNodeIds: () => ['2'],
      findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 2 }],
      committedOffsets: () => this.#offsets,
      findBroker: ({ nodeId }: { nodeId: number | string }) => find(Number(nodeId)),
      findGroupCoordinator: async () => {
        while (this.#coordinator === 1 && this.#isLost) await pause(5)
        return find(this.#coordinator)
      },
    }
  }

  #reach(nodeId: number): void {
    if (nodeId === 1 && this.#isLost) throw new ConnectionError('connect ECONNREFUSED')
  }

  #broker(nodeId: number) {
    const ask = <T>(answer: T): T => {
      this.#reach(nodeId)
      if (nodeId !== this.#coordinator) throw new ProtocolError('NOT_COORDINATOR_FOR_GROUP')
      return answer
    }
    return {
      nodeId,
      isConnected: () => nodeId === 2 || !this.#isLost,
      joinGroup: async ({ memberId }: { memberId: string }) => {
        this.joins.push(`${nodeId} ${memberId}`)
        const id = ask(memberId || `m${++this.#members}`)
        return {
          generationId: this.joins.length,
          leaderId: id,
          memberId: id,
          members: [{ memberId: id, memberMetadata: Buffer.alloc(0) }],
          groupProtocol: 'RoundRobinAssigner',
        }
      },
      syncGroup: async ({ groupAssignment }: { groupAssignment: { memberAssignment: Buffer }[] }) => {
        this.#assignment = ask(groupAssignment[0]?.memberAssignment ?? this.#assignment)
        return { memberAssignment: this.#assignment }
      },
      heartbeat: async () => ask(undefined),
      leaveGroup: async () => ask(undefined),
      describeGroups: async () => ask({ groups: [] }),
      offsetFetch: async () => ask({ responses: this.#responses(String(this.committed)) }),
      offsetCommit: async ({ topics }: Offsets) => {
        this.committed = ask(Number(topics[0]?.partitions[0]?.offset))
      },
      fetch: async ({ topics }: { topics: { partitions: { fetchOffset: string }[] }[] }) => {
        await pause(1)
        return { responses: this.#fetched(Number(topics[0]?.partitions[0]?.fetchOffset)) }
      },
    }
  }

  #responses(offset: string) {
    return [{ topic: TOPIC, partitions: [{ partition: 0, offset }] }]
  }

  #fetched(from: number) {
    const messages = Array.from({ length: Math.max(0, this.end - from) }, (_, i) => recordAt(from + i, 'x'))
    const partition = { partition: 0, highWatermark: String(this.end), abortedTransactions: [], messages }
    return [{ topicName: TOPIC, partitions: [partition] }]
  }
}
