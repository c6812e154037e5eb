import type { StallRule, StallSample } from './stall-rule.ts'

const AGE_MS = 300_000

/** klag: 300 s without a change of the offset, summed over the topic, while there is lag. Begins with the process. */
export class FixedAge implements StallRule {
  #sum = Number.NaN
  #changedAt = 0

  /** @param sample sums over the partitions that it looks at as one */
  isAlarm({ now, committed, end }: StallSample): boolean {
    if (committed !== this.#sum) {
      this.#sum = committed
      this.#changedAt = now
    }
    return end > committed && now - this.#changedAt >= AGE_MS
  }
}
