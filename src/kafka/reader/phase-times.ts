import type { PollPhase } from '../../model/observation.ts'
import type { Clock } from '../../model/ports.ts'

/** Wall time of the phases of one poll, in the order in which they began. */
export class PhaseTimes {
  readonly milliseconds = new Map<PollPhase, number>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async time<Result>(phase: PollPhase, work: () => Promise<Result>): Promise<Result> {
    const began = this.#clock()
    try {
      return await work()
    } finally {
      this.milliseconds.set(phase, Math.max(0, this.#clock() - began))
    }
  }
}
