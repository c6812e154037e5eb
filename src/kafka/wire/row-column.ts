/** A growing list of values by row of a topology. */
export class RowColumn {
  #rows = new Int32Array(256)
  #values = new Float64Array(256)
  #length = 0

  /** Makes room for so many more; call before `push`. */
  reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#rows.length) return
    const capacity = Math.max(needed, this.#rows.length * 2)
    const rows = new Int32Array(capacity)
    const values = new Float64Array(capacity)
    rows.set(this.#rows.subarray(0, this.#length))
    values.set(this.#values.subarray(0, this.#length))
    this.#rows = rows
    this.#values = values
  }

  push(row: number, value: number): void {
    this.#rows[this.#length] = row
    this.#values[this.#length] = value
    this.#length++
  }

  /** A copy of what was pushed; begins anew. */
  take(): { rows: Int32Array; values: Float64Array } {
    const rows = this.#rows.slice(0, this.#length)
    const values = this.#values.slice(0, this.#length)
    this.#length = 0
    return { rows, values }
  }
}
