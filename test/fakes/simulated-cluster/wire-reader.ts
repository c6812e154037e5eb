/** Kafka's primitive types, read from one buffer. Throws RangeError beyond its end, as a broker would hang up. */
export class WireReader {
  readonly flexible: boolean
  readonly #buffer: Buffer
  #at: number

  constructor(buffer: Buffer, flexible: boolean, at = 0) {
    this.#buffer = buffer
    this.flexible = flexible
    this.#at = at
  }

  get position(): number {
    return this.#at
  }

  get left(): number {
    return this.#buffer.length - this.#at
  }

  int8(): number {
    const value = this.#buffer.readInt8(this.#at)
    this.#at += 1
    return value
  }

  bool(): boolean {
    return this.int8() !== 0
  }

  int16(): number {
    const value = this.#buffer.readInt16BE(this.#at)
    this.#at += 2
    return value
  }

  int32(): number {
    const value = this.#buffer.readInt32BE(this.#at)
    this.#at += 4
    return value
  }

  int64(): number {
    const high = this.#buffer.readInt32BE(this.#at)
    const low = this.#buffer.readUInt32BE(this.#at + 4)
    this.#at += 8
    return high * 4294967296 + low
  }

  uvarint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#buffer.readUInt8(this.#at++)
      value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
  }

  uuid(): string {
    const id = this.#buffer.toString('base64url', this.#at, this.#at + 16)
    this.#at += 16
    return id
  }

  nullableString(flexible = this.flexible): string | null {
    const length = flexible ? this.uvarint() - 1 : this.int16()
    if (length < 0) return null
    if (length > this.left) throw new RangeError('string beyond the end of the request')
    const value = this.#buffer.toString('utf8', this.#at, this.#at + length)
    this.#at += length
    return value
  }

  string(): string {
    return this.nullableString() ?? ''
  }

  /** Null for a null array. */
  length(): number | null {
    const count = this.flexible ? this.uvarint() - 1 : this.int32()
    return count < 0 ? null : count
  }

  /** Empty for a null array. */
  list<Item>(read: () => Item): Item[] {
    return this.nullableList(read) ?? []
  }

  nullableList<Item>(read: () => Item): Item[] | null {
    const count = this.length()
    if (count === null) return null
    if (count > this.left) throw new RangeError('array beyond the end of the request')
    return Array.from({ length: count }, read)
  }

  /** Ends a structure: skips its tagged fields, where the version has them at all. */
  end(): void {
    if (!this.flexible) return
    for (let tags = this.uvarint(); tags > 0; tags--) {
      this.uvarint()
      const size = this.uvarint()
      this.#at += size
    }
  }
}
