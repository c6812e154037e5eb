import http from 'node:http'
import https from 'node:https'
import { ExporterError } from '../errors.ts'
import { toConnectionFailure } from './connection-failure.ts'
import { LONGEST_IDLE_MS } from './kept-connection.ts'
import { lookUpOnce } from './look-up-once.ts'
import type { RequestCredentials } from './request-credentials.ts'

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** Keeps a few connections. */
export interface HttpRequests {
  /** Whatever the status. Fails with ExporterError alone, within the signal's time. */
  get(url: URL, credentials: RequestCredentials, signal: AbortSignal): Promise<HttpAnswer>
  close(): void
}

export interface HttpRequestOptions {
  /** Who is asked, as failures name it: "the registry". */
  readonly peer: string
  readonly accept: string
  /** A longer answer is a failure. */
  readonly largestAnswerBytes: number
  /** How long a connection is kept that nobody uses. */
  readonly idleMs?: number
}

/**
 * HTTP of Node itself: its `fetch` takes neither an authority nor a client certificate. Redirections are not followed:
 * they could carry a secret elsewhere.
 */
export function httpRequests(options: HttpRequestOptions): HttpRequests {
  const { peer, accept, largestAnswerBytes, idleMs = LONGEST_IDLE_MS } = options
  // The time-out ends a connection that is not in use, and no request.
  const limits = {
    keepAlive: true,
    maxSockets: 4,
    maxFreeSockets: 2,
    scheduling: 'lifo',
    timeout: idleMs,
  } as const
  // A kept connection is taken again only by requests with the same certificates: they are part of its name.
  const agents = { 'http:': new http.Agent(limits), 'https:': new https.Agent(limits) }

  const toFailure = (cause: unknown, signal: AbortSignal): ExporterError => {
    if (cause instanceof ExporterError) return cause
    if (!signal.aborted) return toConnectionFailure(cause, peer)
    return new ExporterError('TIMEOUT', `${peer} gave no answer in time`, { canRetry: true, cause })
  }

  const requests: HttpRequests = {
    get(url, credentials, signal) {
      const { authorization, tls } = credentials
      const isSecure = url.protocol === 'https:'
      return new Promise((resolve, reject) => {
        const fail = (cause: unknown) => reject(toFailure(cause, signal))
        const options = {
          agent: agents[isSecure ? 'https:' : 'http:'],
          headers: {
            accept,
            'user-agent': 'kafka-health-exporter',
            ...(authorization !== null && { authorization }),
          },
          signal,
          lookup: lookUpOnce,
          ...(isSecure && tls),
        }
        const request = (isSecure ? https : http).get(url, options, response => {
          const chunks: Buffer[] = []
          let bytes = 0
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            chunks.push(chunk)
            if (bytes <= largestAnswerBytes) return
            const tooLong = `an answer of more than ${largestAnswerBytes / 1024 / 1024} MiB`
            request.destroy(new ExporterError('MALFORMED_RESPONSE', tooLong, { canRetry: true }))
          })
          response.on('error', fail)
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
          })
        })
        request.on('error', (error: NodeJS.ErrnoException) => {
          // That a kept connection has ended since is no news of the server: a new one has.
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
