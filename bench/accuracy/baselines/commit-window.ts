import type { StallRule, StallSample } from './stall-rule.ts'

const WINDOW = 10

/**
 * Burrow's evaluator: a ring of the last ten commits with the lag that each had, and the last ten ends of the log. STOP
 * when the last commit is older than the ring is long and no end in the ring was reached; REWIND while an offset is
 * below an earlier one; STALL when all offsets are equal and there was lag all the time. Each makes the group ERR.
 */
export class CommitWindow implements StallRule {
  readonly #times: number[] = []
  readonly #offsets: number[] = []
  readonly #lags: number[] = []
  readonly #ends: number[] = []

  isAlarm({ now, end, commitTimes, commitOffsets }: StallSample): boolean {
    for (const [i, at] of commitTimes.entries()) {
      const offset = commitOffsets[i] as number
      push(this.#times, at)
      push(this.#offsets, offset)
      push(this.#lags, Math.max(0, (this.#ends.at(-1) ?? end) - offset))
    }
    push(this.#ends, end)
    const n = this.#offsets.length
    if (n < WINDOW) return false
    const last = this.#offsets[n - 1] as number
    if (end - last <= 0) return false
    return this.#isStopped(now, last) || this.#isRewound() || this.#isStalled()
  }

  #isStopped(now: number, last: number): boolean {
    const first = this.#times[0] as number
    const newest = this.#times[this.#times.length - 1] as number
    return now - newest > newest - first && !this.#ends.some(end => end <= last)
  }

  #isRewound(): boolean {
    for (let i = 1; i < this.#offsets.length; i++) {
      if ((this.#offsets[i] as number) >= (this.#offsets[i - 1] as number)) continue
      const lost = this.#offsets[i - 1] as number
      if (!this.#offsets.slice(i).some(offset => offset >= lost)) return true
    }
    return false
  }

  #isStalled(): boolean {
    return this.#lags.every(lag => lag > 0) && this.#offsets.every(offset => offset === this.#offsets[0])
  }
}

function push(ring: number[], value: number): void {
  ring.push(value)
  if (ring.length > WINDOW) ring.shift()
}
