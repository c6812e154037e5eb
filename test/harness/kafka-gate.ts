import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Keys of requests, as Kafka numbers its APIs. */
export const API = { produce: 0, fetch: 1, listOffsets: 2, metadata: 3, heartbeat: 12 } as const

/** Stands between clients and one broker, and loses the requests that it is told to lose. */
export interface KafkaGate {
  /** "127.0.0.1:port", to be advertised for the broker's listener. */
  readonly address: string
  /** From now on these requests reach nobody and are never answered; their connections stay. None: all pass. */
  lose(...apiKeys: readonly number[]): void
  /** How many requests it has lost. */
  lost(): number
  /** Cuts every connection; new ones are let in. */
  cut(): void
  close(): Promise<void>
}

/** @param broker "host:port", asked for with each connection: it is not known before the gate has an address */
export async function startKafkaGate(broker: () => string): Promise<KafkaGate> {
  const sockets = new Set<Socket>()
  let keys: readonly number[] = []
  let lost = 0
  const server = createServer(client => {
    const separator = broker().lastIndexOf(':')
    const upstream = connect(Number(broker().slice(separator + 1)), broker().slice(0, separator))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      // A broker that is down refuses; its client sees the connection closed.
      socket.on('error', () => {})
    }
    upstream.pipe(client)
    let waiting = Buffer.alloc(0)
    client.on('data', chunk => {
      waiting = Buffer.concat([waiting, chunk])
      while (waiting.length >= 6 && waiting.length >= 4 + waiting.readInt32BE(0)) {
        const request = waiting.subarray(0, 4 + waiting.readInt32BE(0))
        waiting = waiting.subarray(request.length)
        if (keys.includes(request.readInt16BE(4))) lost++
        else upstream.write(request)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    lose(...apiKeys) {
      keys = apiKeys
    },
    lost: () => lost,
    cut() {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
