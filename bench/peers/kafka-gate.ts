import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { FrameAssembler } from '../../src/kafka/frame-assembler.ts'
import { readdress } from './readdress.ts'

export interface GateCounts {
  /** By API key. */
  readonly requests: Readonly<Record<number, number>>
  readonly bytesFromKafka: number
}

/** A door to a cluster through which all of one client's requests go. */
export interface KafkaGate {
  counts(): GateCounts
  /** Holds each request back for so long. */
  delay(ms: number): void
  close(): Promise<void>
}

const MAX_FRAME_BYTES = 1 << 29

/**
 * Listens on the brokers' ports at another address of the loopback range and passes everything on to them at
 * 127.0.0.1. What they answer about their own addresses is rewritten, so that nobody gets past.
 */
export async function openGate(host: string, ports: readonly number[]): Promise<KafkaGate> {
  const requests: Record<number, number> = {}
  let bytesFromKafka = 0
  let delayMs = 0
  const sockets = new Set<Socket>()
  const servers: Server[] = []

  const join = (client: Socket, port: number) => {
    const broker = connect(port, '127.0.0.1')
    for (const socket of [client, broker]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        broker.destroy()
      })
    }
    const apis = new Map<number, number>()
    const asked = new FrameAssembler(MAX_FRAME_BYTES, frame => {
      const api = frame.readInt16BE(4)
      requests[api] = (requests[api] ?? 0) + 1
      apis.set(frame.readInt32BE(8), api)
      // Timers of one length fire in their order.
      if (delayMs === 0) broker.write(frame)
      else setTimeout(() => broker.write(frame), delayMs)
    })
    const answered = new FrameAssembler(MAX_FRAME_BYTES, frame => {
      bytesFromKafka += frame.length
      const correlation = frame.readInt32BE(4)
      readdress(frame, apis.get(correlation) ?? -1, host, ports)
      apis.delete(correlation)
      client.write(frame)
    })
    client.on('data', chunk => asked.take(chunk))
    broker.on('data', chunk => answered.take(chunk))
  }
  for (const port of ports) {
    const server = createServer(client => join(client, port))
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    servers.push(server)
  }
  return {
    counts: () => ({ requests: { ...requests }, bytesFromKafka }),
    delay(ms) {
      delayMs = ms
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map(server => new Promise(done => server.close(done))))
    },
  }
}
