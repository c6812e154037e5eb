/**
 * Which entries of a list are about a row, without an object per row: the entries of one row are chained. Walk with
 * `for (let i = chains.first(row); i >= 0; i = chains.next(i))`.
 */
export class RowChains {
  readonly #first: Int32Array
  readonly #next: Int32Array

  constructor(rows: number, capacity: number) {
    this.#first = new Int32Array(capacity === 0 ? 0 : rows).fill(-1)
    this.#next = new Int32Array(capacity)
  }

  static of(rows: number, rowOfEntry: Int32Array): RowChains {
    const chains = new RowChains(rows, rowOfEntry.length)
    for (let i = 0; i < rowOfEntry.length; i++) chains.add(i, rowOfEntry[i] as number)
    return chains
  }

  add(entry: number, row: number): void {
    this.#next[entry] = this.#first[row] as number
    this.#first[row] = entry
  }

  first(row: number): number {
    return row < this.#first.length ? (this.#first[row] as number) : -1
  }

  next(entry: number): number {
    return this.#next[entry] as number
  }
}
