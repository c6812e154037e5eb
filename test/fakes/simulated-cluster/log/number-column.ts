/** Numbers that are appended at one end and forgotten at the other, at 8 bytes each. Positions never change. */
export class NumberColumn {
  #values = new Float64Array(16)
  /** Position of the first value in `#values`. */
  #first: number
  #end: number

  /** @param first position of the first value that will be appended */
  constructor(first = 0) {
    this.#first = first
    this.#end = first
  }

  get end(): number {
    return this.#end
  }

  /** NaN where nothing was appended or all is forgotten. */
  at(position: number): number {
    if (position < this.#first || position >= this.#end) return Number.NaN
    return this.#values[position - this.#first]!
  }

  set(position: number, value: number): void {
    if (position >= this.#first && position < this.#end) this.#values[position - this.#first] = value
  }

  push(value: number): void {
    const used = this.#end - this.#first
    if (used === this.#values.length) {
      const grown = new Float64Array(used * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[used] = value
    this.#end++
  }

  /** Moves no memory until half of it is free, so that it costs little to call often. */
  forgetBefore(position: number): void {
    const free = Math.min(position, this.#end) - this.#first
    if (free * 2 <= this.#values.length) return
    const kept = this.#values.subarray(free)
    this.#values = new Float64Array(Math.max(16, kept.length))
    this.#values.set(kept)
    this.#first += free
  }
}
