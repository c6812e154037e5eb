import type { PollPhase } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeListOffsets, encodeListOffsets, LIST_OFFSETS } from '../wire/list-offsets.ts'
import type { Answer, Failure } from './answer.ts'
import { chunksOfRows, forEachChunk } from './chunks.ts'
import { type RowsByLeader, rowsByLeader } from './leaders.ts'
import type { RereadLeaders } from './metadata-phase.ts'
import type { PartitionOutcomes } from './partition-outcomes.ts'
import { type Poll, paceOf } from './poll.ts'
import type { PlacedPartitions } from './poll-topology.ts'

/** No broker says this. */
const UNANSWERED = -32_768
/** UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER, FENCED_ and UNKNOWN_LEADER_EPOCH. */
const LEADER_MOVED: ReadonlySet<number> = new Set([3, 5, 6, 74, 75])

/** The partitions of one poll, and where to ask for them. */
export interface OffsetsPlan {
  readonly topology: Topology
  readonly partitions: PlacedPartitions
  /** By the latest metadata of this poll. Rows ascending; all rows where null. */
  readonly leaders: (rows: Int32Array | null) => Promise<RowsByLeader>
  readonly outcomes: PartitionOutcomes
  /** Metadata anew, once per poll whoever asks for it. */
  readonly reread: () => Promise<Answer<RereadLeaders>>
}

export interface OffsetsQuestion {
  readonly stage: PollPhase
  readonly timestamp: number
  readonly isolation: 0 | 1
  /** Ascending; all rows where null or left out. */
  readonly rows?: Int32Array | null
}

/** One offset per row, NaN where there is none; the reason is in the outcomes, but for the last stable offset. */
export async function readOffsets(
  poll: Poll,
  plan: OffsetsPlan,
  question: OffsetsQuestion,
): Promise<Float64Array> {
  const stage = new OffsetsStage(poll, plan, question)
  await stage.ask(await plan.leaders(question.rows ?? null), true)
  if (stage.moved.length > 0) await stage.retry()
  return stage.offsets
}

class OffsetsStage {
  readonly offsets: Float64Array
  /** Rows whose leader has moved. */
  moved: number[] = []
  readonly #errors: Int16Array
  readonly #poll: Poll
  readonly #plan: OffsetsPlan
  readonly #question: OffsetsQuestion

  constructor(poll: Poll, plan: OffsetsPlan, question: OffsetsQuestion) {
    const rows = plan.partitions.leader.length
    this.offsets = new Float64Array(rows).fill(Number.NaN)
    this.#errors = new Int16Array(rows).fill(UNANSWERED)
    this.#poll = poll
    this.#plan = plan
    this.#question = question
  }

