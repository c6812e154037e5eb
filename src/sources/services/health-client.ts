import net from 'node:net'
import type { ChannelOptions, Client, ServiceError } from '@grpc/grpc-js'
import { codeOf, ExporterError, messageOf } from '../../errors.ts'
import type { TlsFiles } from '../../model/registry-access.ts'
import { type ReadText, type RequestCredentials, readCredentials } from '../request-credentials.ts'
import { findingOf, type HealthCallFailure, type HealthFinding } from './health-failure.ts'
import { HEALTH_CHECK, readHealthResponse, writeHealthRequest } from './health-messages.ts'

type Grpc = typeof import('@grpc/grpc-js')

export interface HealthClientOptions {
  readonly address: { readonly host: string; readonly port: number }
  /** Empty: the server as a whole. */
  readonly healthName: string
  /** Null: plaintext. */
  readonly tls: (TlsFiles & { readonly serverName: string | null }) | null
  readonly read: ReadText
  readonly timeoutMs: number
}

/** An answer is a few bytes. */
const LARGEST_ANSWER_BYTES = 64 * 1024
/** A timer that comes later than this has been held up by other work of this process. */
const LATE_MS = 50
/** What an answer that has arrived meanwhile is given to be read. */
const GRACE_MS = 250

/** A connection of its own for each service, without any of what a library does for requests that matter. */
const CHANNEL: ChannelOptions = {
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  // A proxy of the surroundings would be asked instead of the service.
  'grpc.enable_http_proxy': 0,
  // Saves a look-up of DNS for settings that say nothing of a single call.
  'grpc.service_config_disable_resolution': 1,
  'grpc.max_receive_message_length': LARGEST_ANSWER_BYTES,
  'grpc.primary_user_agent': 'kafka-health-exporter',
}

/**
 * Asks one service for its health over a connection that is kept while answers come, and made anew, with certificates
 * read anew, after a failure: the library would wait longer and longer before it tries again.
 */
export class HealthClient {
  readonly #options: HealthClientOptions
  #kept: Client | null = null
  #cancel: (() => void) | null = null
  #isClosed = false

  constructor(options: HealthClientOptions) {
    this.#options = options
  }

  /** Ends within the timeout, but for loading the library once. Rejects only for a defect. */
  async check(): Promise<HealthFinding> {
    const { healthName, timeoutMs } = this.#options
    const grpc = await loadGrpc()
    const until = performance.now() + timeoutMs
    const wasKept = this.#kept !== null
    try {
      let answer = await this.#attempt(grpc, until)
      // That a kept connection has broken since the last check is no news of the service: a new one has.
      const isStale = wasKept && 'failed' in answer && isBroken(answer.failed.code, grpc)
      if (isStale && performance.now() < until) answer = await this.#attempt(grpc, until)
      return 'failed' in answer
        ? findingOf(answer.failed, healthName, timeoutMs)
        : { status: answer.status, failure: null }
    } catch (error) {
      if (!(error instanceof ExporterError)) throw error
      // Our own files: nothing is known of the service.
      return { status: 'unknown', failure: { code: codeOf(error), message: messageOf(error) } }
    }
  }

  /** Ends a check under way. */
  close(): void {
    this.#isClosed = true
    this.#cancel?.()
    this.#drop()
  }

  async #attempt(grpc: Grpc, until: number): Promise<Answer> {
    this.#kept ??= this.#connect(grpc)
    const client = this.#kept
    const isReady = () => client.getChannel().getConnectivityState(false) === grpc.connectivityState.READY
    const restMs = Math.max(1, until - performance.now())
    const look = this.#lookWhetherListening(isReady, restMs / 2)
    const answer = await this.#call(client, grpc, restMs)
    const isListening = look.end()
    if ('status' in answer) return answer
    const { code, details } = answer
    const isConnected = isReady()
    if (!isConnected || isBroken(code, grpc) || code === grpc.status.DEADLINE_EXCEEDED) this.#drop()
    return { failed: { code, details, isConnected, isListening } }
  }

  #call(client: Client, grpc: Grpc, restMs: number): Promise<Called> {
    const { healthName } = this.#options
    return new Promise(resolve => {
      const call = client.makeUnaryRequest(
        HEALTH_CHECK,
        writeHealthRequest,
        readHealthResponse,
        healthName,
        new grpc.Metadata(),
        {},
        (error, status) => {
          clearTimeout(timer)
          this.#cancel = null
          if (status !== undefined) return resolve({ status })
          const { code, details } = error as ServiceError
          resolve({ code: isOver ? grpc.status.DEADLINE_EXCEEDED : code, details })
        },
      )
      const dueAt = performance.now() + restMs
      let isOver = false
      const end = () => {
        isOver = true
        call.cancel()
      }
      let timer = setTimeout(() => {
        // What has held up this timer may have held up the answer.
        const isLate = performance.now() - dueAt > LATE_MS
        timer = setTimeout(end, isLate ? GRACE_MS : 0)
      }, restMs)
      this.#cancel = end
      if (this.#isClosed) end()
    })
  }

  #connect(grpc: Grpc): Client {
    const { address, tls, read } = this.#options
    const { host, port } = address
    const target = `dns:${host.includes(':') ? `[${host}]` : host}:${port}`
    if (tls === null) return new grpc.Client(target, grpc.credentials.createInsecure(), CHANNEL)
    const named = tls.serverName === null ? {} : namedChannel(tls.serverName)
    const credentials = secureCredentials(grpc, readCredentials({ login: null, tls }, read).tls)
    return new grpc.Client(target, credentials, { ...CHANNEL, ...named })
  }

  /**
   * The library does not tell a process that hangs from a host that is away. So where half of the time has passed
   * without a connection, it is tried whether one is accepted.
   */
  #lookWhetherListening(isReady: () => boolean, afterMs: number): { end(): boolean } {
    let isListening = false
    let socket: net.Socket | null = null
    const timer = setTimeout(() => {
      if (isReady()) return
      socket = net.connect(this.#options.address)
      socket.on('connect', () => {
        isListening = true
        socket?.destroy()
      })
      socket.on('error', () => {})
    }, afterMs)
    return {
      end() {
        clearTimeout(timer)
        socket?.destroy()
        return isListening
      },
    }
  }

  #drop(): void {
    this.#kept?.close()
    this.#kept = null
  }
}

type Called = { readonly status: HealthFinding['status'] } | Pick<HealthCallFailure, 'code' | 'details'>
type Answer = { readonly status: HealthFinding['status'] } | { readonly failed: HealthCallFailure }

/** The end of a connection reads as either, by how it came. */
function isBroken(code: number, { status }: Grpc): boolean {
  return code === status.UNAVAILABLE || code === status.CANCELLED
}

/** The certificate's name, which is also what the server is called by. */
function namedChannel(serverName: string): ChannelOptions {
  return { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName }
}

function secureCredentials(grpc: Grpc, { ca, cert, key }: RequestCredentials['tls']) {
  const bytes = (text: string | undefined) => (text === undefined ? null : Buffer.from(text))
  return grpc.credentials.createSsl(bytes(ca), bytes(key), bytes(cert))
}

/** The library is loaded here: most exporters ask no service. */
async function loadGrpc(): Promise<Grpc> {
  const grpc = await import('@grpc/grpc-js')
  // It writes to the console by itself; what it has to say is in each failure.
  grpc.setLogVerbosity(grpc.logVerbosity.NONE)
  return grpc
}
