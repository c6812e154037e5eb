import { messageOf } from '../../errors.ts'
import type { Check, CheckResult } from './check.ts'
import type { MonotonicClock } from './ports.ts'

export interface CheckLimits {
  /** An attempt without an answer after so many milliseconds has failed. */
  readonly deadlineMs: number
  /** An answer younger than so many milliseconds serves again. */
  readonly maxAgeMs: number
}

/** An attempt that hangs is given up after so long, and another one may begin: what hangs is one each half minute. */
const ABANDONED_AFTER_MS = 30_000
const MAX_REASON = 300

interface Answer {
  readonly reason: string | null
  readonly askedAt: number
  readonly answeredAt: number
}

/**
 * One check as all probes ask it: however many ask at once or in a row, it is run once at a time and not again while
 * its answer is young. Never rejects.
 */
export class CachedCheck {
  readonly name: string
  readonly #check: Check
  readonly #limits: CheckLimits
  readonly #clock: MonotonicClock
  #last: Answer | null = null
  #asking: Promise<CheckResult> | null = null
  /** Of the attempt that nobody has answered yet, be it waited for or not. */
  #attempt: { readonly since: number } | null = null

  constructor(check: Check, limits: CheckLimits, clock: MonotonicClock) {
    this.name = check.name
    this.#check = check
    this.#limits = limits
    this.#clock = clock
  }

  result(): Promise<CheckResult> {
    if (this.#last !== null && this.#clock() - this.#last.answeredAt < this.#limits.maxAgeMs) {
      return Promise.resolve(this.#resultOf(this.#last))
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #ask(): Promise<CheckResult> {
    const askedAt = this.#clock()
    const hangs = this.#attempt !== null && askedAt - this.#attempt.since < ABANDONED_AFTER_MS
    const reason = hangs ? this.#noAnswer(askedAt) : await this.#reasonOfAttempt(askedAt)
    this.#last = { reason, askedAt, answeredAt: this.#clock() }
    return this.#resultOf(this.#last)
  }

  #noAnswer(now: number): string {
    return `no answer for ${toSeconds(now - (this.#attempt?.since ?? now))} s`
  }

  #reasonOfAttempt(since: number): Promise<string | null> {
    const attempt = { since }
    this.#attempt = attempt
    const deadline = new AbortController()
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        resolve(`no answer within ${toSeconds(this.#limits.deadlineMs)} s`)
        deadline.abort()
      }, this.#limits.deadlineMs)
      const settle = (reason: string | null) => {
        clearTimeout(timer)
        if (this.#attempt === attempt) this.#attempt = null
        resolve(reason)
      }
      run(this.#check, deadline.signal).then(
        () => settle(null),
        error => settle(reasonOf(error)),
      )
    })
  }

  #resultOf({ reason, askedAt }: Answer): CheckResult {
    return { name: this.name, ok: reason === null, reason, ageMs: Math.max(0, this.#clock() - askedAt) }
  }
}

/** Turns what is thrown at once into a rejection. */
async function run(check: Check, signal: AbortSignal): Promise<void> {
  await check.run(signal)
}

/** One line, short, without the user and the password of an address. Never throws, whatever was thrown. */
function reasonOf(error: unknown): string {
  const told = firstOf(error)
  const text = messageOf(told) || (told instanceof Error ? String(told.name) : '')
  return text.replace(/\/\/[^/@\s]*@/g, '//').slice(0, MAX_REASON)
}

/** Of a host with several addresses: what the first of them said; together they have no message of their own. */
function firstOf(error: unknown): unknown {
  if (!(error instanceof AggregateError) || error.message !== '') return error
  const errors: unknown = error.errors
  return Array.isArray(errors) && errors.length > 0 ? errors[0] : error
}

function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
