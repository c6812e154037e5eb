import { type LogTrace, type Moves, NEVER, type PartitionTrace } from './traces/trace.ts'

/**
 * The state of one partition at an instant. Instants must not descend, except that a log's own past is kept: each call
 * goes forward from where the last one stood, so that a month of polls is one walk through the trace.
 */
export class PartitionCursor {
  readonly #trace: PartitionTrace
  #log = 0
  #end = 0
  #commit = 0
  #start = 0
  #stable = 0

  constructor(trace: PartitionTrace) {
    this.#trace = trace
  }

  get log(): LogTrace {
    return this.#trace.logs[this.#log] as LogTrace
  }

  /** High watermark. */
  endAt(instant: number): number {
    this.#enter(instant)
    const { appendedAt } = this.log
    while (this.#end < appendedAt.length && (appendedAt[this.#end] as number) <= instant) this.#end++
    return this.#end
  }

  startAt(instant: number): number {
    this.#enter(instant)
    this.#start = advance(this.log.starts, this.#start, instant)
    return this.#start === 0 ? 0 : (this.log.starts.to[this.#start - 1] as number)
  }

  /** NEVER without a commit. */
  committedAt(instant: number): number {
    const { commits } = this.#trace
    this.#commit = advance(commits, this.#commit, instant)
    return this.#commit === 0 ? NEVER : (commits.to[this.#commit - 1] as number)
  }

  /** Last stable offset. */
  stableAt(instant: number): number {
    const end = this.endAt(instant)
    const { stables } = this.log
    if (stables === null) return end
    this.#stable = advance(stables, this.#stable, instant)
    return this.#stable === 0 ? end : Math.min(end, stables.to[this.#stable - 1] as number)
  }

  #enter(instant: number): void {
    const { logs } = this.#trace
    while (this.#log + 1 < logs.length && (logs[this.#log + 1] as LogTrace).from <= instant) {
      this.#log++
      this.#end = 0
      this.#start = 0
      this.#stable = 0
    }
  }
}

function advance({ at }: Moves, from: number, instant: number): number {
  let n = from
  while (n < at.length && (at[n] as number) <= instant) n++
  return n
}
