import type { CheckResult } from './check.ts'
import type { Liveness, LivenessReason } from './progress.ts'

/** At most so many faults are told one by one. */
const MAX_FAULTS = 100

/** One thing that only a restart mends. Seconds; null where it concerns no partition. */
export interface FaultBody {
  readonly reason: LivenessReason
  readonly group: string
  readonly topic: string | null
  readonly partition: number | null
  /** Offset that is processed next. */
  readonly offset: number | null
  readonly lag: number | null
  readonly forSeconds: number
  readonly thresholdSeconds: number
  readonly message: string
}

/** JSON of `/livez`. */
export interface LivezBody {
  readonly status: 'pass' | 'fail'
  /** The first hundred, those of the longest time first. */
  readonly faults: readonly FaultBody[]
  /** How many there are. */
  readonly faultCount: number
}

export interface CheckBody {
  readonly name: string
  readonly ok: boolean
  /** Why not; null where it is well. */
  readonly reason: string | null
  /** How long ago it was asked. */
  readonly ageSeconds: number
}

/** JSON of `/readyz` and `/startupz`. */
export interface ReadyzBody {
  readonly status: 'pass' | 'fail'
  readonly checks: readonly CheckBody[]
}

export function livezBody(ok: boolean, of: readonly (Liveness & { readonly groupId: string })[]): LivezBody {
  const all = of
    .flatMap(({ groupId, faults }) => faults.map(fault => ({ groupId, fault })))
    .sort((a, b) => b.fault.forMs - a.fault.forMs)
  const faults = all.slice(0, MAX_FAULTS).map(({ groupId, fault }) => ({
    reason: fault.reason,
    group: groupId,
    topic: fault.topic ?? null,
    partition: fault.partition ?? null,
    offset: fault.offset ?? null,
    lag: fault.lag ?? null,
    forSeconds: toSeconds(fault.forMs),
    thresholdSeconds: toSeconds(fault.thresholdMs),
    message: fault.message,
  }))
  return { status: statusOf(ok), faults, faultCount: all.length }
}

export function readyzBody(ok: boolean, results: readonly CheckResult[]): ReadyzBody {
  const checks = results.map(({ name, ok, reason, ageMs }) => ({
    name,
    ok,
    reason,
    ageSeconds: toSeconds(ageMs),
  }))
  return { status: statusOf(ok), checks }
}

function statusOf(ok: boolean): 'pass' | 'fail' {
  return ok ? 'pass' : 'fail'
}

/** To a tenth, as far as people read. */
function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
