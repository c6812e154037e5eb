/**
 * What becomes of a record whose handler failed: `retry` it, and park it when its attempts are used up; `park` it at
 * once; or `wait`, however long, where not the record is at fault but what it needs.
 */
export type Verdict = 'retry' | 'park' | 'wait'

/** Thrown by a handler or a decoder: no attempt will ever succeed with this record. It is parked at once. */
export class UnprocessableRecord extends Error {
  override readonly name: string = 'UnprocessableRecord'
  readonly verdict = 'park'
}

/**
 * Thrown by a handler or a decoder: what is missing is not the record's fault, and a dead letter would only move the
 * work. The record is tried again, without a limit, and its partition waits.
 */
export class DependencyUnavailable extends Error {
  override readonly name: string = 'DependencyUnavailable'
  readonly verdict = 'wait'
}

/** The handler took longer than it may; its signal is aborted. */
export class HandlerTimeout extends Error {
  override readonly name: string = 'HandlerTimeout'
}

/** By the error's own `verdict`, which any class may have; `retry` without one. */
export function verdictOf(error: unknown): Verdict {
  const verdict = (error as { readonly verdict?: unknown } | null | undefined)?.verdict
  return verdict === 'park' || verdict === 'wait' ? verdict : 'retry'
}
