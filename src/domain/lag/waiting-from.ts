import type { Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { previousOf } from '../layout.ts'
import { forEachCell, type Placed } from '../place.ts'

/** Per row: the least offset at which a group waits; `Infinity` where none does. A group that was not read stays. */
export function* waitingFrom(placed: Placed): Steps<Float64Array> {
  const { before, placement } = placed
  const least = new Float64Array(rowCount(placed.topology)).fill(Number.POSITIVE_INFINITY)
  yield* forEachCell(placed, (c, row, position, end) => {
    let waits = position < end ? position : Number.NaN
    if (Number.isNaN(position)) {
      const from = previousOf(placement, c)
      waits = from < 0 ? Number.NaN : (before.heads.from[from] as number)
    }
    if (waits < (least[row] as number)) least[row] = waits
  })
  return least
}
