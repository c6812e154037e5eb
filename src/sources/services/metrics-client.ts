import http from 'node:http'
import https from 'node:https'
import { StringDecoder } from 'node:string_decoder'
import { ExporterError } from '../../errors.ts'
import { toConnectionFailure } from '../connection-failure.ts'
import { LONGEST_IDLE_MS } from '../kept-connection.ts'
import { lookUpOnce } from '../look-up-once.ts'
import type { RequestCredentials } from '../request-credentials.ts'
import { MetricsScan, type ProcessReading } from './metrics-scan.ts'

const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024

export interface MetricsClient {
  /** Fails with ExporterError alone, within the signal's time. */
  read(tls: RequestCredentials['tls'], signal: AbortSignal): Promise<ProcessReading>
  close(): void
}

/** Reads the metrics of one service over one kept connection. Redirections are not followed. */
export function metricsClient(url: string): MetricsClient {
  const { get, Agent } = url.toLowerCase().startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: LONGEST_IDLE_MS })
  const headers = { accept: 'text/plain;version=0.0.4', 'user-agent': 'kafka-health-exporter' }

  const client: MetricsClient = {
    read(tls, signal) {
      return new Promise((resolve, reject) => {
        const fail = (cause: unknown) => {
          if (cause instanceof ExporterError) reject(cause)
          else reject(signal.aborted ? tooLate(cause) : toConnectionFailure(cause, 'the service'))
        }
        const request = get(url, { agent, headers, signal, lookup: lookUpOnce, ...tls }, response => {
          const scan = new MetricsScan()
          const decoder = new StringDecoder('utf8')
          let bytes = 0
          response.on('error', fail)
          if (response.statusCode !== 200) {
            const message = `metrics_url answered HTTP ${response.statusCode}`
            request.destroy(new ExporterError('HTTP_ERROR', message, { canRetry: true }))
            return
          }
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            scan.feed(decoder.write(chunk))
            if (bytes <= LARGEST_ANSWER_BYTES) return
            request.destroy(new ExporterError('MALFORMED_RESPONSE', 'metrics of more than 32 MiB'))
          })
          response.on('end', () => resolve(scan.end()))
        })
        request.on('error', (error: NodeJS.ErrnoException) => {
          // That the kept connection has ended since is no news of the service: a new one has.
          const isStale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
          if (isStale && !signal.aborted) resolve(client.read(tls, signal))
          else fail(error)
        })
      })
    },
    close() {
      agent.destroy()
    },
  }
  return client
}

function tooLate(cause: unknown): ExporterError {
  return new ExporterError('TIMEOUT', 'metrics_url gave no answer in time', { canRetry: true, cause })
}
