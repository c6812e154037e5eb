import { type Evidence, HEAD_FOUND, HEAD_NONE, type TimeAnswers } from '../../model/evidence.ts'
import type { Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { previousOf } from '../layout.ts'
import { earlierRow } from '../partitions.ts'
import { forEachCell, type Placed } from '../place.ts'
import { isCompactedTopic } from './compacted-topics.ts'
import { AppendBracket } from './end-history.ts'
import { HeadBounds, type Heads, noHeads } from './head-bounds.ts'
import { RowChains } from './row-chains.ts'
import { hasStableMoved } from './stable-column.ts'

/** What was known of each cell's first waiting record, moved to where the groups are now, and what was looked up. */
export function* stepHeads(placed: Placed, evidence: Evidence): Steps<Heads> {
  const rows = rowCount(placed.topology)
  const after = noHeads(placed.placement.layout.cellRow.length)
  yield* forEachCell(placed, stepHead, {
    placed,
    evidence,
    answers: RowChains.of(rows, evidence.questions.rows),
    times: evidence.times.map(answers => ({ answers, chains: RowChains.of(rows, answers.rows) })),
    isMoved: hasStableMoved(placed),
    isCompacted: isCompactedTopic(placed.before.topicConfigs, placed.topology),
    head: new HeadBounds(),
    bracket: new AppendBracket(),
    after,
  })
  return after
}

interface HeadPass {
  readonly placed: Placed
  readonly evidence: Evidence
  readonly answers: RowChains
  readonly times: readonly { readonly answers: TimeAnswers; readonly chains: RowChains }[]
  readonly isMoved: (row: number) => boolean
  readonly isCompacted: (row: number) => boolean
  readonly head: HeadBounds
  readonly bracket: AppendBracket
  readonly after: Heads
}

function stepHead(pass: HeadPass, c: number, row: number, position: number, end: number): void {
  const { placed, head, bracket } = pass
  const { before, placement, earlier } = placed
  head.load(before.heads, previousOf(placement, c))
  // What was not read in this poll stays as it was known.
  if (!Number.isNaN(position)) {
    // Caught up: what comes next is another record.
    head.moveTo(position >= end ? Number.NaN : position)
    if (head.isOpen && pass.isMoved(row)) head.doubt()
    const wasFound = head.isFound
    if (position < end) learn(pass, row)
    if (!wasFound && head.isFound) {
      bracket.find(before.endHistory, earlierRow(earlier, row), head.leastOffset)
      head.noteSeenBy(bracket.by)
    }
  }
  head.store(pass.after, c)
}

function learn({ placed, evidence, answers, times, isCompacted, head }: HeadPass, row: number): void {
  const { now } = placed
  for (let q = answers.first(row); q >= 0; q = answers.next(q)) {
    if (head.isFound && isCompacted(row) && isAboutSame(head, evidence, q)) head.doubt()
    head.learnRecord(evidence.questions, evidence.heads, q, now)
  }
  for (const time of times) {
    for (let q = time.chains.first(row); q >= 0; q = time.chains.next(q)) head.learnTime(time.answers, q, now)
  }
}

/** An answer to a second look at what is known. */
function isAboutSame(head: HeadBounds, { questions, heads }: Evidence, q: number): boolean {
  const outcome = heads.outcome[q]
  return questions.offsets[q] === head.from && (outcome === HEAD_FOUND || outcome === HEAD_NONE)
}
