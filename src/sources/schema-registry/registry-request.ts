import http from 'node:http'
import https from 'node:https'
import { ExporterError } from '../../errors.ts'
import type { RequestCredentials } from './registry-access.ts'
import { toRegistryFailure } from './registry-failures.ts'

const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024

export interface RegistryAnswer {
  readonly status: number
  readonly body: string
}

/** Keeps a few connections. */
export interface RegistryRequests {
  /** Whatever the status. Fails with ExporterError alone, within the signal's time. */
  get(url: URL, credentials: RequestCredentials, signal: AbortSignal): Promise<RegistryAnswer>
  close(): void
}

/**
 * HTTP of Node itself: its `fetch` takes neither an authority nor a client certificate. Redirections are not followed:
 * they could carry a secret elsewhere.
 */
export function registryRequests(): RegistryRequests {
  const limits = { keepAlive: true, maxSockets: 4, maxFreeSockets: 2, scheduling: 'lifo' } as const
  // A kept connection is taken again only by requests with the same certificates: they are part of its name.
  const agents = { 'http:': new http.Agent(limits), 'https:': new https.Agent(limits) }

  const requests: RegistryRequests = {
    get(url, credentials, signal) {
      const { authorization, tls } = credentials
      const isSecure = url.protocol === 'https:'
      return new Promise((resolve, reject) => {
        const fail = (cause: unknown) => reject(toRegistryFailure(cause, signal))
        const options = {
          agent: agents[isSecure ? 'https:' : 'http:'],
          headers: {
            accept: 'application/vnd.schemaregistry.v1+json, application/json',
            'user-agent': 'kafka-health-exporter',
            ...(authorization !== null && { authorization }),
          },
          signal,
          ...(isSecure && tls),
        }
        const request = (isSecure ? https : http).get(url, options, response => {
          const chunks: Buffer[] = []
          let bytes = 0
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            chunks.push(chunk)
            if (bytes <= LARGEST_ANSWER_BYTES) return
            request.destroy(new ExporterError('MALFORMED_RESPONSE', 'an answer of more than 8 MiB'))
          })
          response.on('error', fail)
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
          })
        })
        request.on('error', (error: NodeJS.ErrnoException) => {
          // That a kept connection has ended since is no news of the registry: a new one has.
          const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
          if (isStale && !signal.aborted) resolve(requests.get(url, credentials, signal))
          else fail(error)
        })
      })
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy()
    },
  }
  return requests
}
