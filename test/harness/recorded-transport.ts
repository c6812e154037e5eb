import type { Transport } from '../../src/kafka/transport.ts'

/** A transport that notes the key of every API that it is asked to send. */
export function recordedTransport(
  transport: Transport,
  sent: Set<number> = new Set(),
): { readonly transport: Transport; readonly sent: ReadonlySet<number> } {
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
