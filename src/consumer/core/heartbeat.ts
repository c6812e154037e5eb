import { open } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { FUNCTION, listOf, optional, PROGRESS_VIEW, text } from './options/option-kinds.ts'
import type { RulesOf } from './options/option-rule.ts'
import { proveOptions } from './options/prove-options.ts'
import type { MonotonicClock } from './ports.ts'
import type { ProgressView } from './progress.ts'

export interface HeartbeatOptions {
  /** Path of the file, in a directory that is there. */
  readonly file: string
  /** All consumers of this process. */
  readonly consumers: readonly ProgressView[]
  /** Called once for each time that the file begins to fail: `EACCES`, `ENOSPC`, a directory that is missing. */
  readonly onError?: (error: Error) => void
  /** Milliseconds, never set back; tests give theirs. */
  readonly clock?: MonotonicClock
}

const OPTIONS: RulesOf<HeartbeatOptions> = {
  file: text('the path of a file'),
  consumers: listOf(PROGRESS_VIEW, 'a list of trackers'),
  onError: optional(FUNCTION),
  clock: optional(FUNCTION),
}

const AT_MOST_EVERY_MS = 1_000

/**
 * The file that an exec probe looks at. It is touched by turns of the processing loop, at most once a second and only
 * while every consumer is live, and made anew where somebody has removed it. No timer touches it: a loop that hangs
 * touches nothing.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  readonly #clock: MonotonicClock
  readonly #ends: (() => void)[]
  #lastAt = Number.NEGATIVE_INFINITY
  #touching: Promise<void> | null = null
  #isFailing = false

  /**
   * Touches the file once, so that what another process left there is not taken for this one's. Throws a TypeError that
   * names all faults of the options.
   */
  constructor(options: HeartbeatOptions) {
    proveOptions('Heartbeat', options, OPTIONS)
    this.#options = options
    this.#clock = options.clock ?? (() => performance.now())
    this.#ends = options.consumers.map(view => view.onTurn(() => this.beat()))
    this.beat()
  }

  /** For a loop of one's own: says that it has turned. Never throws, and waits for nothing. */
  beat(): void {
    const now = this.#clock()
    if (now - this.#lastAt < AT_MOST_EVERY_MS || this.#touching !== null) return
    // Once a second whatever comes of it: what is not live has turns, too, and being asked costs something.
    this.#lastAt = now
    if (!this.#options.consumers.every(view => view.liveness().live)) return
    this.#touching = this.#touch().finally(() => {
      this.#touching = null
    })
  }

  /** The file stays, and gets old. Resolves once nothing touches it any more. */
  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0)) end()
    this.#lastAt = Number.POSITIVE_INFINITY
    await this.#touching
  }

  async #touch(): Promise<void> {
    try {
      // By its handle: a probe that removes the file in between costs one beat, not an error.
      const file = await open(this.#options.file, 'a')
      try {
        const now = new Date()
        await file.utimes(now, now)
      } finally {
        await file.close()
      }
      this.#isFailing = false
    } catch (error) {
      if (this.#isFailing) return
      this.#isFailing = true
      // What is thrown there has nowhere to go, and must not end the process.
      void this.#tell(error as Error).catch(() => {})
    }
  }

  async #tell(error: Error): Promise<void> {
    await this.#options.onError?.(error)
  }
}
