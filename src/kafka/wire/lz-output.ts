const FIRST_CAPACITY = 16_384

/**
 * Where a decoder of the LZ77 family writes to: grows with what is really written, never beyond a limit, whatever the
 * input claims or repeats. What goes beyond the limit is dropped.
 */
export class LzOutput {
  length = 0
  #bytes: Buffer
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
    this.#bytes = Buffer.allocUnsafe(Math.min(FIRST_CAPACITY, limit))
  }

  isFull(): boolean {
    return this.length >= this.#limit
  }

  literal(source: Buffer, from: number, count: number): void {
    const room = this.#reserve(count)
    source.copy(this.#bytes, this.length, from, from + room)
    this.length += room
  }

  /**
   * Repeats what was written `distance` bytes ago; the two may overlap, which repeats a pattern. False, with nothing
   * written, where that lies before `start`.
   */
  repeat(distance: number, count: number, start = 0): boolean {
    if (distance === 0 || distance > this.length - start) return false
    const room = this.#reserve(count)
    const bytes = this.#bytes
    const to = this.length
    if (distance >= room) bytes.copyWithin(to, to - distance, to - distance + room)
    else for (let i = 0; i < room; i++) bytes[to + i] = bytes[to + i - distance] as number
    this.length = to + room
    return true
  }

  /** A view of what was written. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.length)
  }

  #reserve(count: number): number {
    const room = Math.min(count, this.#limit - this.length)
    const needed = this.length + room
    if (needed <= this.#bytes.length) return room
    const grown = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(needed, this.#bytes.length * 2)))
    this.#bytes.copy(grown, 0, 0, this.length)
    this.#bytes = grown
    return room
  }
}
