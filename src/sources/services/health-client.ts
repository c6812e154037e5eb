import { codeOf, ExporterError, messageOf } from '../../errors.ts'
import { LONGEST_IDLE_MS } from '../kept-connection.ts'
import type { ReadText } from '../request-credentials.ts'
import { brokenFinding, type HealthFinding, lateFinding, statusFinding } from './health-failure.ts'
import type { CallEnd, HealthSession, HealthTarget, Reach } from './health-session.ts'

export interface HealthClientOptions extends HealthTarget {
  /** Empty: the server as a whole. */
  readonly healthName: string
  readonly read: ReadText
  readonly timeoutMs: number
}

/** A timer that comes later than this has been held up by other work of this process. */
const LATE_MS = 50
/** What an answer that has arrived meanwhile is given to be read. */
const GRACE_MS = 250

type Answer = { readonly reach: Reach; readonly end: CallEnd | 'late' }

type Library = Awaited<ReturnType<typeof loadLibrary>>

/** HTTP/2 and protobuf are loaded here: most exporters ask no service. */
async function loadLibrary() {
  const [session, messages] = await Promise.all([
    import('./health-session.ts'),
    import('./health-messages.ts'),
  ])
  return { ...session, ...messages }
}

/** Asks one service for its health over a connection that is kept while answers come, and made anew after a failure. */
export class HealthClient {
  readonly #options: HealthClientOptions
  #kept: HealthSession | null = null
  #answeredAt = 0
  #isClosed = false

  constructor(options: HealthClientOptions) {
    this.#options = options
  }

  /** Ends within the timeout, but for loading the library once. Never rejects where that succeeds. */
  async check(): Promise<HealthFinding> {
    const library = await loadLibrary()
    if (this.#isClosed) return lateFinding('nobody', 0)
    const startedAt = performance.now()
    const until = startedAt + this.#options.timeoutMs
    const isIdle = startedAt - this.#answeredAt > LONGEST_IDLE_MS
    if (isIdle || this.#kept?.isOpen === false) this.#drop()
    const wasKept = this.#kept !== null
    try {
      let answer = await this.#attempt(until, library)
      // That a kept connection has broken since the last check is no news of the service: a new one has.
      const isStale = wasKept && answer.end !== 'late' && answer.end.kind === 'broken'
      if (isStale && !this.#isClosed && performance.now() < until)
        answer = await this.#attempt(until, library)
      return this.#findingOf(answer, library)
    } catch (error) {
      const known = error instanceof ExporterError ? error : new ExporterError('INTERNAL', messageOf(error))
      // Our own files, or a defect: nothing is known of the service.
      return { status: 'unknown', failure: { code: codeOf(known), message: known.message } }
    }
  }

  /** Ends a check under way. */
  close(): void {
    this.#isClosed = true
    this.#drop()
  }

  async #attempt(until: number, library: Library): Promise<Answer> {
    const { healthName, read } = this.#options
    this.#kept ??= new library.HealthSession(this.#options, read)
    const session = this.#kept
    const call = session.call(library.writeHealthRequest(healthName))
    const restMs = Math.max(1, until - performance.now())
    const dueAt = performance.now() + restMs
    let isOver = false
    const giveUp = () => {
      isOver = true
      call.cancel()
    }
    let timer = setTimeout(() => {
      // What has held up this timer may have held up the answer.
      const isLate = performance.now() - dueAt > LATE_MS
      timer = setTimeout(giveUp, isLate ? GRACE_MS : 0)
    }, restMs)
    const ended = await call.ended
    clearTimeout(timer)
    const end = isOver ? 'late' : ended
    if (end === 'late' || end.kind === 'broken') this.#drop()
    else this.#answeredAt = performance.now()
    return { reach: session.reach, end }
  }

  #findingOf({ reach, end }: Answer, library: Library): HealthFinding {
    const { healthName, timeoutMs } = this.#options
    if (end === 'late') return lateFinding(reach, timeoutMs)
    if (end.kind === 'broken') return brokenFinding(reach, end.cause)
    if (end.kind === 'foreign') {
      return brokenFinding(
        reach,
        new ExporterError('MALFORMED_RESPONSE', 'what listens there does not speak gRPC'),
      )
    }
    if (end.kind === 'status') return statusFinding(end.code, healthName)
    try {
      return { status: library.readHealthResponse(end.bytes), failure: null }
    } catch {
      return brokenFinding(reach, new ExporterError('MALFORMED_RESPONSE', 'the answer is no health'))
    }
  }

  #drop(): void {
    this.#kept?.destroy()
    this.#kept = null
  }
}
