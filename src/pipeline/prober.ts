import { planRecordTimes } from '../domain/dlq/plan-record-times.ts'
import { transactionRows } from '../domain/lag/open-transactions.ts'
import { type HeadPlan, planHeads } from '../domain/lag/plan-heads.ts'
import { planTimes } from '../domain/lag/plan-times.ts'
import type { Placed } from '../domain/place.ts'
import {
  type Evidence,
  HEAD_UNASKED,
  type HeadProbe,
  NEWEST_RECORD,
  NO_QUESTIONS,
  noAnswers,
  type ProbeCost,
  type TimeAnswers,
  type TransactionProbe,
} from '../model/evidence.ts'
import type { Clock, ClusterReader } from '../model/ports.ts'
import { inSlices } from '../model/steps.ts'
import { ByteBudget } from './byte-budget.ts'

export interface ProberOptions {
  /** 0: nothing is looked up. */
  readonly maxBytesPerSecond: number
  readonly pollIntervalMs: number
  /** How long a last stable offset may stand still before it is asked which transaction holds it. */
  readonly hungAfterMs: number
  readonly isDeadLetterTopic: (topic: string) => boolean
}

/** Rounds of searches by time stamp in one poll; each halves what is not known, or better. */
const MAX_ROUNDS = 6
/** A transaction that hangs does so for long. */
const TRANSACTIONS_EVERY_MS = 60_000
/** Share of the poll interval that may go into look-ups, so that the next poll begins in time. */
const SHARE_OF_INTERVAL = 0.5

type Looker = Omit<ClusterReader, 'read' | 'close'>

/** After each poll looks up what its answers leave open, as the domain plans it, within bytes and time. */
export class Prober {
  readonly #reader: Looker
  readonly #clock: Clock
  readonly #options: ProberOptions
  readonly #budget: ByteBudget
  #transactionsAt = Number.NEGATIVE_INFINITY

  constructor(reader: Looker, clock: Clock, options: ProberOptions) {
    this.#reader = reader
    this.#clock = clock
    this.#options = options
    this.#budget = new ByteBudget(options.maxBytesPerSecond, options.pollIntervalMs)
  }

  async look(placed: Placed, signal: AbortSignal): Promise<Evidence> {
    const began = this.#clock()
    const isAllowed = this.#options.maxBytesPerSecond > 0 && placed.seen !== null
    const plan = isAllowed ? await inSlices(planHeads(placed)) : NO_PLAN
    const costs: ProbeCost[] = []
    const heads = await this.#readHeads(plan, began, signal)
    costs.push(heads)
    const times: TimeAnswers[] = []
    while (isAllowed && times.length < MAX_ROUNDS && this.#timeLeft(began) > 0 && !signal.aborted) {
      const looked = { questions: plan.questions, heads: heads.answers, times }
      const round = await inSlices(planTimes(placed, looked))
      if (round.rows.length === 0) break
      const probe = await this.#reader.lookUpTimes(round, signal)
      costs.push(probe)
      times.push(probe.answers)
    }
    const found = isAllowed ? await this.#findTransactions(placed, began, signal) : null
    if (found !== null) costs.push(found)
    const deadLetters = await this.#dateDeadLetters(placed, began, costs, signal)
    return {
      questions: plan.questions,
      heads: heads.answers,
      times,
      transactions: found?.transactions ?? null,
      deadLetters,
      bytes: heads.bytes,
      deferred: plan.left + unaskedOf(heads),
      elapsedMs: Math.max(0, this.#clock() - began),
      requests: sumRequests(costs),
      errors: costs.flatMap(cost => cost.errors),
    }
  }

  async #readHeads({ questions }: HeadPlan, began: number, signal: AbortSignal): Promise<HeadProbe> {
    const budgetBytes = this.#budget.available(began)
    if (questions.rows.length === 0 || budgetBytes === 0) {
      return { answers: noAnswers(questions.rows.length), bytes: 0, requests: new Map(), errors: [] }
    }
    const limits = { budgetBytes, timeoutMs: this.#timeLeft(began) }
    const probe = await this.#reader.readHeads(questions, limits, signal)
    this.#budget.spend(probe.bytes)
    return probe
  }

  async #findTransactions(
    placed: Placed,
    began: number,
    signal: AbortSignal,
  ): Promise<TransactionProbe | null> {
    const sinceLast = placed.now - this.#transactionsAt
    if ((sinceLast >= 0 && sinceLast < TRANSACTIONS_EVERY_MS) || this.#timeLeft(began) <= 0) return null
    const rows = transactionRows(placed, this.#options.hungAfterMs)
    if (rows.length === 0 || signal.aborted) return null
    this.#transactionsAt = placed.now
    return this.#reader.findTransactions(rows, signal)
  }

  async #dateDeadLetters(
    placed: Placed,
    began: number,
    costs: ProbeCost[],
    signal: AbortSignal,
  ): Promise<Evidence['deadLetters']> {
    if (placed.seen === null || signal.aborted || this.#timeLeft(began) <= 0) return null
    const rows = await inSlices(planRecordTimes(placed, this.#options.isDeadLetterTopic))
    if (rows.length === 0) return null
    const ask = async (timestamp: number): Promise<TimeAnswers> => {
      const timestamps = new Float64Array(rows.length).fill(timestamp)
      const probe = await this.#reader.lookUpTimes({ rows, timestamps }, signal)
      costs.push(probe)
      return probe.answers
    }
    return { oldest: await ask(0), newest: await ask(NEWEST_RECORD) }
  }

  #timeLeft(began: number): number {
    return this.#options.pollIntervalMs * SHARE_OF_INTERVAL - Math.max(0, this.#clock() - began)
  }
}

const NO_PLAN: HeadPlan = { questions: NO_QUESTIONS, left: 0 }

function unaskedOf({ answers }: HeadProbe): number {
  let unasked = 0
  for (const outcome of answers.outcome) if (outcome === HEAD_UNASKED) unasked++
  return unasked
}

function sumRequests(costs: readonly ProbeCost[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>()
  for (const { requests } of costs) {
    for (const [api, count] of requests) sum.set(api, (sum.get(api) ?? 0) + count)
  }
  return sum
}
