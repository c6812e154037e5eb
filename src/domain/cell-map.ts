import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'

/** Cells or rows per part. */
const PART_BITS = 12

/**
 * A map of those cells (or rows) that have something to remember, which are few as a rule and may be all of a million.
 * A `Map` moves all its entries at once whenever it grows, which takes tens of milliseconds then; here only one part
 * of the map grows at a time.
 */
export class CellMap<Value> implements ReadonlyMap<number, Value> {
  readonly #parts: (Map<number, Value> | undefined)[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get(cell: number): Value | undefined {
    return this.#size === 0 ? undefined : this.#parts[cell >>> PART_BITS]?.get(cell)
  }

  has(cell: number): boolean {
    return this.#parts[cell >>> PART_BITS]?.has(cell) ?? false
  }

  set(cell: number, value: Value): void {
    const at = cell >>> PART_BITS
    let part = this.#parts[at]
    if (part === undefined) {
      part = new Map()
      // No holes: those are slow to step over.
      while (this.#parts.length <= at) this.#parts.push(undefined)
      this.#parts[at] = part
    }
    const before = part.size
    part.set(cell, value)
    this.#size += part.size - before
  }

  delete(cell: number): boolean {
    const isGone = this.#parts[cell >>> PART_BITS]?.delete(cell) ?? false
    if (isGone) this.#size--
    return isGone
  }

  *entries(): Generator<[number, Value], undefined> {
    for (const part of this.#parts) if (part !== undefined) yield* part
  }

  *keys(): Generator<number, undefined> {
    for (const part of this.#parts) if (part !== undefined) yield* part.keys()
  }

  *values(): Generator<Value, undefined> {
    for (const part of this.#parts) if (part !== undefined) yield* part.values()
  }

  [Symbol.iterator](): Generator<[number, Value], undefined> {
    return this.entries()
  }

  forEach(visit: (value: Value, cell: number, map: ReadonlyMap<number, Value>) => void): void {
    for (const [cell, value] of this) visit(value, cell, this)
  }
}

/** A memory by row in the places that rows have now; a copy in any case. `rowMap` is that of mapRows. */
export function* moveRows<Value>(
  before: ReadonlyMap<number, Value>,
  rowMap: Int32Array | null,
): Steps<CellMap<Value>> {
  const moved = new CellMap<Value>()
  let work = 0
  for (const [from, value] of before) {
    if (++work % ROWS_PER_STEP === 0) yield
    const row = rowMap === null ? from : (rowMap[from] ?? -1)
    if (row >= 0) moved.set(row, value)
  }
  return moved
}
