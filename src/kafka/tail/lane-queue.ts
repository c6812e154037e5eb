import type { TailPosition } from '../../model/tail.ts'

/**
 * `unknown`: it may be at its end. `hungry`: there is more of it. `long`: it had none of the room that it shared with
 * others; asked for alone, its first batch comes whole however long it is.
 */
export type Hunger = 'unknown' | 'hungry' | 'long'

export interface Reading {
  readonly row: number
  offset: number
  /** Records that are still wanted. */
  left: number
  hunger: Hunger
}

/** Each is a read of its own for the broker's disks. */
const MOST_PARTITIONS = 500
/** So many share an answer as have room in it. */
export const MOST_HUNGRY = 16

/** The partitions of one broker, in the order of how long they have waited for records. */
export class LaneQueue {
  #queue: readonly Reading[]

  /** @param waiting what an earlier queue left */
  constructor(positions: readonly TailPosition[], waiting: ReadonlyMap<number, Hunger>) {
    const readings = new Map(
      positions.map(({ row, offset, maxRecords }): [number, Reading] => [
        row,
        { row, offset, left: maxRecords, hunger: waiting.get(row) ?? 'unknown' },
      ]),
    )
    const first = [...waiting.keys()].flatMap(row => readings.get(row) ?? [])
    this.#queue = [...first, ...[...readings.values()].filter(({ row }) => !waiting.has(row))]
  }

  /** Takes out those that are asked for together, by row: one that is long, or as many others as may be. */
  next(): readonly Reading[] {
    const [first] = this.#queue
    const asked = new Set<Reading>()
    let hungry = 0
    for (const reading of first?.hunger === 'long' ? [first] : this.#queue) {
      if (asked.size === MOST_PARTITIONS) break
      const { hunger } = reading
      const hasRoom = hunger === 'unknown' || (hunger === 'hungry' && hungry < MOST_HUNGRY)
      if (reading !== first && !hasRoom) continue
      if (hunger === 'hungry') hungry++
      asked.add(reading)
    }
    this.#queue = this.#queue.filter(reading => !asked.has(reading))
    return [...asked].sort((a, b) => a.row - b.row)
  }

  /** It had some, and there is more. */
  served(reading: Reading): void {
    reading.hunger = 'hungry'
    this.#queue = [...this.#queue, reading]
  }

  /** It had none, and there is some. */
  starved(reading: Reading): void {
    reading.hunger = reading.hunger === 'unknown' ? 'hungry' : 'long'
    this.#queue = [...this.#queue, reading]
  }

  /** Rows that have more, or were not asked. */
  waiting(): ReadonlyMap<number, Hunger> {
    return new Map(this.#queue.map(({ row, hunger }) => [row, hunger]))
  }
}
