import { codeOf, ExporterError, messageOf } from '../errors.ts'
import type { Clock, DependencyView, Log } from '../model/ports.ts'
import { RecurringCheck } from './recurring-check.ts'

/** One way of asking a dependency whether it works. */
export interface Probe {
  /** Milliseconds of the round trip. Fails within its own deadline, with ExporterError. */
  check(): Promise<number>
  close(): Promise<void>
}

export interface DependencyCheck {
  readonly view: DependencyView
  /** Of the whole check, connecting included and failures too. */
  readonly durationMs: number
}

export interface WatchOptions {
  readonly name: string
  readonly kind: DependencyView['kind']
  readonly intervalMs: number
  readonly probe: Probe
  readonly clock: Clock
  readonly log: Log
  /** Called after every check. */
  readonly onCheck: (check: DependencyCheck) => void
}

/** Checks a dependency at every interval, one check at a time. */
export class WatchedDependency {
  readonly #options: WatchOptions
  #view: DependencyView
  readonly #recurring: RecurringCheck

  constructor(options: WatchOptions) {
    this.#options = options
    const { name, kind } = options
    this.#view = { name, kind, up: null, pingMs: null, checkedAt: null, failure: null }
    this.#recurring = new RecurringCheck({
      intervalMs: options.intervalMs,
      check: () => this.#check(),
      close: () => options.probe.close(),
      onDefect: error =>
        options.log.error({ dependency: name, kind }, `check not recorded: ${messageOf(error)}`),
    })
  }

  view(): DependencyView {
    return this.#view
  }

  start(): void {
    this.#recurring.start()
  }

  stop(): Promise<void> {
    return this.#recurring.stop()
  }

  async #check(): Promise<void> {
    const { name, kind, probe, clock, onCheck } = this.#options
    const startedAt = performance.now()
    let pingMs: number | null = null
    let failure: DependencyView['failure'] = null
    try {
      pingMs = await probe.check()
    } catch (error) {
      const known = error instanceof ExporterError ? error : new ExporterError('INTERNAL', messageOf(error))
      failure = { code: codeOf(known), message: known.message }
    }
    // One that was left to its own deadline may be about a server that nobody watches any more.
    if (this.#recurring.isLeft) return
    this.#logChange(failure)
    this.#view = { name, kind, up: failure === null, pingMs, checkedAt: clock(), failure }
    onCheck({ view: this.#view, durationMs: performance.now() - startedAt })
  }

  #logChange(failure: DependencyView['failure']): void {
    const { name, kind, log } = this.#options
    const before = this.#view
    if (failure !== null && before.failure?.code !== failure.code) {
      log.warn({ dependency: name, kind, code: failure.code }, `dependency is down: ${failure.message}`)
    }
    if (failure === null && before.up === false) log.info({ dependency: name, kind }, 'dependency is back')
  }
}
