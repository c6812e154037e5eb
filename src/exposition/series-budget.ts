import type { Family } from '../catalog/family.ts'
import { coarserLevels, type Detail, FINEST, type Levels, sameLevels, WHOLE } from '../model/detail.ts'
import type { Log } from '../model/ports.ts'
import type { GroupLayout, Snapshot } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { chosenLevels, type GranularityRule } from './chosen-levels.ts'
import type { SnapshotFamily } from './columnar-text.ts'
import { countSeries, isOfSnapshot, mostSeries, type SeriesCount } from './count-series.ts'
import { chooseLeftOut, type Unit, withRoom } from './left-out.ts'
import { addUnits, limitedLevels } from './limit-units.ts'

export interface BudgetOptions {
  /** Those that are switched on. */
  readonly families: readonly Family[]
  readonly granularity: readonly GranularityRule[]
  /** Of all clusters together; 0: no limit. */
  readonly maxSeries: number
}

/** What the exporter says of itself and of dependencies is not counted one by one. */
const OWN_SERIES = 400

interface Polled {
  readonly snapshot: Snapshot
  /** What `chosen` was made of. */
  readonly rules: readonly GranularityRule[]
  readonly chosen: Levels
  /** At least the number of its series. */
  readonly most: number
  /** Null while nothing comes near the limit. */
  readonly count: SeriesCount | null
}

type Counted = Polled & { readonly count: SeriesCount }

interface Settled {
  readonly detail: Detail
  /** What was left out when it was made. */
  readonly leftOut: ReadonlySet<string>
}

/**
 * How finely each snapshot is published: as `metrics.granularity` has it, and coarser where all clusters together would
 * make more series than `metrics.max_series`. Decided once for each poll, before its snapshot is published. Polls of
 * several clusters end at the same time: between two steps of one any other may have gone on.
 */
export class SeriesBudget {
  readonly #log: Log
  readonly #ownSeries: number
  readonly #clusters = new Map<string, Polled>()
  /** A layout goes on from poll to poll while nothing comes or goes, and so does its detail. */
  readonly #settled = new WeakMap<GroupLayout, Settled>()
  #options: BudgetOptions
  /** The same object while it is of the same ids. */
  #leftOut: ReadonlySet<string> = NOTHING
  #isKept = true
  /** Of choices begun, and the last of them that is in force: one of older counts must not follow it. */
  #choices = 0
  #choiceInForce = 0

  constructor(options: BudgetOptions, log: Log, ownSeries = OWN_SERIES) {
    this.#options = options
    this.#log = log
    this.#ownSeries = ownSeries
  }

  /** Other settings, in force for each cluster from its next poll on. */
  use(options: BudgetOptions): void {
    this.#options = options
    // What is known of their series was counted with other families, or not at all.
    for (const [name, polled] of this.#clusters) {
      this.#clusters.set(name, { ...polled, most: Number.POSITIVE_INFINITY, count: null })
    }
  }

  /** The cluster is watched no longer. */
  forget(cluster: string): void {
    this.#clusters.delete(cluster)
  }

  /** What was decided of it; whole where nothing was. */
  detailOf(snapshot: Snapshot): Detail {
    return this.#settled.get(snapshot.layout)?.detail ?? WHOLE
  }

