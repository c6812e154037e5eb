import { withDeadline } from '../model/deadline.ts'

export interface RecurringCheckOptions {
  readonly intervalMs: number
  /** Rejects only for a defect, and the next one is made all the same. */
  readonly check: () => Promise<void>
  readonly close: () => Promise<void>
  readonly onDefect: (error: unknown) => void
}

/** What a check under way has to end when the program stops. */
const STOP_MS = 2_000

/** Checks at every interval, from start to start, one check at a time. */
export class RecurringCheck {
  readonly #options: RecurringCheckOptions
  #timer: NodeJS.Timeout | undefined
  #checking: Promise<void> = Promise.resolve()
  #isStopped = false
  #isLeft = false

  constructor(options: RecurringCheckOptions) {
    this.#options = options
  }

  /** The stop did not wait for the check under way any longer: what it finds is about what nobody watches any more. */
  get isLeft(): boolean {
    return this.#isLeft
  }

  start(): void {
    this.#checking = this.#checkAndSchedule()
  }

  /** A check that hangs is left to its own deadline, which may be longer than a stop is allowed to take. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    const ended = this.#checking.then(() => this.#options.close())
    await withDeadline(ended, STOP_MS, 'stopping').catch(() => {})
    this.#isLeft = true
  }

  async #checkAndSchedule(): Promise<void> {
    const startedAt = performance.now()
    await this.#options.check().catch(error => this.#report(error))
    if (this.#isStopped) return
    const rest = Math.max(0, this.#options.intervalMs - (performance.now() - startedAt))
    this.#timer = setTimeout(() => {
      this.#checking = this.#checkAndSchedule()
    }, rest)
  }

  /** What failed may have been the log. */
  #report(error: unknown): void {
    try {
      this.#options.onDefect(error)
    } catch {}
  }
}
