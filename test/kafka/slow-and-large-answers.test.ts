import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import type { ApiRequest, Transport, TransportError } from '../../src/kafka/transport.ts'
import { decodeMetadata } from '../../src/kafka/wire/metadata.ts'
import { inSlices } from '../../src/model/steps.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { largeMetadata, largeTopic } from './large-metadata.ts'
import { errorLines, openReader, partition } from './open-reader.ts'
import { frame, type Script, ScriptedBroker } from './scripted-broker.ts'

const MIB = 2 ** 20
const METADATA_REQUEST: ApiRequest = {
  key: 3,
  version: 12,
  name: 'Metadata',
  flexible: true,
  body: Buffer.of(1),
}

/** Brokers 1, 2, …, each with its script, and a transport that knows them. */
async function open(
  t: TestContext,
  scripts: readonly Script[],
  requestTimeoutMs = 5_000,
): Promise<Transport> {
  const brokers = await Promise.all(scripts.map(script => ScriptedBroker.start({ script })))
  const transport = openKafkajsTransport({
    seeds: [brokers[0]!.endpoint],
    tls: null,
    sasl: null,
    clientId: 'test',
    requestTimeoutMs,
    backoff: { minMs: 0, maxMs: 0 },
  })
  t.after(async () => {
    await transport.close()
    await Promise.all(brokers.map(broker => broker.stop()))
  })
  transport.setNodes(brokers.map((broker, i) => ({ id: i + 1, ...broker.endpoint })))
  return transport
}

/** As much as it takes to begin an answer of so many bytes. */
function announce(correlationId: number, bytes: number): Buffer {
  const head = Buffer.alloc(9)
  head.writeInt32BE(bytes, 0)
  head.writeInt32BE(correlationId, 4)
  return head
}

const trickle: Script = ({ socket, correlationId }) => {
  socket.setNoDelay(true)
  socket.write(announce(correlationId, 250 * MIB))
  const timer = setInterval(() => socket.write(Buffer.of(0)), 10)
  socket.once('close', () => clearInterval(timer))
}

const failureOf = (promise: Promise<unknown>): Promise<TransportError> =>
  promise.then(
    () => assert.fail('it was answered'),
    failure => failure,
  )

test('a large answer that comes byte by byte costs its deadline, and no memory for what has not come', async t => {
  const body = Buffer.from([0, 1, 2, 3])
  const transport = await open(
    t,
    [trickle, ({ socket, correlationId }) => socket.write(frame(correlationId, body))],
    250,
  )
  await transport.send(2, METADATA_REQUEST)
  const before = process.memoryUsage().rss
  let settled = false
  const slow = failureOf(transport.send(1, METADATA_REQUEST)).finally(() => {
    settled = true
  })
  let answers = 0
  while (!settled) {
    assert.deepEqual((await transport.send(2, METADATA_REQUEST)).body, body.subarray(1))
    answers++
  }
  const grown = process.memoryUsage().rss - before
  const { code, message } = await slow
  assert.deepEqual([code, message.replace(/^\S+ /, '')], ['TIMEOUT', 'Metadata: no answer within 250 ms'])
  assert.ok(answers > 1, `${answers} answers of the other broker meanwhile`)
  assert.ok(grown < 100 * MIB, `${grown} bytes for an answer that has not come`)
})

const CLUSTER = {
  brokers: 2,
  topics: [
    { name: 'orders', partitions: 2, logStart: [1, 2], highWatermark: [100, 110] },
    { name: '__consumer_offsets', internal: true, partitions: 2 },
  ],
}

test('a broker that answers one byte a second costs its own part of the poll', async t => {
  const reader = await openReader(t, CLUSTER, { transport: { requestTimeoutMs: 200 } })
  await reader.read()
  const mend = reader.cluster.fault({ node: 2, byteEveryMs: 1_000 })
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'orders', 0), [1, 100, 'NONE'])
  assert.deepEqual(partition(observation, 'orders', 1), [null, null, 'TIMEOUT'])
  assert.deepEqual(
    observation.brokers.map(broker => broker.failure?.code ?? null),
    [null, 'TIMEOUT'],
  )
  assert.ok(errorLines(observation).every(line => / 2 TIMEOUT$/.test(line)))
  mend()
  // A broker that has failed is left alone for a moment.
  await waitUntil(
    'it is read again',
    async () => isDeepStrictEqual(partition(await reader.read(), 'orders', 1), [2, 110, 'NONE']),
    { timeoutMs: 30_000 },
  )
})

const TOPICS = 6_000
const PARTITIONS = 200

test('a metadata answer of 50 MB is read, in steps', async t => {
  const body = largeMetadata(12, TOPICS, PARTITIONS)
  assert.ok(body.length > 50e6, `${body.length} bytes`)
  const transport = await open(t, [
    ({ socket, correlationId }) => socket.write(frame(correlationId, Buffer.concat([Buffer.of(0), body]))),
  ])
  const response = await transport.send(1, METADATA_REQUEST)
  let turns = 0
  const counting = setInterval(() => turns++, 0)
  const { topics, start, leader, replicas } = await inSlices(decodeMetadata(12, response.body))
  clearInterval(counting)
  assert.deepEqual([topics.length, topics[0], topics.at(-1)], [TOPICS, largeTopic(0), largeTopic(TOPICS - 1)])
  assert.deepEqual([start.at(-1), leader.length], [TOPICS * PARTITIONS, TOPICS * PARTITIONS])
  assert.deepEqual([leader.at(-1), replicas.at(-1)], [1 + ((PARTITIONS - 1) % 3), 3])
  assert.ok(turns > 0, 'others had their turn')
})

test('an answer beyond the limit is one error, before its bytes come', async t => {
  const transport = await open(t, [
    ({ socket, correlationId }) => socket.write(announce(correlationId, 256 * MIB + 1)),
  ])
  const { code, message } = await failureOf(transport.send(1, METADATA_REQUEST))
  assert.equal(code, 'MALFORMED_RESPONSE')
  assert.match(message, /: an answer of 268435457 bytes is announced, more than 268435456$/)
})
