import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Health } from '../core/health.ts'
import { httpProbes, PROBE_PATHS, type ProbePaths } from '../core/http-probes.ts'
import { HEALTH, isCount, optional, rule, text } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { proveOptions } from '../core/options/prove-options.ts'

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * A handler for node:http that answers GET and HEAD of the probes' paths.
 *
 * @param otherwise gets every other request; without it 404, or 405 for another method on a probe's path
 */
export function probeHandler(health: Health, paths: ProbePaths = {}, otherwise?: NodeHandler): NodeHandler {
  const probes = httpProbes(health, paths)
  return (request, response) => {
    const probe = probes.get((request.url ?? '').split('?', 1)[0] ?? '')
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (probe !== undefined && isRead) {
      // A probe never rejects.
      void probe().then(({ status, headers, body }) => {
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
      })
    } else if (otherwise !== undefined) otherwise(request, response)
    else if (probe !== undefined) response.writeHead(405, { allow: 'GET, HEAD' }).end()
    else response.writeHead(404).end()
  }
}

export interface ProbeServer {
  readonly port: number
  /** Ends open connections; resolves when nobody listens any more. */
  stop(): Promise<void>
}

export interface ProbeServerOptions extends ProbePaths {
  readonly health: Health
  /** 0 takes a free one. */
  readonly port: number
  /** Default: all addresses, as Kubernetes asks at the pod's. */
  readonly host?: string
}

const LARGEST_PORT = 65_535
const OPTIONS: RulesOf<ProbeServerOptions> = {
  ...PROBE_PATHS,
  health: HEALTH,
  port: rule(
    `a port from 0 to ${LARGEST_PORT}`,
    value => value === 0 || (isCount(value) && value <= LARGEST_PORT),
  ),
  host: optional(text('a host or an address')),
}

/**
 * A server for the probes alone, for a process that has none. It keeps no process alive. Rejects where it cannot
 * listen, and throws a TypeError that names all faults of the options.
 */
export function startProbeServer(options: ProbeServerOptions): Promise<ProbeServer> {
  proveOptions('startProbeServer', options, OPTIONS)
  const { health, port, host, ...paths } = options
  const server = createServer(probeHandler(health, paths))
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject)
      // A connection that could not be accepted costs that probe, not the process.
      server.on('error', () => {})
      resolve({
        port: (server.address() as AddressInfo).port,
        stop: () =>
          new Promise(ended => {
            server.close(() => ended())
            server.closeAllConnections()
          }),
      })
    })
  })
}
