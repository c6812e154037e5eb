import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import type { Transport } from '../../src/kafka/transport.ts'

/** A transport to a plaintext broker (host:port) and the keys of the APIs that it was asked to send. */
export function recordedTransport(broker: string): {
  readonly transport: Transport
  readonly sent: ReadonlySet<number>
} {
  const [host, port] = broker.split(':') as [string, string]
  const transport = openKafkajsTransport({
    seeds: [{ host, port: Number(port) }],
    tls: null,
    sasl: null,
    clientId: 'reader',
  })
  const sent = new Set<number>()
  return {
    sent,
    transport: {
      ...transport,
      send(node, request) {
        sent.add(request.key)
        return transport.send(node, request)
      },
      sendAny: build =>
        transport.sendAny(versions => {
          const request = build(versions)
          sent.add(request.key)
          return request
        }),
    },
  }
}
