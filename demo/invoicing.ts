import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { type Kafka, Partitioners } from 'kafkajs'
import * as promClient from 'prom-client'
import {
  addGrpcHealth,
  ConsumerMetrics,
  createHealth,
  createResilientConsumer,
  ProgressTracker,
  probeHandler,
} from '../src/consumer.ts'

export interface Invoicing {
  /** "host:port" of its metrics and probes. */
  readonly address: string
  /** "host:port" where it answers grpc.health.v1. */
  readonly healthAddress: string
  close(): Promise<void>
}

/** What the handler cannot work on, however often it is tried. */
class InvoiceRejected extends Error {
  override readonly name = 'InvoiceRejected'
}

/** A service with the consumer kit: every twentieth invoice is tried twice, then lies in `invoices-dlq`. */
export async function startInvoicing(kafka: Kafka): Promise<Invoicing> {
  const group = 'invoicing'
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: 10_000 })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await Promise.all([consumer.connect(), producer.connect()])
  await consumer.subscribe({ topic: 'invoices', fromBeginning: true })

  const registry = new promClient.Registry()
  promClient.collectDefaultMetrics({ register: registry })
  const metrics = new ConsumerMetrics({ client: promClient, registry })
  const progress = new ProgressTracker({ consumer, kafka, groupId: group, fromBeginning: true })
  let isReady: boolean | null = null
  metrics.watch({ progress, consumer, isReady: () => isReady })
  const health = createHealth({ consumers: [progress] })
  // What would be the probe of Kubernetes, for the metric.
  const asking = setInterval(() => void health.readyz().then(({ ok }) => (isReady = ok)), 1_000)

  const resilient = createResilientConsumer({
    consumer,
    producer,
    group,
    progress,
    retry: { maxAttempts: 2, initialMs: 100 },
    onEvent: metrics.eventsOf(group),
    handler: ({ value }) => {
      const { id } = JSON.parse(String(value)) as { id: string }
      if (Number(id.split('-')[1]) % 20 === 19) throw new InvoiceRejected('the amount is not a number')
    },
  })
  await resilient.run()
  metrics.countAlert('critical', 'sent', 0)

  const server = createServer(
    probeHandler(health, {}, (_, response) => {
      void registry.metrics().then(text => {
        response.writeHead(200, { 'content-type': registry.contentType }).end(text)
      })
    }),
  )
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  const grpcServer = new Server()
  const grpcHealth = addGrpcHealth({ server: grpcServer, health })
  const healthPort = await new Promise<number>((bound, failed) => {
    grpcServer.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? failed(error) : bound(port),
    )
  })
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    healthAddress: `127.0.0.1:${healthPort}`,
    close: async () => {
      clearInterval(asking)
      await grpcHealth.shutdown({ deadlineMs: 1_000 })
      server.close()
      server.closeAllConnections()
      await resilient.stop({ drainMs: 2_000 })
      progress.stop()
      metrics.stop()
      await Promise.all([consumer.disconnect(), producer.disconnect()])
    },
  }
}
