import type { AppendOptions } from './log-options.ts'
import type { SimulatedLog } from './simulated-log.ts'

export interface Trace {
  /** What the records carry, in the order of their offsets; a producer may be wrong or late. */
  readonly timestamps: ArrayLike<number>
  /** When each is sent, which must not fall; as the time stamps unless told. */
  readonly sentAt?: ArrayLike<number>
}

export interface Batching {
  /** 1 unless told. */
  readonly recordsPerBatch?: number
  /** How long a batch waits to be filled; for ever unless told. */
  readonly lingerMs?: number
}

/** Appends a trace to a log as time passes, in batches as `batch.size` and `linger.ms` make them. */
export class TraceProducer {
  readonly #log: SimulatedLog
  readonly #timestamps: ArrayLike<number>
  readonly #sentAt: ArrayLike<number>
  readonly #recordsPerBatch: number
  readonly #lingerMs: number
  readonly #options: AppendOptions
  #next = 0

  constructor(log: SimulatedLog, trace: Trace, batching: Batching = {}, options: AppendOptions = {}) {
    this.#log = log
    this.#timestamps = trace.timestamps
    this.#sentAt = trace.sentAt ?? trace.timestamps
    this.#recordsPerBatch = batching.recordsPerBatch ?? 1
    this.#lingerMs = batching.lingerMs ?? Number.POSITIVE_INFINITY
    this.#options = options
  }

  /** Records of the trace that are in the log. */
  get produced(): number {
    return this.#next
  }

  /** Appends the batches that are full or have waited long enough by then. */
  advanceTo(now: number): void {
    const count = this.#timestamps.length
    while (this.#next < count) {
      const due = this.#sentAt[this.#next]! + this.#lingerMs
      const full = this.#next + this.#recordsPerBatch
      let upTo = this.#next + 1
      while (upTo < Math.min(full, count) && this.#sentAt[upTo]! <= due) upTo++
      const leaves = upTo === full ? this.#sentAt[upTo - 1]! : due
      if (leaves > now) return
      this.#log.append(
        Array.from({ length: upTo - this.#next }, (_, i) => this.#timestamps[this.#next + i]!),
        {
          ...this.#options,
        },
      )
      this.#next = upTo
    }
  }
}
