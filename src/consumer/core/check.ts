/**
 * A named question with yes or no for an answer, as a probe asks it: returns for yes, throws for no, the error's message
 * is the reason. `signal` is aborted when nobody waits any longer.
 */
export interface Check {
  /** As in the answer's body and in metrics: `postgres`, `topic orders`. */
  readonly name: string
  run(signal: AbortSignal): unknown
}

/** What a check answered last. */
export interface CheckResult {
  readonly name: string
  readonly ok: boolean
  /** Why not; null where it is well. */
  readonly reason: string | null
  /** How long ago it was asked, in milliseconds. */
  readonly ageMs: number
}
