import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { CoordinatorAnswers } from '../../../src/consumer/core/coordinator-answers.ts'
import type { KafkaClient } from '../../../src/consumer/core/ports.ts'

const require = createRequire(import.meta.url)
const Cluster = require('kafkajs/src/cluster/index.js')
const createAdmin = require('kafkajs/src/admin/index.js')
const { createErrorFromCode } = require('kafkajs/src/protocol/error.js')

const logger = { info() {}, warn() {}, error() {}, debug() {}, namespace: () => logger }
const NOT_AVAILABLE = 15
const REFUSED = 30
const NOTHING = { brokers: [], topicMetadata: [] }

/** KafkaJS' own admin clients over one broker without a network, the coordinator of the group `payments`. */
class OneBroker implements KafkaClient {
  /** The code that it answers when it is asked who the coordinator is, and for commits. */
  finding = 0
  fetching = 0

  admin({ retry }: { retry: object }) {
    const cluster = new Cluster({
      logger,
      socketFactory() {},
      brokers: ['x:1'],
      retry: { ...retry, initialRetryTime: 1 },
      offsets: new Map(),
    })
    const broker = {
      connectionPool: { host: 'x', port: 1 },
      isConnected: () => true,
      connect: async () => {},
      disconnect: async () => {},
      metadata: async () => NOTHING,
      findGroupCoordinator: async () => this.#answer(this.finding, { coordinator: { nodeId: 1 } }),
      offsetFetch: async () => this.#answer(this.fetching, { responses: [] }),
    }
    cluster.brokerPool.brokers = { 1: broker }
    cluster.brokerPool.seedBroker = broker
    return createAdmin({ cluster, logger, retry })
  }

  #answer<Answer>(code: number, answer: Answer): Answer {
    if (code !== 0) throw createErrorFromCode(code)
    return answer
  }
}

test('that a coordinator is not found is believed once it has answered: KafkaJS tells a refusal in the same words', async t => {
  const broker = new OneBroker()
  const coordinators = new CoordinatorAnswers(broker, 30_000)
  t.after(() => coordinators.stop())
  const answers: unknown[] = []
  for (const finding of [REFUSED, NOT_AVAILABLE, 0, NOT_AVAILABLE, 0]) {
    broker.finding = finding
    answers.push(await coordinators.of('payments'))
  }
  assert.deepEqual(answers, [null, null, true, false, true])
})

test('a refusal by the coordinator itself is an answer', async t => {
  const broker = new OneBroker()
  const coordinators = new CoordinatorAnswers(broker, 30_000)
  t.after(() => coordinators.stop())
  broker.fetching = REFUSED
  assert.equal(await coordinators.of('payments'), true)
  broker.finding = NOT_AVAILABLE
  assert.equal(await coordinators.of('payments'), false)
})

test('who is not let in learns nothing of the coordinator', async t => {
  const kafka = {
    admin: () => ({
      connect: async () => {
        throw Object.assign(new Error('credentials'), { name: 'KafkaJSSASLAuthenticationError' })
      },
      disconnect: async () => {},
    }),
  }
  const coordinators = new CoordinatorAnswers(kafka as unknown as KafkaClient, 30_000)
  t.after(() => coordinators.stop())
  assert.equal(await coordinators.of('payments'), null)
})
