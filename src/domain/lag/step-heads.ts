import { type Evidence, HEAD_FOUND, HEAD_NONE } from '../../model/evidence.ts'
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
  const { before, placement, now, earlier } = placed
  const after = noHeads(placement.layout.cellRow.length)
  const { questions, heads } = evidence
  const answers = RowChains.of(rowCount(placed.topology), questions.rows)
  const times = evidence.times.map(t => ({
    answers: t,
    chains: RowChains.of(rowCount(placed.topology), t.rows),
  }))
  const isMoved = hasStableMoved(placed)
  const isCompacted = isCompactedTopic(before.topicConfigs, placed.topology)
  const head = new HeadBounds()
  const bracket = new AppendBracket()
  const learn = (row: number) => {
    for (let q = answers.first(row); q >= 0; q = answers.next(q)) {
      if (head.isFound && isCompacted(row) && isAboutSame(head, evidence, q)) head.doubt()
      head.learnRecord(questions, heads, q, now)
    }
    for (const time of times) {
      for (let q = time.chains.first(row); q >= 0; q = time.chains.next(q))
        head.learnTime(time.answers, q, now)
    }
  }
  yield* forEachCell(placed, (c, row, position, end) => {
    head.load(before.heads, previousOf(placement, c))
    // What was not read in this poll stays as it was known.
    if (!Number.isNaN(position)) {
      // Caught up: what comes next is another record.
      head.moveTo(position >= end ? Number.NaN : position)
      if (head.isOpen && isMoved(row)) head.doubt()
      const wasFound = head.isFound
      if (position < end) learn(row)
      if (!wasFound && head.isFound) {
        bracket.find(before.endHistory, earlierRow(earlier, row), head.leastOffset)
        head.noteSeenBy(bracket.by)
      }
    }
    head.store(after, c)
  })
  return after
}

/** An answer to a second look at what is known. */
function isAboutSame(head: HeadBounds, { questions, heads }: Evidence, q: number): boolean {
  const outcome = heads.outcome[q]
  return questions.offsets[q] === head.from && (outcome === HEAD_FOUND || outcome === HEAD_NONE)
}