  /** Takes in the snapshot that is about to be published for a cluster. */
  *weigh(cluster: string, snapshot: Snapshot): Steps<void> {
    const { granularity } = this.#options
    const { layout } = snapshot
    const before = this.#clusters.get(cluster)
    const isAsBefore = before?.snapshot.layout === layout && before.rules === granularity
    const chosen = isAsBefore ? before.chosen : yield* chosenLevels(granularity, cluster, layout)
    const { maxSeries } = this.#options
    const most = maxSeries === 0 ? 0 : mostSeries(this.#families(), snapshot)
    this.#clusters.set(cluster, { snapshot, rules: granularity, chosen, most, count: null })
    const limit = maxSeries - this.#ownSeries
    if (maxSeries > 0 && this.#mayBeOver(limit)) yield* this.#choose(yield* this.#count(), limit)
    else this.#change(++this.#choices, NOTHING, { limit: maxSeries, total: 0, left: 0 })
    yield* this.#settle()
  }

  #families(): SnapshotFamily[] {
    return this.#options.families.filter(isOfSnapshot)
  }

  #mayBeOver(limit: number): boolean {
    let most = 0
    for (const polled of this.#clusters.values()) most += polled.most
    return most > (this.#leftOut.size === 0 ? limit : withRoom(limit))
  }

  /** Counts each cluster that was not counted since its last poll: a choice from some of them would forget the rest. */
  *#count(): Steps<ReadonlyMap<string, Counted>> {
    for (;;) {
      const next = [...this.#clusters].find(([, { count }]) => count === null)
      if (next === undefined) break
      const [name, polled] = next
      const count = yield* countSeries(this.#families(), polled.snapshot, polled.chosen)
      // Meanwhile another poll of it may have ended.
      if (this.#clusters.get(name) === polled) {
        this.#clusters.set(name, { ...polled, most: count.total, count })
      }
    }
    return new Map(this.#clusters as ReadonlyMap<string, Counted>)
  }

  *#choose(clusters: ReadonlyMap<string, Counted>, limit: number): Steps<void> {
    const choice = ++this.#choices
    const units: Unit[] = []
    let total = 0
    for (const [name, { snapshot, count }] of clusters) {
      total += count.total
      yield* addUnits(units, name, snapshot.layout, count)
    }
    const out = yield* chooseLeftOut(units, total, limit, this.#leftOut)
    let left = total
    for (const [i, unit] of units.entries()) {
      if (out.has(unit.id)) left -= unit.series
      if (i % ROWS_PER_STEP === 0) yield
    }
    this.#change(choice, out, { limit, total, left })
  }

  #change(
    choice: number,
    out: ReadonlySet<string>,
    { limit, total, left }: { readonly limit: number; readonly total: number; readonly left: number },
  ): void {
    if (choice < this.#choiceInForce) return
    this.#choiceInForce = choice
    const had = this.#leftOut.size
    this.#leftOut = out
    const isKept = left <= limit
    if (out.size > 0 && had === 0) {
      this.#log.warn(
        { max_series: this.#options.maxSeries, series: total },
        'more series than metrics.max_series: of the largest healthy groups the roll-ups are published alone',
      )
    } else if (out.size === 0 && had > 0) {
      this.#log.info({}, 'fewer series than metrics.max_series: all are published again')
    }
    if (!isKept && this.#isKept) {
      this.#log.warn(
        { max_series: this.#options.maxSeries, series: left },
        'metrics.max_series is exceeded by roll-ups and by what needs attention, which are never left out',
      )
    }
    this.#isKept = isKept
  }

  /** Gives every layout its detail: the one it has, where that still says the same. */
  *#settle(): Steps<void> {
    for (const name of [...this.#clusters.keys()]) {
      let leftOut: ReadonlySet<string>
      let polled: Polled | undefined
      do {
        leftOut = this.#leftOut
        polled = this.#clusters.get(name)
        if (polled !== undefined) yield* this.#settleOne(name, polled, leftOut)
        // Again where another poll has decided otherwise meanwhile: what was made here has come after it.
      } while (leftOut !== this.#leftOut || polled?.chosen !== this.#clusters.get(name)?.chosen)
    }
  }

  *#settleOne(name: string, { snapshot, chosen }: Polled, leftOut: ReadonlySet<string>): Steps<void> {
    const { layout } = snapshot
    const before = this.#settled.get(layout)
    const had = before?.detail.chosen === chosen ? before.detail : null
    if (had !== null && before?.leftOut === leftOut) return
    const limited = yield* limitedLevels(name, layout, leftOut)
    const inForce = limited === FINEST ? chosen : yield* coarserLevels(chosen, limited)
    const isAsBefore = had !== null && (yield* sameLevels(had.inForce, inForce))
    this.#settled.set(layout, { detail: isAsBefore ? had : { chosen, inForce }, leftOut })
  }
}

const NOTHING: ReadonlySet<string> = new Set()
