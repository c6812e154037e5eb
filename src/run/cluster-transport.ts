import { type ReadFile, readTextFile } from '../config/read-file.ts'
import type { ClusterSettings } from '../config/settings.ts'
import { connectionSecurity } from '../kafka/credentials/connection-security.ts'
import { openKafkajsTransport } from '../kafka/kafkajs-transport.ts'
import type { Transport } from '../kafka/transport.ts'
import type { ReadError } from '../model/observation.ts'
import type { Clock } from '../model/ports.ts'

export interface ClusterTransport {
  /** Closes what it needs credentials from, too. */
  readonly transport: Transport
  /** What is wrong with files and commands that connections need. */
  readonly troubles: () => readonly ReadError[]
}

/** Connections to the brokers of one cluster, as its settings say. */
export function clusterTransport(cluster: ClusterSettings, clock: Clock): ClusterTransport {
  const read: ReadFile = (path, maxBytes) => readTextFile(path, maxBytes, 'again')
  const security = connectionSecurity({ ...cluster, read, now: clock })
  const transport = openKafkajsTransport({
    seeds: cluster.brokers,
    tls: security.tls,
    sasl: security.sasl,
    clientId: 'kafka-health-exporter',
    requestTimeoutMs: cluster.requestTimeoutMs,
    connectTimeoutMs: cluster.connectTimeoutMs,
    // Well below the interval, or the poll after a broker's return would not ask it.
    backoff: { minMs: 250, maxMs: Math.min(10_000, cluster.pollIntervalMs / 4) },
  })
  const close = () => {
    security.close()
    return transport.close()
  }
  return { transport: { ...transport, close }, troubles: security.troubles }
}
