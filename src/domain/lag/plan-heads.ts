import type { HeadQuestions } from '../../model/evidence.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { previousOf } from '../layout.ts'
import { earlierRow } from '../partitions.ts'
import { forEachCell, type Placed, positionOf } from '../place.ts'
import { isCompactedTopic } from './compacted-topics.ts'
import { isDeniedTopic } from './denied-topics.ts'
import { AppendBracket } from './end-history.ts'
import { HeadBounds } from './head-bounds.ts'
import { RowChains } from './row-chains.ts'
import { hasStableMoved } from './stable-column.ts'

/**
 * Each costs some 15 µs of CPU, and five hundred a request: as many as a poll of 200,000 group-partitions can afford.
 * What is left has our own table of ends, which is right to a poll interval.
 */
const MAX_QUESTIONS = 10_000
const USUAL_INTERVAL_S = 15
/** Urgency of one cell: the wider the interval in which its record may lie, the more a look at it tells. */
const LEVELS = 32
/** Groups with an objective come before all others. */
const WITH_OBJECTIVE = LEVELS

export interface HeadPlan {
  readonly questions: HeadQuestions
  /** Look-ups that were wanted and found no place in the plan. */
  readonly left: number
}

/**
 * Which records to look at after this poll: the first that waits for each group and partition, where it is not known
 * yet. Groups with an objective first, then those of which least is known. The same place of two groups is one question.
 */
export function* planHeads(placed: Placed, maxQuestions = MAX_QUESTIONS): Steps<HeadPlan> {
  const { before, placement } = placed
  const { cells, urgency, count } = yield* findCandidates(placed)
  const order = yield* byUrgency(urgency, count, placed.now, moveOnBy(maxQuestions))
  const limit = Math.min(maxQuestions, count)
  const rows = new Int32Array(limit)
  const offsets = new Float64Array(limit)
  const chains = new RowChains(rowCount(placed.topology), limit)
  const isMoved = hasStableMoved(placed)
  const head = new HeadBounds()
  let n = 0
  let doubles = 0
  for (let i = 0; i < count && n < limit; i++) {
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const c = cells[order[i] as number] as number
    const row = placement.layout.cellRow[c] as number
    head.load(before.heads, previousOf(placement, c))
    head.moveTo(positionOf(placed, c))
    if (head.isOpen && isMoved(row)) head.doubt()
    const offset = head.askFrom
    let q = chains.first(row)
    while (q >= 0 && offsets[q] !== offset) q = chains.next(q)
    if (q >= 0) {
      doubles++
      continue
    }
    rows[n] = row
    offsets[n] = offset
    chains.add(n++, row)
  }
  return {
    questions: { rows: rows.subarray(0, n), offsets: offsets.subarray(0, n) },
    left: count - n - doubles,
  }
}

interface Candidates {
  readonly cells: Int32Array
  readonly urgency: Uint8Array
  readonly count: number
}

function* findCandidates(placed: Placed): Steps<Candidates> {
  const { before, placement, topology, now } = placed
  const cells = new Int32Array(placement.layout.cellRow.length)
  const pass: CandidatePass = {
    placed,
    isDenied: isDeniedTopic(before.deniedTopics, topology, now),
    isMoved: hasStableMoved(placed),
    isCompacted: isCompactedTopic(before.topicConfigs, topology),
    head: new HeadBounds(),
    bracket: new AppendBracket(),
    cells,
    urgency: new Uint8Array(cells.length),
    count: 0,
  }
  yield* forEachCell(placed, addCandidate, pass)
  return pass
}

interface CandidatePass extends Candidates {
  readonly placed: Placed
  readonly isDenied: (row: number) => boolean
  readonly isMoved: (row: number) => boolean
  readonly isCompacted: (row: number) => boolean
  readonly head: HeadBounds
  readonly bracket: AppendBracket
  count: number
}

function addCandidate(
  pass: CandidatePass,
  c: number,
  row: number,
  position: number,
  end: number,
  g: number,
): void {
  if (!(position < end)) return
  const { placed, head, bracket } = pass
  const { before, placement, earlier, now } = placed
  head.load(before.heads, previousOf(placement, c))
  head.moveTo(position)
  if (head.isOpen && pass.isMoved(row)) head.doubt()
  if (head.isEmptyTo(end) || pass.isDenied(row) || (head.isFound && !pass.isCompacted(row))) return
  const hasObjective = placed.objectives[g]?.lagMs != null
  let level = 0
  if (!head.isFound) {
    bracket.find(before.endHistory, earlierRow(earlier, row), position)
    level = levelOf(now - Math.max(bracket.after, head.min))
  }
  pass.cells[pass.count] = c
  pass.urgency[pass.count++] = (hasObjective ? WITH_OBJECTIVE : 0) + level
}

/** 0 is left to second looks, 1 = known to the second; each level is twice as wide; the highest = nothing is known. */
function levelOf(widthMs: number): number {
  if (!(widthMs < Number.POSITIVE_INFINITY)) return LEVELS - 1
  // The place of the highest bit: a logarithm, for a fraction of its price.
  return Math.min(
    LEVELS - 2,
    Math.max(1, 32 - Math.clz32(Math.min(Math.max(0, widthMs) / 1_000, 0x7fff_ffff))),
  )
}

/** By how much to begin further on with every second, so that a poll begins about where the one before has ended. */
export function moveOnBy(limit: number): number {
  return Math.max(1, Math.round(limit / USUAL_INTERVAL_S))
}

/** Positions by falling urgency. Among equals each poll begins elsewhere, so that none always comes last. */
function* byUrgency(urgency: Uint8Array, count: number, now: number, perSecond: number): Steps<Int32Array> {
  const start = new Int32Array(2 * LEVELS + 1)
  for (let i = 0; i < count; i++) {
    const slot = 2 * LEVELS - (urgency[i] as number)
    start[slot] = (start[slot] as number) + 1
  }
  for (let i = 1; i < start.length; i++) start[i] = (start[i] as number) + (start[i - 1] as number)
  const order = new Int32Array(count)
  const begin = count === 0 ? 0 : (Math.floor(now / 1_000) * perSecond) % count
  for (let i = 0; i < count; i++) {
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const candidate = begin + i < count ? begin + i : begin + i - count
    const slot = 2 * LEVELS - 1 - (urgency[candidate] as number)
    const at = start[slot] as number
    order[at] = candidate
    start[slot] = at + 1
  }
  return order
}
