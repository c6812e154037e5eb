import { Random } from './random.ts'

/** 2026-01-01T00:00:00Z: the beginning of every trace. */
export const EPOCH = 1_767_225_600_000

/** The instants of one poll, in whole milliseconds since the trace began. */
export interface PollTimes {
  readonly startedAt: number
  readonly logStartAt: number
  readonly commitsAt: number
  readonly logEndAt: number
  readonly endedAt: number
}

/** Polls every `intervalMs`, none of them quite punctual, each reading log starts, then commits, then log ends. */
export class PollTimer {
  readonly #seed: number
  readonly #intervalMs: number

  constructor(intervalMs: number, seed: number) {
    this.#intervalMs = intervalMs
    this.#seed = seed
  }

  /** The same for the same poll, whatever was asked before. */
  at(poll: number): PollTimes {
    const random = new Random(this.#seed + Math.imul(poll, 2_654_435_761))
    const startedAt = poll * this.#intervalMs + 1_700 + Math.floor(random.between(0, 12))
    const logStartAt = startedAt + 25 + Math.floor(random.between(0, 20))
    const commitsAt = logStartAt + 50 + Math.floor(random.between(0, 50))
    const logEndAt = commitsAt + 50 + Math.floor(random.between(0, 50))
    return { startedAt, logStartAt, commitsAt, logEndAt, endedAt: logEndAt + 10 }
  }
}
