import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { type Cluster, Kafka, logLevel, type SASLOptions } from 'kafkajs'
import { addressOf, type Connector } from './broker-connection.ts'
import { openBrokerLinks } from './broker-links.ts'
import { KafkajsConnection } from './kafkajs-connection.ts'
import { type ClusterOf, type Internals, requireShape } from './kafkajs-internals.ts'
import type { Transport } from './transport.ts'
import type { TransportOptions } from './transport-options.ts'

export type { TransportOptions }

/** kafkajs authenticates anew this long before a session ends (KIP-368); its 10 s never fit a 10 s session. */
const REAUTHENTICATION_THRESHOLD_MS = 3_000

/**
 * kafkajs gives the bytes of one connection: socket handling, framing, ApiVersions, SASL and re-authentication.
 * Deadlines, queues, back-off, the node table and reconnecting are ours. Throws ExporterError INTERNAL where kafkajs
 * is not the version whose internals are known here.
 */
export function openKafkajsTransport(options: TransportOptions): Transport {
  requireKafkajs()
  const sockets = new Set<Socket>()
  const { tls } = options
  const sasl = options.sasl !== null
  const connect: Connector = (endpoint, onGone) =>
    new KafkajsConnection(options, { endpoint, tls, sasl, sockets, onGone }, clusterOf)
  const links = openBrokerLinks(
    {
      seeds: options.seeds,
      requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      patienceMs: options.patienceMs ?? 1_000,
      hedgeMs: options.hedgeMs ?? 1_000,
      backoff: options.backoff ?? { minMs: 250, maxMs: 10_000 },
      now: options.now ?? (() => performance.now()),
      random: Math.random,
    },
    connect,
  )
  return {
    ...links,
    setNodes(nodes) {
      links.setNodes(nodes)
      options.sasl?.keepOnly(new Set(nodes.map(addressOf)))
    },
    openSockets: () => sockets.size,
    async close() {
      await links.close()
      await Promise.all([...sockets].map(socket => new Promise(closed => socket.once('close', closed))))
    },
  }
}

function requireKafkajs(): void {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
  requireShape(version === '2.2.4', `found ${version}`)
  clusterOf('check', null, () => {
    throw new Error('nothing is sent by the check')
  })
}

/**
 * A kafkajs cluster of one connection, through the documented `partitionAssigners` hook of a consumer that is never
 * connected: it sends nothing and joins no group. The broker's address is the socket factory's business, because
 * kafkajs splits addresses at ':' and cannot name an IPv6 host.
 */
const clusterOf: ClusterOf = (clientId, sasl, socketFactory) => {
  // Never reached: the deadlines are Link's, because kafkajs's neither close the socket nor cover SASL.
  const unreachedMs = 2 ** 30
  let captured: Cluster | undefined
  new Kafka({
    clientId,
    brokers: ['broker:9092'],
    ...(sasl === null ? {} : { sasl: sasl as SASLOptions }),
    connectionTimeout: unreachedMs,
    authenticationTimeout: unreachedMs,
    requestTimeout: unreachedMs,
    // Would keep a timer of 100 ms per connection running.
    enforceRequestTimeout: false,
    reauthenticationThreshold: REAUTHENTICATION_THRESHOLD_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
    socketFactory: ({ onConnect }) => socketFactory(onConnect),
  }).consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        captured = cluster
        const protocol = () => ({ name: 'never', metadata: Buffer.alloc(0) })
        return { name: 'never', version: 0, assign: async () => [], protocol }
      },
    ],
  })
  const cluster = captured as unknown as Internals | undefined
  requireShape(
    typeof cluster?.brokerPool?.createSeedBroker === 'function',
    'the cluster has no createSeedBroker',
  )
  return cluster
}
