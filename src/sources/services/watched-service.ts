import { codeOf, messageOf } from '../../errors.ts'
import type { Clock, Log } from '../../model/ports.ts'
import type { ServiceResources, ServiceView } from '../../model/service-status.ts'
import { RecurringCheck } from '../recurring-check.ts'
import type { HealthFinding } from './health-failure.ts'

/** Asks for the health of one service. */
export interface HealthProbe {
  /** Ends within its own deadline. Rejects only for a defect. */
  check(): Promise<HealthFinding>
  /** Ends a check under way. */
  close(): void
}

/** Reads what one service says of its process. */
export interface ResourceProbe {
  /** Ends within its own deadline and never rejects. */
  check(): Promise<ServiceResources>
  close(): void
}

export interface WatchedServiceOptions {
  readonly name: string
  /** HOST:PORT */
  readonly address: string
  readonly intervalMs: number
  readonly health: HealthProbe
  /** Null where it tells nothing of its process. */
  readonly resources: ResourceProbe | null
  readonly clock: Clock
  readonly log: Log
  /** Called after every check. */
  readonly onCheck: (view: ServiceView) => void
}

/** Checks a service at every interval, one check at a time; health and resources are asked for side by side. */
export class WatchedService {
  readonly #options: WatchedServiceOptions
  readonly #recurring: RecurringCheck
  #view: ServiceView
  #isStopped = false

  constructor(options: WatchedServiceOptions) {
    this.#options = options
    this.#view = {
      name: options.name,
      address: options.address,
      status: null,
      since: null,
      checkMs: null,
      checkedAt: null,
      failure: null,
      resources: options.resources === null ? null : { cpuRatio: null, memoryBytes: null, failure: null },
    }
    this.#recurring = new RecurringCheck({
      intervalMs: options.intervalMs,
      check: () => this.#check(),
      close: async () => {},
      onDefect: error => {
        options.log.error({ service: options.name }, `check not recorded: ${messageOf(error)}`)
      },
    })
  }

  view(): ServiceView {
    return this.#view
  }

  start(): void {
    this.#recurring.start()
  }

  /** Waits for nobody: what is under way is ended and says nothing any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#options.health.close()
    this.#options.resources?.close()
    await this.#recurring.stop()
  }

  async #check(): Promise<void> {
    const { health, resources, clock, onCheck } = this.#options
    const startedAt = performance.now()
    const timed = health
      .check()
      .catch(toDefect)
      .then(finding => ({ finding, checkMs: performance.now() - startedAt }))
    const [{ finding, checkMs }, read] = await Promise.all([timed, resources?.check() ?? null])
    if (this.#isStopped) return
    const before = this.#view
    const checkedAt = clock()
    this.#view = {
      ...before,
      ...finding,
      since: before.status === finding.status ? before.since : checkedAt,
      checkMs,
      checkedAt,
      resources: read,
    }
    this.#logChange(before)
    onCheck(this.#view)
  }

  #logChange(before: ServiceView): void {
    const { log } = this.#options
    const { name: service, address, status, failure, resources } = this.#view
    const fields = { service, address, status }
    if (status === 'serving') {
      if (before.status !== null && before.status !== status) log.info(fields, 'service is serving again')
    } else if (before.status !== status || before.failure?.code !== failure?.code) {
      const reason = failure === null ? 'it says so itself' : failure.message
      log.warn(
        { ...fields, ...(failure !== null && { code: failure.code }) },
        `service is ${inWords(status)}: ${reason}`,
      )
    }
    const [was, is] = [before.resources?.failure ?? null, resources?.failure ?? null]
    if (is !== null && is.code !== was?.code) {
      log.warn({ service, code: is.code }, `CPU and memory of the service are not known: ${is.message}`)
    }
    if (is === null && was !== null) log.info({ service }, 'CPU and memory of the service are known again')
  }
}

/** Nothing is known of the service; the next check is made all the same. */
function toDefect(error: unknown): HealthFinding {
  return { status: 'unknown', failure: { code: codeOf(error), message: messageOf(error) } }
}

function inWords(status: ServiceView['status']): string {
  return status === 'unknown' ? 'in an unknown state' : String(status).replace('_', ' ')
}
