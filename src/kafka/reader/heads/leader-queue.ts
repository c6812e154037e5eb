import type { RequestLimits } from '../request-limits.ts'
import type { FetchSizes } from './fetch-sizes.ts'
import { MOST_BYTES } from './fetch-sizes.ts'
import type { HeadProgress } from './head-progress.ts'

/** One Fetch, in ascending order of its rows. */
export interface HeadRequest {
  readonly questions: readonly number[]
  readonly rows: Int32Array
  readonly offsets: Float64Array
  readonly maxBytes: Int32Array
  readonly isolation: 0 | 1
  /** It is the only one, and comes whole however long it is. */
  readonly isHuge: boolean
  /** Sum of the partitions' limits. */
  readonly bytes: number
}

export interface QueueOptions {
  readonly progress: HeadProgress
  readonly sizes: FetchSizes
  readonly topics: readonly string[]
  /** Positions of topics that may not be read. */
  readonly denied: ReadonlySet<number>
  readonly limits: Pick<RequestLimits, 'fetchedRows' | 'fetchedBytes'>
}

/** The questions to one leader, the most needed first. */
export class LeaderQueue {
  /** Positions of questions, ascending. */
  readonly #questions: readonly number[]
  readonly #options: QueueOptions

  constructor(questions: readonly number[], options: QueueOptions) {
    this.#questions = questions
    this.#options = options
  }

  pending(): number[] {
    return this.#questions.filter(question => this.#options.progress.isPending[question] === 1)
  }

  /** Nobody will ask any more. */
  abandon(): void {
    const { progress, denied } = this.#options
    for (const question of this.pending()) {
      if (denied.has(progress.topic[question] as number)) progress.denied(question)
      else progress.abandoned(question)
    }
  }

  /**
   * The most needed questions that go into one request: each partition once, one isolation, and no more bytes than
   * this leader's share. The first one may want all that is left: more comes only where its batch is longer.
   * Null: nothing is left to ask.
   */
  next(bytesLeft: number, share: number): HeadRequest | null {
    const { progress, denied, limits } = this.#options
    const most = Math.min(limits.fetchedBytes, share)
    const chosen = new Map<number, number>()
    let first: number | null = null
    let bytes = 0
    for (const question of this.#questions) {
      if (progress.isPending[question] === 0) continue
      if (denied.has(progress.topic[question] as number)) {
        progress.denied(question)
        continue
      }
      const limit = this.#limitOf(question)
      if (first === null) first = question
      else {
        if (progress.isolation[question] !== progress.isolation[first] || progress.isHuge[question] === 1)
          continue
        if (bytes + limit > most) break
        if (chosen.has(progress.questions.rows[question] as number)) continue
      }
      chosen.set(progress.questions.rows[question] as number, question)
      bytes += limit
      if (progress.isHuge[first] === 1 || chosen.size === limits.fetchedRows) break
    }
    if (first === null) return null
    return this.#request([...chosen.values()], first, bytesLeft)
  }

  #request(questions: number[], first: number, bytesLeft: number): HeadRequest {
    const { progress } = this.#options
    const { rows } = progress.questions
    const maxBytes = (question: number) => Math.min(this.#limitOf(question), bytesLeft)
    questions.sort((a, b) => (rows[a] as number) - (rows[b] as number))
    return {
      questions,
      rows: Int32Array.from(questions, question => rows[question] as number),
      offsets: Float64Array.from(questions, question => progress.position[question] as number),
      maxBytes: Int32Array.from(questions, maxBytes),
      isolation: progress.isolation[first] as 0 | 1,
      isHuge: progress.isHuge[first] === 1,
      bytes: questions.reduce((sum, question) => sum + maxBytes(question), 0),
    }
  }

  #limitOf(question: number): number {
    const { progress, sizes, topics } = this.#options
    if (progress.isHuge[question] === 1) return MOST_BYTES
    const usual = sizes.limitOf(topics[progress.topic[question] as number] as string)
    return Math.max(usual, progress.leastBytes[question] as number)
  }
}
