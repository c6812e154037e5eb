import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import { recordedTransport } from '../harness/recorded-transport.ts'

/** A recorded transport to a plaintext broker (host:port). */
export function openRecordedTransport(broker: string): ReturnType<typeof recordedTransport> {
  const [host, port] = broker.split(':') as [string, string]
  const seeds = [{ host, port: Number(port) }]
  return recordedTransport(openKafkajsTransport({ seeds, tls: null, sasl: null, clientId: 'reader' }))
}
