import { HEAD_FOUND, type HeadAnswers, type HeadQuestions } from '../../model/evidence.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import { moveRows } from '../cell-map.ts'

/** Records that were stamped later than they were read. */
export interface FutureTimestamps {
  /** By topic; counters. A topic of which a record was ever read is there. */
  readonly counts: ReadonlyMap<string, number>
  /**
   * What this generation shows: a series that is born above 0 hides its first event from `increase()`, so a new one
   * is at 0 once.
   */
  readonly published: ReadonlyMap<string, number>
  /** By row: highest offset counted, so that a record waiting for hours, or read for many groups, counts once. */
  readonly countedTo: ReadonlyMap<number, number>
}

export const NO_FUTURE: FutureTimestamps = { counts: new Map(), published: new Map(), countedTo: new Map() }

/** As it comes back from a saved state: none is new. */
export function restoreFuture(
  counts: ReadonlyMap<string, number>,
  countedTo: ReadonlyMap<number, number>,
): FutureTimestamps {
  return { counts, published: counts, countedTo }
}

/** Clocks in one data centre differ by less; a producer's that differs by more is worth a look. */
export const FUTURE_TOLERANCE_MS = 5_000

export interface FutureInputs {
  readonly topology: Topology
  /** That of mapRows from the topology of `before`. */
  readonly rowMap: Int32Array | null
  readonly questions: HeadQuestions
  readonly heads: HeadAnswers
  /** Not before the answers came: what was written in the meantime is not of the future. */
  readonly readAt: number
}

export function* countFuture(before: FutureTimestamps, inputs: FutureInputs): Steps<FutureTimestamps> {
  const { topology, rowMap, questions, heads } = inputs
  const known = yield* stillThere(before.counts, topology, rowMap)
  const topicOf = (row: number) => topology.topics[topicOfRow(topology, row)] as string
  const latest = inputs.readAt + FUTURE_TOLERANCE_MS
  const born = new Set<string>()
  const future: number[] = []
  for (let i = 0; i < questions.rows.length; i++) {
    if (i % ROWS_PER_STEP === 0) yield
    if (heads.outcome[i] !== HEAD_FOUND) continue
    const topic = topicOf(questions.rows[i] as number)
    if (!known.has(topic)) born.add(topic)
    // The lower bound: the earliest that the record can be of.
    if ((heads.minTimestamp[i] as number) > latest) future.push(i)
  }
  if (born.size === 0 && future.length === 0 && rowMap === null) {
    return { counts: known, published: known, countedTo: before.countedTo }
  }
  const row = (i: number) => questions.rows[i] as number
  const offset = (i: number) => heads.recordOffset[i] as number
  future.sort((a, b) => row(a) - row(b) || offset(a) - offset(b))
  const counts = new Map(known)
  for (const topic of born) counts.set(topic, 0)
  const countedTo = yield* moveRows(before.countedTo, rowMap)
  for (const i of future) {
    if (offset(i) <= (countedTo.get(row(i)) ?? -1)) continue
    countedTo.set(row(i), offset(i))
    const topic = topicOf(row(i))
    counts.set(topic, (counts.get(topic) ?? 0) + 1)
  }
  if (born.size === 0) return { counts, published: counts, countedTo }
  const published = new Map(counts)
  for (const topic of born) published.set(topic, 0)
  return { counts, published, countedTo }
}

function* stillThere(
  before: ReadonlyMap<string, number>,
  topology: Topology,
  rowMap: Int32Array | null,
): Steps<ReadonlyMap<string, number>> {
  if (rowMap === null) return before
  const kept = new Map<string, number>()
  let work = 0
  for (const [topic, count] of before) {
    if (topology.indexOf.has(topic)) kept.set(topic, count)
    if (++work % ROWS_PER_STEP === 0) yield
  }
  return kept
}
