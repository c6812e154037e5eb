import type { Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import { previousOf } from '../layout.ts'
import { forEachCell, type Placed } from '../place.ts'

/** Per row: the least offset at which a group waits; `Infinity` where none does. A group that was not read stays. */
export function* waitingFrom(placed: Placed): Steps<Float64Array> {
  const least = new Float64Array(rowCount(placed.topology)).fill(Number.POSITIVE_INFINITY)
  yield* forEachCell(placed, noteWaiting, { placed, least })
  return least
}

function noteWaiting(
  { placed, least }: { readonly placed: Placed; readonly least: Float64Array },
  c: number,
  row: number,
  position: number,
  end: number,
): void {
  let waits = position < end ? position : Number.NaN
  if (Number.isNaN(position)) {
    const from = previousOf(placed.placement, c)
    waits = from < 0 ? Number.NaN : (placed.before.heads.from[from] as number)
  }
  if (waits < (least[row] as number)) least[row] = waits
}
