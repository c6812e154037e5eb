import { setTimeout as pause } from 'node:timers/promises'
import type { Health } from '../core/health.ts'
import { HEALTH, object, optional, TIMER_MS } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { proveOptions } from '../core/options/prove-options.ts'
import { checksByService } from './checks-by-service.ts'
import type { ServingStatus } from './grpc-health-messages.ts'
import { HEALTH_SERVICE, type HealthHandlers, type WatchCall } from './grpc-health-service.ts'
import { StatusWatchers } from './status-watchers.ts'

/** `new grpc.Server()` of `@grpc/grpc-js`, before it listens. */
export interface GrpcServer {
  addService(service: never, handlers: never): void
  tryShutdown(callback: (error?: Error) => void): void
  forceShutdown(): void
}

export interface GrpcHealthOptions {
  readonly server: GrpcServer
  readonly health: Health
  /**
   * Names of services and the checks that each needs (see `health.checkNames`), beside those that are always there:
   * `''` (the whole: live and ready), `liveness`, `readiness`, `startup`.
   */
  readonly services?: Readonly<Record<string, readonly string[]>>
  /** How often watched services are looked at, in milliseconds. Default 2,000. */
  readonly watchIntervalMs?: number
}

export interface GrpcShutdown {
  /** So long everything is answered with NOT_SERVING, and calls go on, before the server ends; milliseconds. Default 0. */
  readonly drainMs?: number
  /** Calls that have not ended so long after that are cut; milliseconds. Default 10,000. */
  readonly deadlineMs?: number
}

export interface GrpcHealth {
  /**
   * NOT_SERVING first, then no new calls, then the end of those that are there. Calls of Watch are ended by it. The
   * services `liveness` and `startup` stay what they are: a process that ends in order needs no restart.
   */
  shutdown(options?: GrpcShutdown): Promise<void>
  /** NOT_SERVING, and the end of the calls of Watch; the server goes on. */
  stop(): void
}

/** `checks`: the names that `health` knows. */
function optionsWith(checks: readonly string[]): RulesOf<GrpcHealthOptions> {
  return {
    server: object('a server of @grpc/grpc-js', 'addService', 'tryShutdown', 'forceShutdown'),
    health: HEALTH,
    services: checksByService(checks),
    watchIntervalMs: optional(TIMER_MS),
  }
}

/** What a server that ends still is. */
const OUTLIVE_THE_END: ReadonlySet<string> = new Set(['liveness', 'startup'])
const NOT_FOUND = 5
const RESOURCE_EXHAUSTED = 8
const MAX_WATCHERS = 1_000

/**
 * Serves grpc.health.v1 (Check, Watch, List) on a server of `@grpc/grpc-js`. A process that ends calls its `shutdown`: after `health.shuttingDown()` alone those of `services` go on SERVING.
 */
export function addGrpcHealth(options: GrpcHealthOptions): GrpcHealth {
  const { health: given } = (options ?? {}) as Partial<GrpcHealthOptions>
  proveOptions('addGrpcHealth', options, optionsWith(given?.checkNames ?? []))
  const { server, health, watchIntervalMs = 2_000 } = options
  const services = servicesOf(health, options.services ?? {})
  const watchers = new StatusWatchers()
  let isEnding = false
  let hasEnded = false
  let timer: NodeJS.Timeout | null = null

  const statusOf = async (service: string): Promise<ServingStatus> => {
    const isWell = services.get(service)
    if (isWell === undefined) return 'SERVICE_UNKNOWN'
    const ends = () => isEnding && !OUTLIVE_THE_END.has(service)
    const serves = !ends() && (await isWell().catch(() => false))
    // What was asked for before the end is not true after it.
    return serves && !ends() ? 'SERVING' : 'NOT_SERVING'
  }
  const tellWatchers = async () => {
    await Promise.all(
      watchers.services().map(async service => watchers.tell(service, await statusOf(service))),
    )
  }
  const look = () => {
    timer = null
    void tellWatchers().then(() => {
      if (watchers.size > 0 && !hasEnded) timer ??= setTimeout(look, watchIntervalMs).unref()
    })
  }

  const handlers: HealthHandlers = {
    async check({ request: { service } }, callback) {
      if (!services.has(service)) callback({ code: NOT_FOUND, details: `there is no service "${service}"` })
      else callback(null, { status: await statusOf(service) })
    },
    watch(call: WatchCall) {
      if (watchers.size >= MAX_WATCHERS) {
        call.emit('error', { code: RESOURCE_EXHAUSTED, details: `${MAX_WATCHERS} calls watch already` })
        return
      }
      if (hasEnded) {
        call.write({ status: 'NOT_SERVING' })
        call.end()
        return
      }
      watchers.add(call)
      const { service } = call.request
      void statusOf(service).then(status => watchers.tell(service, status))
      timer ??= setTimeout(look, watchIntervalMs).unref()
    },
    async list(_call, callback) {
      const names = [...services.keys()]
      const statuses = await Promise.all(names.map(async name => [name, await statusOf(name)] as const))
      callback(null, { statuses: Object.fromEntries(statuses) })
    },
  }
  server.addService(HEALTH_SERVICE as never, handlers as never)

  const stop = () => {
    isEnding = true
    hasEnded = true
    if (timer !== null) clearTimeout(timer)
    watchers.end()
  }
  return {
    stop,
    async shutdown({ drainMs = 0, deadlineMs = 10_000 } = {}) {
      isEnding = true
      health.shuttingDown()
      await tellWatchers()
      // The server keeps the process, as long as there is somebody to drain for.
      await pause(drainMs, undefined, { ref: false })
      stop()
      await ended(server, deadlineMs)
    },
  }
}

function servicesOf(
  health: Health,
  own: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, () => Promise<boolean>> {
  const isReady = async () => (await health.readyz()).ok
  const services = new Map<string, () => Promise<boolean>>([
    ['', async () => health.livez().ok && (await isReady())],
    ['liveness', async () => health.livez().ok],
    ['readiness', isReady],
    ['startup', async () => health.startupz().ok],
  ])
  for (const [service, checks] of Object.entries(own)) {
    services.set(service, async () => (await health.check(checks)).every(result => result.ok))
  }
  return services
}

function ended(server: GrpcServer, deadlineMs: number): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(() => {
      server.forceShutdown()
      resolve()
    }, deadlineMs)
    server.tryShutdown(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
