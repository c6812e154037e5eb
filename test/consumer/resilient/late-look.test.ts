import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { Consumer } from 'kafkajs'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import type { CommittingPayload, RunConfig } from '../../../src/consumer/core/resilient/resilient-options.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { ConnectionError, recordAt } from './scripted-consumer.ts'

const require = createRequire(import.meta.url)
const createConsumer: (options: object) => Consumer = require('kafkajs/src/consumer/index.js')
const Cluster = require('kafkajs/src/cluster/index.js')

const logger = { info() {}, warn() {}, error() {}, debug() {}, namespace: () => logger }
const retry = { retries: 1_000, initialRetryTime: 5, maxRetryTime: 10 }

/** KafkaJS' own cluster and pool over two brokers, of which the first, the group's coordinator, is gone. */
function lostCoordinator() {
  const cluster = new Cluster({ logger, socketFactory() {}, brokers: ['b2:1'], retry, offsets: new Map() })
  const connected = new Set<object>()
  /** How often the first broker has taken a connection, and refused one. */
  const counts = { opened: 0, refused: 0 }
  let isLost = true
  const create = (nodeId: number, address: object) => {
    const broker = {
      nodeId,
      connectionPool: address,
      versions: {},
      isConnected: () => connected.has(broker),
      async connect() {
        if (nodeId === 1 && isLost) {
          counts.refused++
          throw Object.assign(new ConnectionError('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
        }
        if (nodeId === 1) counts.opened++
        connected.add(broker)
      },
      disconnect: async () => void connected.delete(broker),
      metadata: async () => ({
        brokers: [1, 2].map(id => ({ nodeId: id, host: `b${id}`, port: 1 })),
        topicMetadata: [],
      }),
      findGroupCoordinator: async () => ({ coordinator: { nodeId: 1 } }),
      describeGroups: async () => ({ groups: [] }),
    }
    return broker
  }
  cluster.brokerPool.connectionPoolBuilder = {
    build: async (address?: object) => address ?? { host: 'b2', port: 1 },
  }
  cluster.brokerPool.createBroker = (given: { nodeId?: number; connectionPool: object }) =>
    create(given.nodeId ?? 2, given.connectionPool)
  const back = () => {
    isLost = false
  }
  return { cluster, connected, counts, back }
}

function batchOf(gone: () => Promise<never>): CommittingPayload {
  return {
    batch: {
      topic: 'orders',
      partition: 0,
      highWatermark: '1',
      messages: [recordAt(0, 'x')],
      isEmpty: () => false,
      firstOffset: () => '0',
      lastOffset: () => '0',
    },
    resolveOffset() {},
    heartbeat: gone,
    pause: () => () => {},
    uncommittedOffsets: () => ({ topics: [] }),
    commitOffsetsIfNecessary: gone,
    isRunning: () => true,
    isStale: () => false,
  }
}

test('a look for the coordinator that outlasts the disconnect leaves no connection of KafkaJS open', async () => {
  const { cluster, connected, counts, back } = lostCoordinator()
  const consumer = createConsumer({ cluster, groupId: 'g', logger, retry })
  await consumer.connect()
  await cluster.refreshMetadata()
  let config: RunConfig | null = null
  const resilient = createResilientConsumer({
    consumer: Object.assign(consumer, {
      run: async (given: RunConfig) => {
        config = given
      },
    }),
    producer: { send: async () => assert.fail('nothing is parked') },
    group: 'g',
    handler() {},
  })
  await resilient.run()
  const gone = () => Promise.reject(new ConnectionError('Not connected'))
  const batch = (config as RunConfig | null)?.eachBatch(batchOf(gone))
  await waitUntil('the coordinator is looked for', () => counts.refused > 2)
  await resilient.stop()
  await batch
  await consumer.disconnect()
  back()
  await waitUntil('KafkaJS has connected all the same', () => counts.opened === 1)
  await waitUntil('all is closed', () => connected.size === 0)
})
