import type { ServingStatus } from './grpc-health-messages.ts'
import type { WatchCall } from './grpc-health-service.ts'

interface Watcher {
  readonly call: WatchCall
  readonly service: string
  /** What the client was told last. */
  told: ServingStatus | null
  /** What it has to be told once it reads again. */
  next: ServingStatus | null
  isFull: boolean
}

/** The open calls of Watch. Each is told the present status at once and then every change, a slow one the last alone. */
export class StatusWatchers {
  readonly #watchers = new Set<Watcher>()

  get size(): number {
    return this.#watchers.size
  }

  /** Names of the services that somebody watches. */
  services(): readonly string[] {
    return [...new Set([...this.#watchers].map(watcher => watcher.service))]
  }

  /** Until the client ends the call. */
  add(call: WatchCall): void {
    const watcher: Watcher = {
      call,
      service: call.request.service,
      told: null,
      next: null,
      isFull: false,
    }
    this.#watchers.add(watcher)
    const remove = () => this.#watchers.delete(watcher)
    for (const event of ['cancelled', 'close', 'error']) call.on(event, remove)
    call.on('drain', () => {
      watcher.isFull = false
      if (watcher.next !== null) this.#tell(watcher, watcher.next)
    })
  }

  tell(service: string, status: ServingStatus): void {
    for (const watcher of this.#watchers) if (watcher.service === service) this.#tell(watcher, status)
  }

  /** Tells all of them, and ends the calls: no server ends gracefully before its calls have. */
  end(): void {
    for (const { call } of this.#watchers) call.end()
    this.#watchers.clear()
  }

  #tell(watcher: Watcher, status: ServingStatus): void {
    watcher.next = status
    if (watcher.isFull || status === watcher.told || watcher.call.cancelled) return
    watcher.told = status
    watcher.isFull = !watcher.call.write({ status })
  }
}
