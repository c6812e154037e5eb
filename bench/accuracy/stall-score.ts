import type { TrueStall } from './truth.ts'

export interface StallResult {
  /** Of true stalls that lasted longer than they may take to be found. */
  readonly due: number
  readonly found: number
  readonly inTime: number
  /** From when the consumer was wedged with work, in milliseconds: the longest. */
  readonly latencyMaxMs: number
  /** Found later than allowed by, in milliseconds: the most; negative where all were early. */
  readonly lateMaxMs: number
  /** Episodes of alarm that began while nobody was wedged. */
  readonly falseAlarms: number
  /** Of them, those of the first day, in which the pace of a partition is still being learnt. */
  readonly falseOnFirstDay: number
}

const FIRST_DAY_MS = 86_400_000

/** How long after its beginning a stall may be found. */
export type Allowance = (stall: TrueStall) => number

/** Counts what a rule on stalls found, found late and made up; `step` for each partition and poll. */
export class StallScore {
  readonly #stalls: readonly (readonly TrueStall[])[]
  readonly #current: Int32Array
  readonly #wasAlarm: Uint8Array
  readonly #isFound: Uint8Array
  readonly #allowance: Allowance
  /** An alarm of a stall that has just ended may begin so long after it. */
  readonly #graceMs: number
  #due = 0
  #found = 0
  #inTime = 0
  #latencyMax = Number.NaN
  #lateMax = Number.NaN
  #falseAlarms = 0
  #falseOnFirstDay = 0

  constructor(partitions: number, stalls: readonly TrueStall[], allowance: Allowance, graceMs: number) {
    this.#stalls = Array.from({ length: partitions }, (_, p) => stalls.filter(s => s.partition === p))
    this.#current = new Int32Array(partitions)
    this.#wasAlarm = new Uint8Array(partitions)
    this.#isFound = new Uint8Array(partitions)
    this.#allowance = allowance
    this.#graceMs = graceMs
  }

  /** The stall that a partition is in, or null. */
  stallOf(partition: number, now: number): TrueStall | null {
    const stall = this.#stalls[partition]?.[this.#current[partition] as number]
    return stall !== undefined && stall.from <= now && now < stall.to ? stall : null
  }

  /** Returns whether a false alarm began. */
  step(partition: number, isAlarm: boolean, now: number): boolean {
    const stalls = this.#stalls[partition] as readonly TrueStall[]
    let stall = stalls[this.#current[partition] as number]
    if (stall !== undefined && now >= stall.to + this.#graceMs) {
      this.#close(partition, stall)
      this.#current[partition] = (this.#current[partition] as number) + 1
      stall = stalls[this.#current[partition] as number]
    }
    const began = isAlarm && this.#wasAlarm[partition] === 0
    this.#wasAlarm[partition] = isAlarm ? 1 : 0
    if (!isAlarm) return false
    const isTrue = stall !== undefined && now >= stall.from
    if (isTrue && this.#isFound[partition] === 0 && now < (stall as TrueStall).to) {
      this.#isFound[partition] = 1
      const latency = now - (stall as TrueStall).from
      const late = latency - this.#allowance(stall as TrueStall)
      if (late <= 0) this.#inTime++
      if (!(latency <= this.#latencyMax)) this.#latencyMax = latency
      if (!(late <= this.#lateMax)) this.#lateMax = late
    }
    if (!began || isTrue) return false
    this.#falseAlarms++
    if (now < FIRST_DAY_MS) this.#falseOnFirstDay++
    return true
  }

  #close(partition: number, stall: TrueStall): void {
    const wasFound = this.#isFound[partition] === 1
    if (wasFound || stall.to - stall.from > this.#allowance(stall)) {
      this.#due++
      if (wasFound) this.#found++
    }
    this.#isFound[partition] = 0
  }

  end(): StallResult {
    this.#stalls.forEach((stalls, p) => {
      const stall = stalls[this.#current[p] as number]
      if (stall !== undefined) this.#close(p, stall)
    })
    return {
      due: this.#due,
      found: this.#found,
      inTime: this.#inTime,
      latencyMaxMs: this.#latencyMax,
      lateMaxMs: this.#lateMax,
      falseAlarms: this.#falseAlarms,
      falseOnFirstDay: this.#falseOnFirstDay,
    }
  }
}
