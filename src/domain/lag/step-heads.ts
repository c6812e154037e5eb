import type { Evidence } from '../../model/evidence.ts'
import type { Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { forEachCell, type Placed, previousOf } from '../place.ts'
import { HeadBounds, type Heads, noHeads } from './head-bounds.ts'
import { RowChains } from './row-chains.ts'
import { hasStableMoved } from './stable-column.ts'

/** What was known of each cell's first waiting record, moved to where the groups are now, and what was looked up. */
export function* stepHeads(placed: Placed, evidence: Evidence): Steps<Heads> {
  const { before, placement, now } = placed
  const after = noHeads(placement.layout.cellRow.length)
  const { questions, heads } = evidence
  const answers = RowChains.of(rowCount(placed.topology), questions.rows)
  const times = evidence.times.map(t => ({
    answers: t,
    chains: RowChains.of(rowCount(placed.topology), t.rows),
  }))
  const isMoved = hasStableMoved(placed)
  const head = new HeadBounds()
  yield* forEachCell(placed, (c, row, position, end) => {
    head.load(before.heads, previousOf(placement, c))
    // What was not read in this poll stays as it was known.
    if (!Number.isNaN(position)) {
      // Caught up: what comes next is another record.
      head.moveTo(position >= end ? Number.NaN : position)
      if (head.isOpen && isMoved(row)) head.closeOpen()
      if (position < end) {
        for (let q = answers.first(row); q >= 0; q = answers.next(q))
          head.learnRecord(questions, heads, q, now)
        for (const time of times) {
          for (let q = time.chains.first(row); q >= 0; q = time.chains.next(q))
            head.learnTime(time.answers, q, now)
        }
      }
    }
    head.store(after, c)
  })
  return after
}
