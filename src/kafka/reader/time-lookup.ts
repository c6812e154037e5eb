import { NEWEST_RECORD, type TimeAnswers, type TimeProbe, type TimeQuestions } from '../../model/evidence.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeListOffsets, encodeListOffsets, LIST_OFFSETS } from '../wire/list-offsets.ts'
import type { Failure } from './answer.ts'
import { forEachChunk } from './chunks.ts'
import { partitionName } from './offsets-phase.ts'
import { paceOf } from './poll.ts'
import { positionsByLeader } from './positions-by-leader.ts'
import { askPatiently, type Probe } from './probe.ts'

/** No broker says this. */
const UNANSWERED = -32_768

/** Questions to one leader: rows ascending, and the position of each in all questions. */
interface Chunk {
  readonly rows: Int32Array
  readonly timestamps: Float64Array
  readonly positions: Int32Array
}

/** The first record from a time stamp on, of each row. Those without a leader are asked about by nobody. */
export async function lookUpTimes(probe: Probe, questions: TimeQuestions): Promise<TimeProbe> {
  const { calls, errors, limits } = probe
  const search = new TimeSearch(probe, questions)
  const { byNode } = await calls.run(positionsByLeader(questions.rows, probe.leader))
  await Promise.all(
    [...byNode].map(async ([node, positions]) =>
      forEachChunk(
        await calls.run(chunksOf(positions, questions, limits.searchedRows)),
        paceOf(probe, 1),
        chunk => search.ask(node, chunk),
        (chunk, failure) => search.fail(node, chunk.rows, failure),
      ),
    ),
  )
  return { answers: search.answers, requests: calls.requests, errors: errors.list() }
}

export function noTimes({ rows, timestamps }: TimeQuestions) {
  return { rows, timestamps, offsets: unknown(rows.length), recordTimestamps: unknown(rows.length) }
}

function unknown(length: number): Float64Array {
  return new Float64Array(length).fill(Number.NaN)
}

class TimeSearch {
  readonly answers: TimeAnswers
  readonly #probe: Probe
  /** By row of the topology, as answers are read. */
  readonly #columns: { offsets: Float64Array; timestamps: Float64Array; errors: Int16Array }

  constructor(probe: Probe, questions: TimeQuestions) {
    const rows = rowCount(probe.topology)
    this.#probe = probe
    this.answers = noTimes(questions)
    this.#columns = {
      offsets: unknown(rows),
      timestamps: unknown(rows),
      errors: new Int16Array(rows).fill(UNANSWERED),
    }
  }

  async ask(node: number, { rows, timestamps, positions }: Chunk): Promise<void> {
    const { topology, calls } = this.#probe
    const answer = await askPatiently(this.#probe, node, {
      api: LIST_OFFSETS,
      encode: version =>
        encodeListOffsets(version, { topology, rows, timestamp: spoken(version, timestamps), isolation: 0 }),
      decode: (version, body) => decodeListOffsets(version, body, topology, this.#columns),
    })
    if (answer.ok) await calls.run(this.#take(node, rows, positions))
    else this.fail(node, rows, answer.failure)
  }

  fail(node: number, rows: ArrayLike<number>, failure: Failure): void {
    const example = partitionName(this.#probe.topology, rows[0] as number)
    this.#probe.errors.add('probe', node, failure, { what: 'partition', example, count: rows.length })
  }

  *#take(node: number, rows: Int32Array, positions: Int32Array): Steps<void> {
    const { offsets, timestamps, errors } = this.#columns
    for (let i = 0; i < rows.length; i++) {
      if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
      const row = rows[i] as number
      const error = errors[row] as number
      const offset = offsets[row] as number
      const position = positions[i] as number
      if (error !== NONE) this.fail(node, [row], failureOf(node, error))
      else if (offset < 0) this.answers.offsets[position] = Number.POSITIVE_INFINITY
      else {
        this.answers.offsets[position] = offset
        this.answers.recordTimestamps[position] = timestamps[row] as number
      }
    }
  }
}

function failureOf(node: number, error: number): Failure {
  if (error !== UNANSWERED) {
    const code = errorName(error)
    return { code, message: `broker ${node}: ${code}` }
  }
  return { code: 'MALFORMED_RESPONSE', message: `broker ${node}: left out of the answer` }
}

function* chunksOf(
  positions: readonly number[],
  { rows, timestamps }: TimeQuestions,
  size: number,
): Steps<Chunk[]> {
  const chunks: Chunk[] = []
  for (let from = 0; from < positions.length; from += size) {
    const own = Int32Array.from(positions.slice(from, from + size))
    chunks.push({
      rows: own.map(i => rows[i] as number),
      // Time stamps are whole, and below 0 they would be questions of another kind.
      timestamps: Float64Array.from(own, i => {
        const timestamp = timestamps[i] as number
        return timestamp === NEWEST_RECORD ? timestamp : Math.max(0, Math.ceil(timestamp))
      }),
      positions: own,
    })
    yield
  }
  return chunks
}

/** KIP-734. A broker that does not know the question is asked for what nothing can be later than: it finds none. */
function spoken(version: number, timestamps: Float64Array): Float64Array {
  if (version >= 7 || !timestamps.includes(NEWEST_RECORD)) return timestamps
  return timestamps.map(timestamp => (timestamp === NEWEST_RECORD ? Number.MAX_SAFE_INTEGER : timestamp))
}
