import { connect, isIP, Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { FUNCTION, MILLISECONDS, optional, TIMER_MS } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { proveOptions } from '../core/options/prove-options.ts'
import type { MonotonicClock } from '../core/ports.ts'

export interface ImpatientSocketsOptions {
  /** What the first answer on a connection may take, in milliseconds. Default 5,000. */
  readonly answerWithinMs?: number
  /** How long nobody connects to an address that gave none, in milliseconds. Default 15,000. */
  readonly avoidForMs?: number
  /** Milliseconds, never set back; tests give theirs. */
  readonly clock?: MonotonicClock
}

const OPTIONS: RulesOf<ImpatientSocketsOptions> = {
  answerWithinMs: optional(TIMER_MS),
  avoidForMs: optional(MILLISECONDS),
  clock: optional(FUNCTION),
}

/** What KafkaJS asks of a `socketFactory`. */
export interface SocketRequest {
  readonly host: string
  readonly port: number
  readonly ssl?: ConnectionOptions
  onConnect(): void
}

/** As KafkaJS' own sockets have it. */
const KEEP_ALIVE_MS = 60_000

/**
 * For `socketFactory` of `new Kafka(…)`: sockets that end with an error where the broker takes the connection and gives
 * no first answer. KafkaJS gives the answer up by itself, but takes the connection for a good one, so that a consumer
 * that met such a broker at its start stays with it. Its address is refused for a while, which KafkaJS takes for a
 * broker that is down: it goes on to the next one.
 *
 * Throws a TypeError that names all faults of the options.
 */
export function impatientSockets(options: ImpatientSocketsOptions = {}): (request: SocketRequest) => Socket {
  proveOptions('impatientSockets', options, OPTIONS)
  const { answerWithinMs = 5_000, avoidForMs = 15_000, clock = () => performance.now() } = options
  /** Until when; as many as there are brokers. */
  const avoided = new Map<string, number>()

  return ({ host, port, ssl, onConnect }) => {
    const address = `${host}:${port}`
    if (clock() < (avoided.get(address) ?? Number.NEGATIVE_INFINITY)) {
      return new Socket().destroy(failure(`${address} gave no answer a moment ago`))
    }
    avoided.delete(address)
    const socket = ssl
      ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...ssl }, onConnect)
      : connect({ host, port }, onConnect)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    let timer: NodeJS.Timeout | undefined
    socket.once(ssl ? 'secureConnect' : 'connect', () => {
      timer = setTimeout(() => {
        avoided.set(address, clock() + avoidForMs)
        socket.destroy(
          failure(`${address} takes connections and gives no answer within ${answerWithinMs} ms`),
        )
      }, answerWithinMs).unref()
    })
    const isAnswered = () => clearTimeout(timer)
    socket.once('data', isAnswered)
    socket.once('close', isAnswered)
    return socket
  }
}

function failure(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' })
}