  async ask(leaders: RowsByLeader, mayRetry: boolean): Promise<void> {
    for (const [code, rows] of leaders.leaderless) this.#fail(rows, -1, { code, message: code })
    await Promise.all(
      [...leaders.byNode].map(([node, rows]) =>
        forEachChunk(
          chunksOfRows(rows, this.#poll.limits.rows),
          paceOf(this.#poll),
          chunk => this.#askLeader(node, chunk, mayRetry),
          (chunk, failure) => this.#fail(chunk, node, failure),
        ),
      ),
    )
  }

  /** Once, at the leaders that Metadata now names. */
  async retry(): Promise<void> {
    const rows = this.moved.sort((a, b) => a - b)
    this.moved = []
    const { partitions } = this.#plan
    const reread = await this.#plan.reread()
    if (!reread.ok) {
      await this.#poll.calls.run(this.#failMoved(rows))
      return
    }
    for (const row of rows) {
      partitions.leader[row] = reread.value.partitions.leader[row] as number
      partitions.leaderEpoch[row] = reread.value.partitions.leaderEpoch[row] as number
      partitions.errors[row] = reread.value.partitions.errors[row] as number
      this.#errors[row] = UNANSWERED
    }
    await this.ask(await this.#poll.calls.run(rowsByLeader(partitions, reread.value.nodes, rows)), false)
  }

  /** Nobody can say where they are now: they keep the error of the leader that was asked. */
  *#failMoved(rows: readonly number[]): Steps<void> {
    const { leader } = this.#plan.partitions
    const failed = new Map<string, { node: number; error: number; rows: number[] }>()
    for (const [i, row] of rows.entries()) {
      if (i % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
      const node = leader[row] as number
      const error = this.#errors[row] as number
      const others = failed.get(`${node} ${error}`)
      if (others === undefined) failed.set(`${node} ${error}`, { node, error, rows: [row] })
      else others.rows.push(row)
    }
    for (const { node, error, rows: struck } of failed.values()) this.#failByBroker(struck, node, error)
  }

  async #askLeader(node: number, rows: Int32Array, mayRetry: boolean): Promise<void> {
    const { topology } = this.#plan
    const { timestamp, isolation } = this.#question
    const columns = { offsets: this.offsets, timestamps: null, errors: this.#errors }
    const answer = await this.#poll.calls.ask(node, {
      api: LIST_OFFSETS,
      encode: version => encodeListOffsets(version, { topology, rows, timestamp, isolation }),
      decode: (version, body) => decodeListOffsets(version, body, topology, columns),
    })
    if (answer.ok) await this.#poll.calls.run(this.#judge(node, rows, mayRetry))
    else {
      // An answer that broke off may have been placed in part.
      for (const row of rows) this.offsets[row] = Number.NaN
      this.#fail(rows, node, answer.failure)
    }
  }

  *#judge(node: number, rows: Int32Array, mayRetry: boolean): Steps<void> {
    const failed = new Map<number, number[]>()
    for (let i = 0; i < rows.length; i++) {
      if (i % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
      const row = rows[i] as number
      const error = this.#errors[row] as number
      if (error === NONE && (this.offsets[row] as number) >= 0) continue
      this.offsets[row] = Number.NaN
      if (mayRetry && LEADER_MOVED.has(error)) this.moved.push(row)
      else {
        const others = failed.get(error)
        if (others === undefined) failed.set(error, [row])
        else others.push(row)
      }
    }
    for (const [error, struck] of failed) this.#failByBroker(struck, node, error)
  }

  #failByBroker(rows: readonly number[], node: number, error: number): void {
    if (error === UNANSWERED) {
      this.#fail(rows, node, {
        code: 'MALFORMED_RESPONSE',
        message: `broker ${node}: left out of the answer`,
      })
    } else if (error === NONE) {
      const code = 'OFFSET_NOT_AVAILABLE'
      this.#fail(rows, node, { code, message: `broker ${node}: an answer without an offset` })
    } else {
      const code = errorName(error)
      this.#fail(rows, node, { code, message: `broker ${node}: ${code}` })
    }
  }

  #fail(rows: ArrayLike<number>, node: number, failure: Failure): void {
    const { topology, outcomes } = this.#plan
    const { stage, isolation } = this.#question
    const first = rows[0]
    if (first === undefined) return
    if (isolation === 0) for (let i = 0; i < rows.length; i++) outcomes.note(rows[i] as number, failure.code)
    const example = partitionName(topology, first)
    this.#poll.errors.add(stage, node, failure, { what: 'partition', example, count: rows.length })
  }
}

/** `orders-3` */
export function partitionName(topology: Topology, row: number): string {
  const topic = topicOfRow(topology, row)
  return `${topology.topics[topic]}-${row - (topology.start[topic] as number)}`
}

/**
 * A log cannot start after its end: the partition was truncated or created anew between the two reads, so that
 * neither can be used.
 */
export function* dropContradictions(
  poll: Poll,
  { topology, outcomes }: Pick<OffsetsPlan, 'topology' | 'outcomes'>,
  logStart: Float64Array,
  highWatermark: Float64Array,
): Steps<void> {
  for (let row = 0; row < logStart.length; row++) {
    if (row % (8 * ROWS_PER_STEP) === 8 * ROWS_PER_STEP - 1) yield
    if (!((logStart[row] as number) > (highWatermark[row] as number))) continue
    logStart[row] = Number.NaN
    highWatermark[row] = Number.NaN
    outcomes.note(row, 'OFFSET_OUT_OF_RANGE')
    const failure = { code: 'OFFSET_OUT_OF_RANGE', message: 'the log starts after its end' }
    const example = partitionName(topology, row)
    poll.errors.add('log_end', -1, failure, { what: 'partition', example, count: 1 })
  }
}
