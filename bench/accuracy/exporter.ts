import { transactionRows } from '../../src/domain/lag/open-transactions.ts'
import { planHeads } from '../../src/domain/lag/plan-heads.ts'
import { planTimes } from '../../src/domain/lag/plan-times.ts'
import { stableRowsWanted } from '../../src/domain/lag/stable-rows.ts'
import { type Placed, place } from '../../src/domain/place.ts'
import { type ClusterState, initialState } from '../../src/domain/state.ts'
import { track } from '../../src/domain/track.ts'
import type { TrackOptions } from '../../src/domain/track-options.ts'
import type { Evidence, TimeAnswers } from '../../src/model/evidence.ts'
import type { Observation } from '../../src/model/observation.ts'
import type { Objective, Snapshot } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { decodeState, encodeState } from '../../src/pipeline/state-codec.ts'
import { answerHeads, answerTimes, answerTransactions } from './answers.ts'
import { EPOCH, type PollTimes } from './poll-times.ts'
import type { TraceCluster } from './trace-cluster.ts'

export const POLL_INTERVAL_MS = 15_000

/** The defaults of the configuration: one set for every trace. */
export const DEFAULT_OBJECTIVE: Objective = {
  lagMs: null,
  stalledAfterMs: 300_000,
  stalledAfterMaxMs: 3_600_000,
  clock: 'record',
  isolation: 'auto',
}

export function trackOptions(objective: Partial<Objective>): TrackOptions {
  const inForce = { ...DEFAULT_OBJECTIVE, ...objective }
  return {
    pollIntervalMs: POLL_INTERVAL_MS,
    maxReadingAgeMs: 3 * POLL_INTERVAL_MS,
    brokerForgetAfterMs: 3_600_000,
    descriptionMaxAgeMs: 15 * POLL_INTERVAL_MS,
    uncommitted: 'absent',
    configuredTopics: new Set(),
    configuredGroups: new Set(),
    stateWriteErrors: 0,
    noConsumerAfterMs: 900_000,
    lossHorizonMs: 604_800_000,
    hungAfterMs: 900_000,
    isDeadLetterTopic: () => false,
    drainedBy: new Map(),
    objectiveOf: () => inForce,
  }
}

/** What Fetch gives for one question at the least: a batch of one record. */
const BYTES_PER_ANSWER = 600
/** As the pipeline does. */
const MAX_ROUNDS = 6
const TRANSACTIONS_EVERY_MS = 60_000

/** Questions asked of the brokers since the beginning. */
export interface Asked {
  heads: number
  /** Of them, the same (row, offset) as an answered one before it, without another between. */
  repeatedHeads: number
  times: number
  bytes: number
}

/** The domain on a virtual clock, as the pipeline runs it, without sockets, files and waiting. */
export class BenchExporter {
  readonly asked: Asked = { heads: 0, repeatedHeads: 0, times: 0, bytes: 0 }
  readonly #cluster: TraceCluster
  readonly #options: TrackOptions
  readonly #isReadable: boolean
  readonly #lastAsked = new Map<number, number>()
  #state: ClusterState
  #saved: Uint8Array | null = null
  #transactionsAt = Number.NEGATIVE_INFINITY

  constructor(cluster: TraceCluster, isReadable: boolean, more: Partial<TrackOptions> = {}) {
    this.#cluster = cluster
    this.#isReadable = isReadable
    this.#options = { ...trackOptions(cluster.trace.objective), ...more }
    this.#state = initialState(EPOCH)
  }

  poll(times: PollTimes): Snapshot {
    const wanted = toEnd(stableRowsWanted(this.#state, this.#options.objectiveOf))
    const observation = onlyStable(this.#cluster.observe(times), wanted)
    const placed = toEnd(place(this.#state, observation, this.#options))
    const { state, snapshot } = toEnd(track(placed, this.#lookUp(placed, times), this.#options))
    this.#state = state
    return snapshot
  }

  /** As the pipeline does before it publishes. */
  save(): void {
    this.#saved = toEnd(encodeState(this.#state, 0))
  }

  /** What `kill -9` and a start leave: the state that was saved last. */
  restart(): void {
    if (this.#saved === null) throw new Error('nothing was saved')
    this.#state = decodeState(this.#saved).state
    this.#cluster.forget()
    this.#lastAsked.clear()
    this.#transactionsAt = Number.NEGATIVE_INFINITY
  }

  #lookUp(placed: Placed, { endedAt }: PollTimes): Evidence {
    const { questions, left } = toEnd(planHeads(placed))
    const heads = answerHeads(this.#cluster, questions, endedAt + 30, this.#isReadable)
    const times: TimeAnswers[] = []
    while (times.length < MAX_ROUNDS) {
      const round = toEnd(planTimes(placed, { questions, heads, times }))
      if (round.rows.length === 0) break
      this.asked.times += round.rows.length
      times.push(answerTimes(this.#cluster, round, endedAt + 60 + 20 * times.length))
    }
    const count = questions.rows.length
    for (let q = 0; q < count; q++) {
      const row = questions.rows[q] as number
      const offset = questions.offsets[q] as number
      if (this.#lastAsked.get(row) === offset) this.asked.repeatedHeads++
      this.#lastAsked.set(row, offset)
    }
    this.asked.heads += count
    const bytes = count * BYTES_PER_ANSWER
    this.asked.bytes += bytes
    return {
      questions,
      heads,
      times,
      transactions: this.#findTransactions(placed, endedAt),
      deadLetters: null,
      bytes,
      deferred: left,
      elapsedMs: 80,
      requests: NO_REQUESTS,
      errors: [],
    }
  }

  #findTransactions(placed: Placed, endedAt: number): Evidence['transactions'] {
    if (!this.#isReadable || endedAt - this.#transactionsAt < TRANSACTIONS_EVERY_MS) return null
    const rows = transactionRows(placed, this.#options.hungAfterMs)
    if (rows.length === 0) return null
    this.#transactionsAt = endedAt
    return answerTransactions(this.#cluster, rows, endedAt + 80)
  }
}

const NO_REQUESTS: ReadonlyMap<string, number> = new Map()

/** Last stable offsets of the rows that were asked for, as the reader gives them. */
function onlyStable(observation: Observation, wanted: Int32Array): Observation {
  const { cluster } = observation
  const all = cluster?.partitions.lastStableOffset ?? null
  if (cluster === null || all === null) return observation
  let lastStableOffset: Float64Array | null = null
  if (wanted.length > 0) {
    lastStableOffset = new Float64Array(all.length).fill(Number.NaN)
    for (const row of wanted) if (row < all.length) lastStableOffset[row] = all[row] as number
  }
  return { ...observation, cluster: { ...cluster, partitions: { ...cluster.partitions, lastStableOffset } } }
}
