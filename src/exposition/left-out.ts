import { sortInSteps } from '../model/sort-in-steps.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'

/** What `metrics.max_series` can leave out at once: a group's partitions, a topic's partitions, a group's topics. */
export interface Unit {
  /** The same from poll to poll. */
  readonly id: string
  /** Lower ones go first. */
  readonly stage: number
  /** Nothing in it needs attention. */
  readonly isHealthy: boolean
  /** Series that go; what needs attention stays and is not among them. */
  readonly series: number
}

/** Part of the limit that has to be free before something comes back, so that nothing comes and goes by turns. */
const ROOM = 0.05

/** How many series there may be once something has come back. */
export function withRoom(limit: number): number {
  return limit * (1 - ROOM)
}

/**
 * Over the limit units go in their order: by stage, healthy ones first, the largest first, then by id. They come back in
 * the reverse order, as far as there is room. `before` itself where nothing does either.
 *
 * @param total series with nothing left out
 * @param before ids of what was left out until now; those of no unit are forgotten
 */
export function* chooseLeftOut(
  units: readonly Unit[],
  total: number,
  limit: number,
  before: ReadonlySet<string>,
): Steps<ReadonlySet<string>> {
  const out = new Set<string>()
  const candidates: Unit[] = []
  let series = total
  for (const [i, unit] of units.entries()) {
    if (before.has(unit.id)) {
      out.add(unit.id)
      series -= unit.series
    }
    if (i % ROWS_PER_STEP === 0) yield
  }
  const isOfAllBefore = out.size === before.size
  const isOver = series > limit
  if (isOver || series <= withRoom(limit)) {
    for (const [i, unit] of units.entries()) {
      if (isOver ? unit.series > 0 && !out.has(unit.id) : out.has(unit.id)) candidates.push(unit)
      if (i % ROWS_PER_STEP === 0) yield
    }
    const sorted = yield* sortInSteps(candidates, isOver ? inOrder : (a, b) => inOrder(b, a))
    for (const [i, unit] of sorted.entries()) {
      if (isOver ? series <= limit : series + unit.series > withRoom(limit)) break
      if (isOver) out.add(unit.id)
      else out.delete(unit.id)
      series += isOver ? -unit.series : unit.series
      if (i % ROWS_PER_STEP === 0) yield
    }
  }
  // It only grows or only shrinks here.
  return isOfAllBefore && out.size === before.size ? before : out
}

function inOrder(a: Unit, b: Unit): number {
  return (
    a.stage - b.stage ||
    Number(b.isHealthy) - Number(a.isHealthy) ||
    b.series - a.series ||
    (a.id < b.id ? -1 : 1)
  )
}
