import { performance } from 'node:perf_hooks'
import { CachedCheck } from './cached-check.ts'
import type { Check, CheckResult } from './check.ts'
import type { MonotonicClock } from './ports.ts'
import { type LivezBody, livezBody, type ReadyzBody, readyzBody } from './probe-body.ts'
import type { ProgressView } from './progress.ts'

export interface HealthOptions {
  /** All consumers of this process. None is allowed: then liveness is that the process answers. */
  readonly consumers?: readonly ProgressView[]
  /** What has to answer before this process is ready, beside its consumers being members of their groups. */
  readonly checks?: readonly Check[]
  /** A check without an answer after so many milliseconds has failed. Default 2,000. */
  readonly checkDeadlineMs?: number
  /** How long an answer of a check serves, in milliseconds, however many ask. Default 2,000. */
  readonly checkMaxAgeMs?: number
  /** Milliseconds, never set back; tests give theirs. */
  readonly clock?: MonotonicClock
}

export interface LivezAnswer {
  readonly ok: boolean
  readonly body: LivezBody
}

export interface ReadyzAnswer {
  readonly ok: boolean
  readonly body: ReadyzBody
}

/** What probes ask. HTTP, gRPC and the heartbeat file answer from here; so may any code of the service. */
export interface Health {
  /** Whether a restart would mend nothing. From memory. */
  livez(): LivezAnswer
  /** Whether this process can do its work. Never rejects, and answers within the deadline of a check. */
  readyz(): Promise<ReadyzAnswer>
  /** What `readyz` answered last, from memory: null before the first time, false once it is shutting down. */
  lastReady(): boolean | null
  /** Whether the start is over: each consumer has joined its group once, or `started()` was called. Stays so. */
  startupz(): ReadyzAnswer
  /** The results of checks by name; `progress` is liveness. Rejects where a name is none. */
  check(names: readonly string[]): Promise<readonly CheckResult[]>
  /** All names that `check` knows. */
  readonly checkNames: readonly string[]
  /** Ends the start, whatever the consumers are at. */
  started(): void
  /** From now on not ready, for good: the process ends. Liveness stays what it is. */
  shuttingDown(): void
}

const PROGRESS = 'progress'
const SHUTDOWN = 'shutdown'

/**
 * Throws where two checks have one name, or a name that is taken: `progress`, `shutdown`, `group …`.
 */
export function createHealth(options: HealthOptions): Health {
  const { consumers = [], clock = () => performance.now() } = options
  const limits = {
    deadlineMs: positive('checkDeadlineMs', options.checkDeadlineMs ?? 2_000),
    maxAgeMs: positive('checkMaxAgeMs', options.checkMaxAgeMs ?? 2_000),
  }
  const checks = new Map<string, () => CheckResult | Promise<CheckResult>>()
  const add = (name: string, result: () => CheckResult | Promise<CheckResult>) => {
    if (checks.has(name) || name === SHUTDOWN || name === '') {
      throw new Error(
        `checks: got ${name === '' ? 'a check without a name' : `"${name}" twice`}, expected a name for each`,
      )
    }
    checks.set(name, result)
  }
  let isStarted = false
  let isEnding = false
  let lastReady: boolean | null = null
  const outside = new Set(consumers)
  const lookWhoJoined = () => {
    for (const view of outside) if (view.isJoined()) outside.delete(view)
  }
  // With the turns too: one that joins and crashes between two probes has started, and its crash is to be told.
  for (const view of outside) {
    const end = view.onTurn(() => {
      lookWhoJoined()
      if (!outside.has(view)) end()
    })
  }

  const groups = [...new Set(consumers.map(view => view.groupId))].map(groupId => () => {
    const isOutside = consumers.some(view => view.groupId === groupId && !view.isJoined())
    return now(`group ${groupId}`, isOutside ? 'has not joined its group' : null)
  })
  add(PROGRESS, () => {
    const { ok, body } = livez()
    return now(PROGRESS, ok ? null : (body.faults[0]?.message ?? 'not live'))
  })
  for (const result of groups) add(result().name, result)
  for (const check of options.checks ?? []) {
    const cached = new CachedCheck(check, limits, clock)
    add(check.name, () => cached.result())
  }

  const livez = (): LivezAnswer => {
    const of = consumers.map(view => ({ groupId: view.groupId, ...view.liveness() }))
    const ok = of.every(({ live }) => live)
    return { ok, body: livezBody(ok, of) }
  }
  const answer = (results: readonly CheckResult[]): ReadyzAnswer => {
    const all = isEnding ? [now(SHUTDOWN, 'this process is shutting down'), ...results] : results
    const ok = all.every(result => result.ok)
    return { ok, body: readyzBody(ok, all) }
  }
  const readyNames = [...checks.keys()].filter(name => name !== PROGRESS)
  const resultsOf = async (names: readonly string[]) =>
    Promise.all(
      names.map(name => {
        const result = checks.get(name)
        if (result === undefined) {
          throw new Error(`got the check "${name}", expected one of ${[...checks.keys()].join(', ')}`)
        }
        return result()
      }),
    )

  return {
    livez,
    async readyz() {
      const ready = answer(await resultsOf(readyNames))
      lastReady = ready.ok
      return ready
    },
    lastReady: () => (isEnding ? false : lastReady),
    startupz() {
      lookWhoJoined()
      isStarted ||= outside.size === 0
      const results = isStarted ? [] : groups.map(result => result())
      const ok = results.every(result => result.ok)
      return { ok, body: readyzBody(ok, results) }
    },
    check: resultsOf,
    checkNames: [...checks.keys()],
    started() {
      isStarted = true
    },
    shuttingDown() {
      isEnding = true
    },
  }
}

function now(name: string, reason: string | null): CheckResult {
  return { name, ok: reason === null, reason, ageMs: 0 }
}

function positive(name: string, ms: number): number {
  if (Number.isFinite(ms) && ms > 0) return ms
  throw new Error(`${name}: got ${ms}, expected milliseconds above 0`)
}
