import type { Server } from 'node:http'
import { serveTls } from '../http/access/tls-connections.ts'
import type { Clock, Log } from '../model/ports.ts'
import type { LiveWebConfig } from './live-web-config.ts'
import { refusedConnections } from './refused-connections.ts'

/** Puts TLS before a server where the web configuration has certificates; null where it has none. See `serveTls`. */
export function serveSecurely(server: Server, web: LiveWebConfig, log: Log, now: Clock): (() => void) | null {
  let { tls } = web.current()
  if (tls === null) return null
  return serveTls(server, {
    // Once there, they stay: a file without them is refused.
    tls() {
      tls = web.current().tls ?? tls
      return tls as NonNullable<typeof tls>
    },
    onRefused: refusedConnections(log, now),
  })
}
