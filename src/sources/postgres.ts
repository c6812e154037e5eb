import net from 'node:net'
import type { Pool } from 'pg'
import { ExporterError, type FailureCode, messageOf } from '../errors.ts'
import { withDeadline } from '../model/deadline.ts'
import { connectionCodeOf } from './connection-failure.ts'
import { LONGEST_IDLE_MS } from './kept-connection.ts'
import { lookUpOnce } from './look-up-once.ts'
import type { Probe } from './watched-dependency.ts'

/** Lets the deadline of a check fire before the library's own, so that a failure has one name. */
const LIBRARY_GRACE_MS = 250

/**
 * Asks a database `SELECT 1` over one connection that is kept between checks and made anew after a failure.
 * `url` is postgres://user:password@host:port/database, sslmode and the like as libpq has them.
 */
export function postgresProbe(url: string, timeoutMs: number): Probe {
  let opening: Promise<Pool> | null = null

  async function ping(): Promise<number> {
    opening ??= openPool(url, timeoutMs)
    const pool = await opening
    const client = await pool.connect()
    const onBroken = () => {}
    client.on('error', onBroken)
    let failure: Error | undefined
    try {
      const sentAt = performance.now()
      await withDeadline(client.query('SELECT 1'), timeoutMs, 'SELECT 1')
      return performance.now() - sentAt
    } catch (error) {
      failure = error as Error
      throw error
    } finally {
      client.off('error', onBroken)
      // With an error the pool closes the connection instead of handing it out again, half-open or in mid-query.
      client.release(failure)
    }
  }

  /** That a kept connection has broken since the last check is no news of the server: a new one has. */
  async function pingAnew(): Promise<number> {
    try {
      return await ping()
    } catch (error) {
      if (!isBrokenConnection(error)) throw error
      return ping()
    }
  }

  return {
    async check() {
      try {
        return await withDeadline(pingAnew(), timeoutMs, 'connect and SELECT 1')
      } catch (cause) {
        throw toFailure(cause)
      }
    },
    async close() {
      await (await opening)?.end()
    },
  }
}

/** The library is loaded here: most exporters watch no database, and it takes 5 MB. */
async function openPool(url: string, timeoutMs: number): Promise<Pool> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    stream: unconnected,
    application_name: 'kafka-health-exporter',
    max: 1,
    idleTimeoutMillis: LONGEST_IDLE_MS,
    connectionTimeoutMillis: timeoutMs + LIBRARY_GRACE_MS,
    query_timeout: timeoutMs + LIBRARY_GRACE_MS,
    keepAlive: true,
    allowExitOnIdle: true,
  })
  // A connection that breaks between two checks is the next check's to report.
  pool.on('error', () => {})
  return pool
}

/** What the library connects by port and host, or to a socket's path. */
function unconnected(): net.Socket {
  const socket = new net.Socket()
  const connect = socket.connect.bind(socket)
  const connectTo = (to: number | string, host?: string) =>
    typeof to === 'string' ? connect(to) : connect({ port: to, host, lookup: lookUpOnce })
  return Object.assign(socket, { connect: connectTo as typeof socket.connect })
}

/** The library's own error has no code; 57P01 and 57P02 are the last words of a server that stops. */
function isBrokenConnection(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  const isBroken = code === 'ECONNRESET' || code === 'EPIPE' || code === '57P01' || code === '57P02'
  return isBroken || /^Connection terminated/.test(messageOf(error))
}

/** SQLSTATE classes and system errors by their meaning to an operator. */
function toFailure(cause: unknown): ExporterError {
  if (cause instanceof ExporterError) return cause
  const code = (cause as { code?: unknown }).code
  const options = { cause, canRetry: true }
  return new ExporterError(failureCodeOf(code), describe(cause, code), options)
}

function failureCodeOf(code: unknown): FailureCode | string {
  switch (code) {
    case '28P01':
    case '28000':
      return 'AUTHENTICATION_FAILED'
    case '57P03':
      return 'STARTING_UP'
    case '53300':
      return 'TOO_MANY_CONNECTIONS'
    default:
      return connectionCodeOf(code) ?? 'CONNECTION_FAILED'
  }
}

function describe(cause: unknown, code: unknown): string {
  const text = cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause)
  return typeof code === 'string' && !text.includes(code) ? `${text} (${code})` : text
}
