import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { Redis as RedisClient } from 'ioredis'
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs'
import type { Deserializer } from '../../src/consumer/core/serdes/registry-decoder.ts'
import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import { type Redis, startRedis } from '../harness/redis.ts'

/** What a service needs beside Kafka, each of which can be taken away. */
export interface ChaosWorld {
  readonly kafka: Kafka
  /** One more, as another process has: consumers of one share what they take for committed. */
  anotherKafka(): Kafka
  /** Ends this many of the connections to brokers, at random. */
  cut(count: number): void
  readonly redis: { stop(): Promise<void>; start(): Promise<void>; set(key: string): Promise<void> }
  readonly registry: {
    stop(): void
    start(): void
    load(id: number, signal: AbortSignal): Promise<Deserializer>
  }
  close(): Promise<void>
}

export async function startChaosWorld(cluster: KafkaCluster): Promise<ChaosWorld> {
  const sockets = new Set<Socket>()
  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
  const anotherKafka = () =>
    new Kafka({
      brokers: [...cluster.brokers],
      logLevel: logLevel.NOTHING,
      socketFactory,
      connectionTimeout: 3_000,
      requestTimeout: 10_000,
      retry: { retries: 15, initialRetryTime: 100, maxRetryTime: 1_000 },
    })
  const redis = await startRedis()
  const client = new RedisClient(redis.url, {
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => 100,
  })
  // Each command that fails says so itself.
  client.on('error', () => {})
  const registry = await startRegistry()
  return {
    kafka: anotherKafka(),
    anotherKafka,
    cut(count) {
      const open = [...sockets].sort(() => Math.random() - 0.5)
      // KafkaJS never learns of one that is destroyed without an error.
      for (const socket of open.slice(0, count)) socket.destroy(reset())
    },
    redis: serviceOf(redis, client),
    registry,
    async close() {
      client.disconnect()
      registry.close()
      await redis.close()
    },
  }
}

function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}

function serviceOf(redis: Redis, client: RedisClient): ChaosWorld['redis'] {
  return {
    stop: () => redis.stop(),
    start: () => redis.start(),
    async set(key) {
      await client.set(key, '1', 'EX', 60)
    },
  }
}

/** Answers any id with a schema; while it is stopped, connections are ended. */
async function startRegistry(): Promise<ChaosWorld['registry'] & { close(): void }> {
  let isAway = false
  const server: Server = createServer((request, response) => {
    if (isAway) request.socket.destroy()
    else response.end(JSON.stringify({ schemaType: 'JSON', schema: '{}' }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    stop() {
      isAway = true
      server.closeAllConnections()
    },
    start() {
      isAway = false
    },
    async load(id, signal) {
      const response = await fetch(`http://127.0.0.1:${port}/schemas/ids/${id}`, { signal })
      JSON.parse(((await response.json()) as { schema: string }).schema)
      return { decode: payload => JSON.parse(payload.toString()) }
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
