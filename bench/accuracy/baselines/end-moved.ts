import type { StallRule, StallSample } from './stall-rule.ts'

/** Its check runs every 30 s: every second of our polls. */
const EVERY_MS = 29_000

/** "The end moved and the commit did not": Cloudflare's rule, checked once. */
export class EndMoved implements StallRule {
  #at = Number.NEGATIVE_INFINITY
  #committed = Number.NaN
  #end = Number.NaN
  #isAlarm = false

  isAlarm({ now, committed, end }: StallSample): boolean {
    if (now - this.#at < EVERY_MS) return this.#isAlarm
    this.#isAlarm = committed === this.#committed && end > this.#end && committed < end
    this.#at = now
    this.#committed = committed
    this.#end = end
    return this.#isAlarm
  }
}
