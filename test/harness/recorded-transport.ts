import type { ApiRequest, Transport } from '../../src/kafka/transport.ts'

/** A transport that notes the key of every API that it is asked to send, and `name v1` of each in `spoken`. */
export function recordedTransport(
  transport: Transport,
  sent: Set<number> = new Set(),
  spoken: Set<string> = new Set(),
): { readonly transport: Transport; readonly sent: ReadonlySet<number> } {
  const note = ({ key, name, version }: ApiRequest) => {
    sent.add(key)
    spoken.add(`${name} v${version}`)
  }
  return {
    sent,
    transport: {
      ...transport,
      send(node, request) {
        note(request)
        return transport.send(node, request)
      },
      sendAny: build =>
        transport.sendAny(versions => {
          const request = build(versions)
          note(request)
          return request
        }),
    },
  }
}
