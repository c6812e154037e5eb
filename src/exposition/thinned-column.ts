import type { Column, ColumnFamily } from '../catalog/family.ts'
import { levelsFor, needsAttention, thinnedFrom } from '../catalog/thinning.ts'
import type { Detail } from '../model/detail.ts'
import type { Snapshot } from '../model/snapshot.ts'

/** What is published of one column, block by block or topic by topic. */
export class ThinnedColumn {
  /** Values that `metrics.max_series` has left out so far, and nothing else has. */
  dropped = 0
  readonly #from: number
  readonly #chosen: Uint8Array | null
  readonly #inForce: Uint8Array | null
  readonly #whole: Column
  readonly #asChosen: Column
  readonly #byLimit: Column

  constructor(family: ColumnFamily, column: Column, snapshot: Snapshot, detail: Detail) {
    this.#from = thinnedFrom(family)
    this.#chosen = levelsFor(family.scope, detail.chosen)
    this.#inForce = levelsFor(family.scope, detail.inForce)
    this.#whole = column
    const stays = needsAttention(family.scope, snapshot)
    this.#asChosen = position => (stays(position) ? column(position) : Number.NaN)
    this.#byLimit = position => {
      const value = column(position)
      if (Number.isNaN(value) || stays(position)) return value
      this.dropped++
      return Number.NaN
    }
  }

  /** @param unit the topic, or the block, that the positions lie in */
  of(unit: number): Column {
    if (this.#inForce === null || (this.#inForce[unit] as number) < this.#from) return this.#whole
    const isChosen = this.#chosen !== null && (this.#chosen[unit] as number) >= this.#from
    return isChosen ? this.#asChosen : this.#byLimit
  }
}
