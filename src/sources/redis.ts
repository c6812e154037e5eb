import net from 'node:net'
import type { Redis } from 'ioredis'
import { ExporterError, messageOf } from '../errors.ts'
import { withDeadline } from '../model/deadline.ts'
import type { TlsFiles } from '../model/registry-access.ts'
import { connectionCodeOf, toConnectionFailure } from './connection-failure.ts'
import { LONGEST_IDLE_MS } from './kept-connection.ts'
import { redisConnector } from './redis-connector.ts'
import { type ReadText, readCredentials } from './request-credentials.ts'
import type { Probe } from './watched-dependency.ts'

export interface RedisTarget {
  /** redis://user:password@host:port/database, or rediss:// for TLS. */
  readonly url: string
  readonly tls: TlsFiles
  readonly timeoutMs: number
}

/** Asks a server PING over one connection that is kept between checks and made anew after a failure. */
export function redisProbe(target: RedisTarget, read: ReadText): Probe {
  const { timeoutMs } = target
  let kept: Redis | null = null
  let answeredAt = 0
  let isClosed = false

  function drop(): void {
    kept?.disconnect()
    kept = null
  }

  async function ping(isOver: () => boolean): Promise<number> {
    const client = kept ?? (await openClient(target, read))
    if (isOver()) throw new ExporterError('CLOSED', 'nobody waits for it any more')
    kept = client
    // What a connection died of is told by the event alone: a command only learns that it is closed.
    let broken: Error | undefined
    const onError = (error: Error) => {
      broken ??= error
    }
    client.on('error', onError)
    try {
      if (client.status !== 'ready') await client.connect()
      const sentAt = performance.now()
      await client.ping()
      answeredAt = performance.now()
      return answeredAt - sentAt
    } catch (error) {
      if (kept === client) drop()
      throw broken ?? error
    } finally {
      client.off('error', onError)
    }
  }

  /** That a kept connection has ended since the last check is no news of the server: a new one has. */
  async function pingAnew(isOver: () => boolean): Promise<number> {
    if (performance.now() - answeredAt > LONGEST_IDLE_MS) drop()
    if (kept === null) return ping(isOver)
    try {
      return await ping(isOver)
    } catch (error) {
      if (isReply(error) || isOver()) throw error
      return ping(isOver)
    }
  }

  return {
    async check() {
      let isOver = false
      try {
        return await withDeadline(
          pingAnew(() => isOver || isClosed),
          timeoutMs,
          'connect and PING',
        )
      } catch (error) {
        isOver = true
        drop()
        throw toFailure(error)
      }
    },
    async close() {
      isClosed = true
      drop()
    },
  }
}

/** The library is loaded here: most exporters watch no Redis. It is to try nothing by itself: a check says what is. */
async function openClient({ url, tls, timeoutMs }: RedisTarget, read: ReadText): Promise<Redis> {
  const files = readCredentials({ login: null, tls }, read).tls
  const library = await import('ioredis')
  // The library sends no name by itself; TLS has none for an address.
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')
  const named = net.isIP(host) === 0 ? { servername: host } : {}
  const client = new library.Redis(url, {
    Connector: redisConnector(library),
    lazyConnect: true,
    connectTimeout: timeoutMs,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // It asks for INFO, which a user may have no right to; a server that loads says so to PING.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    connectionName: 'kafka-health-exporter',
    ...(url.startsWith('rediss:') && { tls: { ...files, ...named } }),
  })
  // A connection that breaks between two checks is the next check's to report.
  client.on('error', () => {})
  return client
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError'
}

function toFailure(cause: unknown): ExporterError {
  if (cause instanceof ExporterError) return cause
  // Without the cause: it carries the command, which may be the one with the password.
  if (isReply(cause)) return new ExporterError(replyCodeOf(cause), messageOf(cause), { canRetry: true })
  const { code } = cause as { readonly code?: unknown }
  if (connectionCodeOf(code) === null && /^Connection is closed/.test(messageOf(cause))) {
    return new ExporterError('CONNECTION_CLOSED', 'the server closed the connection', { canRetry: true })
  }
  return toConnectionFailure(cause, 'the server')
}

/** The first word of an error tells its kind: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
function replyCodeOf(error: Error): string {
  const [word] = error.message.split(' ', 1)
  switch (word) {
    case 'NOAUTH':
    case 'WRONGPASS':
    case 'NOPERM':
      return 'AUTHENTICATION_FAILED'
    case 'LOADING':
      return 'STARTING_UP'
  }
  if (/max number of clients/.test(error.message)) return 'TOO_MANY_CONNECTIONS'
  // Before ACLs, and of a password where none is set.
  return /invalid password|AUTH .* called without any password/.test(error.message)
    ? 'AUTHENTICATION_FAILED'
    : 'REDIS_ERROR'
}
