import { performance } from 'node:perf_hooks'
import { CachedCheck } from './cached-check.ts'
import type { Check, CheckResult } from './check.ts'
import {
  FUNCTION,
  listOf,
  MILLISECONDS,
  object,
  optional,
  PROGRESS_VIEW,
  TIMER_MS,
} from './options/option-kinds.ts'
import { faultOf, isObject, type OptionRule, type RulesOf, valueText } from './options/option-rule.ts'
import { proveOptions } from './options/prove-options.ts'
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

const PROGRESS = 'progress'
const SHUTDOWN = 'shutdown'
const LIST_OF_CHECKS = listOf(object('a check', 'run'), 'a list of checks')

const CHECKS: OptionRule = {
  mayBeLeftOut: true,
  faultsIn(value, at) {
    const names = Array.isArray(value) ? value.map(each => (isObject(each) ? each.name : null)) : []
    const isOwn = (name: unknown, i: number) =>
      typeof name === 'string' &&
      !/^(?:|progress|shutdown|group .*)$/s.test(name) &&
      names.indexOf(name) === i
    const expected = `a name of its own, other than ${PROGRESS}, ${SHUTDOWN} and group …`
    return [
      ...LIST_OF_CHECKS.faultsIn(value, at),
      ...names.flatMap((name, i) =>
        name === null || isOwn(name, i) ? [] : [faultOf(`${at}[${i}].name`, valueText(name), expected)],
      ),
    ]
  },
}

const OPTIONS: RulesOf<HealthOptions> = {
  consumers: optional(listOf(PROGRESS_VIEW, 'a list of trackers')),
  checks: CHECKS,
  checkDeadlineMs: optional(TIMER_MS),
  checkMaxAgeMs: optional(MILLISECONDS),
  clock: optional(FUNCTION),
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

/**
 * Throws a TypeError that names all faults of the options, such as two checks of one name, or of one that is taken:
 * `progress`, `shutdown`, `group …`.
 */
export function createHealth(options: HealthOptions): Health {
  proveOptions('createHealth', options, OPTIONS)
  const { consumers = [], clock = () => performance.now() } = options
  const { checkDeadlineMs: deadlineMs = 2_000, checkMaxAgeMs: maxAgeMs = 2_000 } = options
  const checks = new Map<string, () => CheckResult | Promise<CheckResult>>()
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
  checks.set(PROGRESS, () => {
    const { ok, body } = livez()
    return now(PROGRESS, ok ? null : (body.faults[0]?.message ?? 'not live'))
  })
  for (const result of groups) checks.set(result().name, result)
  for (const check of options.checks ?? []) {
    const cached = new CachedCheck(check, { deadlineMs, maxAgeMs }, clock)
    checks.set(check.name, () => cached.result())
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
