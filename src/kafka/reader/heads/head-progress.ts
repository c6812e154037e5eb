import {
  HEAD_DENIED,
  HEAD_FAILED,
  HEAD_FOUND,
  HEAD_LOG_APPEND_FLAG,
  HEAD_NONE,
  HEAD_TRANSACTIONAL_FLAG,
  type HeadAnswers,
  type HeadQuestions,
  noAnswers,
} from '../../../model/evidence.ts'
import { ROWS_PER_STEP, type Steps } from '../../../model/steps.ts'
import { type Topology, topicOfRow } from '../../../model/topology.ts'
import type { FoundRecord } from '../../wire/record-batches.ts'
import { MOST_BYTES } from './fetch-sizes.ts'

/** Requests for one question: a record behind so much that is none is looked for in the next poll. */
const MAX_ROUNDS = 8
const GROWTH = 4

/** How far each question has come. */
export class HeadProgress {
  readonly answers: HeadAnswers
  readonly questions: HeadQuestions
  /** Position of each question's topic. */
  readonly topic: Int32Array
  /** Where to fetch from next: no data record lies between the offset asked for and this one. */
  readonly position: Float64Array
  /** Of the next Fetch; read_committed first, which tells what was aborted. */
  readonly isolation: Uint8Array
  /** Least bytes to ask for, whatever the topic's batches usually need; 0: as usual. */
  readonly leastBytes: Int32Array
  /** 1: longer than may be asked for, so that it has to come first in its request, where it comes whole. */
  readonly isHuge: Uint8Array
  readonly isPending: Uint8Array
  readonly #rounds: Uint8Array
  readonly #byRow: ReadonlyMap<number, readonly number[]>

  constructor(questions: HeadQuestions, topic: Int32Array, byRow: ReadonlyMap<number, readonly number[]>) {
    const { length } = questions.rows
    this.questions = questions
    this.answers = noAnswers(length)
    this.topic = topic
    this.position = questions.offsets.slice()
    this.isolation = new Uint8Array(length).fill(1)
    this.leastBytes = new Int32Array(length)
    this.isHuge = new Uint8Array(length)
    this.isPending = new Uint8Array(length).fill(1)
    this.#rounds = new Uint8Array(length)
    this.#byRow = byRow
  }

  noteEnds(question: number, highWatermark: number, lastStableOffset: number): void {
    this.answers.highWatermark[question] = highWatermark
    this.answers.lastStableOffset[question] = lastStableOffset
  }

  found(question: number, record: FoundRecord): void {
    this.#settleFound(question, record)
    const { rows, offsets } = this.questions
    const { highWatermark, lastStableOffset } = this.answers
    for (const other of this.#byRow.get(rows[question] as number) ?? []) {
      const offset = offsets[other] as number
      if (this.isPending[other] === 0) continue
      if (offset < (offsets[question] as number) || offset >= record.knownTo) continue
      this.noteEnds(other, highWatermark[question] as number, lastStableOffset[question] as number)
      this.#settleFound(other, { ...record, recordOffset: Math.max(offset, record.recordOffset) })
    }
  }

  /** @param knownTo no data record lies before it */
  none(question: number, knownTo: number): void {
    this.#settle(question, HEAD_NONE)
    this.answers.knownTo[question] = knownTo
  }

  denied(question: number): void {
    this.#settle(question, HEAD_DENIED)
  }

  /** What was learnt before stays of use. */
  failed(question: number): void {
    if (this.#hasMoved(question)) this.none(question, this.position[question] as number)
    else this.#settle(question, HEAD_FAILED)
  }

  /** Nobody will ask any more: it stays unasked where nothing was learnt. */
  abandoned(question: number): void {
    if (this.#hasMoved(question)) this.none(question, this.position[question] as number)
    else this.isPending[question] = 0
  }

  /**
   * To be asked for again, from here on; where that were too many times it is settled as far as it came.
   *
   * @param asked bytes, which were too few or held no data
   * @param needed bytes of the batch that comes next, where that is known
   */
  again(question: number, position: number, asked: number, needed = 0): void {
    const hasAdvanced = position > (this.position[question] as number)
    if (hasAdvanced) this.position[question] = position
    const rounds = (this.#rounds[question] as number) + 1
    this.#rounds[question] = rounds
    const isHuge = needed > MOST_BYTES || (!hasAdvanced && asked >= MOST_BYTES)
    this.isHuge[question] = isHuge ? 1 : 0
    this.leastBytes[question] = Math.min(MOST_BYTES, Math.max(asked * GROWTH, needed))
    if (rounds === MAX_ROUNDS) this.failed(question)
  }

  /** The same from the last stable offset on, where read_committed ends. */
  againUncommitted(question: number, position: number): void {
    this.isolation[question] = 0
    this.again(question, position, 0)
  }

  #settleFound(question: number, record: FoundRecord): void {
    const { answers } = this
    this.#settle(question, HEAD_FOUND)
    answers.recordOffset[question] = record.recordOffset
    answers.knownTo[question] = record.knownTo
    answers.minTimestamp[question] = record.minTimestamp
    answers.maxTimestamp[question] = record.maxTimestamp
    answers.flags[question] =
      (record.isLogAppendTime ? HEAD_LOG_APPEND_FLAG : 0) |
      (record.isTransactional ? HEAD_TRANSACTIONAL_FLAG : 0)
  }

  #settle(question: number, outcome: number): void {
    this.answers.outcome[question] = outcome
    this.isPending[question] = 0
  }

  #hasMoved(question: number): boolean {
    return (this.position[question] as number) > (this.questions.offsets[question] as number)
  }
}

/** Yields while it finds out what each question is about. */
export function* progressOf(questions: HeadQuestions, topology: Topology): Steps<HeadProgress> {
  const { rows } = questions
  const topic = new Int32Array(rows.length)
  const firstOf = new Map<number, number>()
  const byRow = new Map<number, number[]>()
  for (let i = 0; i < rows.length; i++) {
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const row = rows[i] as number
    topic[i] = topicOfRow(topology, row)
    const first = firstOf.get(row)
    if (first === undefined) firstOf.set(row, i)
    else {
      const several = byRow.get(row)
      if (several === undefined) byRow.set(row, [first, i])
      else several.push(i)
    }
  }
  return new HeadProgress(questions, topic, byRow)
}
