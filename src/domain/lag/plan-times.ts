import type { HeadAnswers, HeadQuestions, TimeAnswers, TimeQuestions } from '../../model/evidence.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { previousOf } from '../layout.ts'
import { earlierRow } from '../partitions.ts'
import { forEachCell, type Placed } from '../place.ts'
import { isDeniedTopic, needsSearch } from './denied-topics.ts'
import { AppendBracket } from './end-history.ts'
import { HeadBounds } from './head-bounds.ts'
import { moveOnBy } from './plan-heads.ts'
import { RowChains } from './row-chains.ts'
import { TimeSearch } from './time-search.ts'

/** Each search reads some kilobytes of index and log at the broker: as many at most in one round. */
const MAX_SEARCHES = 10_000

export interface Looked {
  readonly questions: HeadQuestions
  readonly heads: HeadAnswers
  /** The rounds so far. */
  readonly times: readonly TimeAnswers[]
}

/**
 * One round of searches by time stamp, for partitions whose records cannot be read: on each the position of which
 * least is known. Every answer bounds all groups on the partition. Empty when all are known well enough.
 */
export function* planTimes(placed: Placed, looked: Looked): Steps<TimeQuestions> {
  const rows = rowCount(placed.topology)
  const isSearched = yield* searchedRows(placed, looked)
  if (isSearched === null) return NO_TIMES
  const chains = looked.times.map(times => RowChains.of(rows, times.rows))
  const neediest = new Float32Array(rows)
  const timestamps = new Float64Array(rows)
  let wanted = 0
  const head = new HeadBounds()
  const bracket = new AppendBracket()
  const search = new TimeSearch()
  const { before, placement, earlier, now } = placed
  const visit = (_: null, c: number, row: number, position: number, end: number) => {
    if (!(position < end) || isSearched[row] === 0) return
    head.load(before.heads, previousOf(placement, c))
    head.moveTo(position)
    if (head.isFound || head.isEmptyTo(end)) return
    bracket.find(before.endHistory, earlierRow(earlier, row), position)
    search.begin(head, bracket, end, now)
    for (let r = 0; r < chains.length; r++) {
      const chain = chains[r] as RowChains
      for (let q = chain.first(row); q >= 0; q = chain.next(q))
        search.learn(looked.times[r] as TimeAnswers, q)
    }
    if (search.isDone) return
    const need = search.halfWidth / search.tolerance
    if (need <= (neediest[row] as number)) return
    if (neediest[row] === 0) wanted++
    neediest[row] = Math.min(need, 1e30)
    timestamps[row] = search.next(chains.length)
  }
  yield* forEachCell(placed, visit, null)
  return wanted === 0 ? NO_TIMES : yield* collect(neediest, timestamps, wanted, now)
}

const NO_TIMES: TimeQuestions = { rows: new Int32Array(0), timestamps: new Float64Array(0) }

/** By row, 1: its topic was refused, or what was asked of it came to nothing. Null where there is none. */
function* searchedRows(placed: Placed, { questions, heads }: Looked): Steps<Uint8Array | null> {
  const { before, topology, now } = placed
  const searched = new Uint8Array(rowCount(topology))
  let any = false
  const isDenied = isDeniedTopic(before.deniedTopics, topology, now)
  if (before.deniedTopics.size > 0) {
    for (let row = 0; row < searched.length; row++) {
      if (row % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
      if (!isDenied(row)) continue
      searched[row] = 1
      any = true
    }
  }
  for (let q = 0; q < questions.rows.length; q++) {
    if (!needsSearch(heads.outcome[q] as number)) continue
    searched[questions.rows[q] as number] = 1
    any = true
  }
  return any ? searched : null
}

function* collect(
  need: Float32Array,
  timestamps: Float64Array,
  wanted: number,
  now: number,
): Steps<TimeQuestions> {
  // Where there are too many, each poll leaves out others.
  const first = wanted <= MAX_SEARCHES ? 0 : (Math.floor(now / 1_000) * moveOnBy(MAX_SEARCHES)) % need.length
  const rows: number[] = []
  for (let i = 0; i < need.length && rows.length < MAX_SEARCHES; i++) {
    if (i % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
    const row = first + i < need.length ? first + i : first + i - need.length
    if ((need[row] as number) > 0) rows.push(row)
  }
  const ascending = Int32Array.from(rows).sort()
  return { rows: ascending, timestamps: Float64Array.from(ascending, row => timestamps[row] as number) }
}
