import type { CellState } from '../../src/model/snapshot.ts'
import type { Expectation } from './traces/trace.ts'

export interface ExpectationResult {
  readonly expected: number
  /** Told apart in time, and told so until the end. */
  readonly met: number
  /** After the patience of each state, in milliseconds: the latest. */
  readonly latencyMaxMs: number
}

/** Whether each state that a partition must be told to be in was told in time and held. */
export class ExpectationScore {
  readonly findings: string[] = []
  readonly #expectations: readonly Expectation[]
  readonly #intervalMs: number
  readonly #foundAt: Float64Array
  readonly #broken: Uint8Array
  #first = 0

  constructor(expectations: readonly Expectation[], intervalMs: number) {
    this.#expectations = [...expectations].sort((a, b) => a.from - b.from)
    this.#intervalMs = intervalMs
    this.#foundAt = new Float64Array(expectations.length).fill(Number.NaN)
    this.#broken = new Uint8Array(expectations.length)
  }

  step(now: number, stateOf: (partition: number) => CellState): void {
    for (let e = this.#first; e < this.#expectations.length; e++) {
      const { partition, state, from, to, patienceMs } = this.#expectations[e] as Expectation
      if (from > now) break
      if (to <= now) {
        if (e === this.#first) this.#first++
        continue
      }
      const isTold = stateOf(partition) === state
      if (isTold && Number.isNaN(this.#foundAt[e] as number)) this.#foundAt[e] = now - from - patienceMs
      // What is published in the last interval may be of the poll that saw the end coming.
      if (isTold || this.#broken[e] === 1 || to - now < this.#intervalMs) continue
      if (Number.isNaN(this.#foundAt[e] as number) && now - from - patienceMs <= this.#intervalMs) continue
      this.#broken[e] = 1
      if (this.findings.length < 5) {
        this.findings.push(
          `partition ${partition} is ${stateOf(partition)}, not ${state}, ${((now - from) / 1000).toFixed(0)} s after it began at ${(from / 86_400_000).toFixed(4)} d`,
        )
      }
    }
  }

  end(): ExpectationResult {
    const due = this.#expectations
      .map((e, i) => ({ e, i }))
      .filter(({ e }) => e.to - e.from > e.patienceMs + 2 * this.#intervalMs)
    const latencies = due.map(({ i }) => this.#foundAt[i] as number).filter(l => !Number.isNaN(l))
    return {
      expected: due.length,
      met: due.filter(({ i }) => this.#broken[i] === 0 && !Number.isNaN(this.#foundAt[i] as number)).length,
      latencyMaxMs: latencies.length === 0 ? Number.NaN : Math.max(...latencies),
    }
  }
}
