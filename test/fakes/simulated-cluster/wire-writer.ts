/**
 * Kafka's primitive types, written into one growing buffer. `flexible` (KIP-482) chooses between compact and classic
 * strings and arrays, so that one encoder serves all versions of an API.
 */
export class WireWriter {
  readonly flexible: boolean
  #buffer: Buffer
  #at = 0

  constructor(flexible: boolean, expectedBytes = 512) {
    this.flexible = flexible
    this.#buffer = Buffer.allocUnsafe(expectedBytes)
  }

  /** Makes room, so that the caller may write up to `bytes` more without a check. */
  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
  }

  int8(value: number): void {
    this.#room(1)
    this.#at = this.#buffer.writeInt8(value, this.#at)
  }

  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }

  int16(value: number): void {
    this.#room(2)
    this.#at = this.#buffer.writeInt16BE(value, this.#at)
  }

  int32(value: number): void {
    this.#room(4)
    this.#at = this.#buffer.writeInt32BE(value, this.#at)
  }

  /** Exact for safe integers, negative ones included. */
  int64(value: number): void {
    this.#room(8)
    this.#buffer.writeInt32BE(Math.floor(value / 4294967296), this.#at)
    this.#at = this.#buffer.writeUInt32BE(value >>> 0, this.#at + 4)
  }

  uvarint(value: number): void {
    this.#room(5)
    let rest = value
    while (rest > 127) {
      this.#buffer[this.#at++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#buffer[this.#at++] = rest
  }

  /** UUID in Kafka's printed form; '' is the zero id. */
  uuid(id: string): void {
    this.#room(16)
    this.#buffer.fill(0, this.#at, this.#at + 16)
    if (id !== '') this.#buffer.write(id, this.#at, 16, 'base64url')
    this.#at += 16
  }

  string(value: string | null): void {
    if (value === null) {
      if (this.flexible) this.uvarint(0)
      else this.int16(-1)
      return
    }
    const length = Buffer.byteLength(value)
    if (this.flexible) this.uvarint(length + 1)
    else this.int16(length)
    this.#room(length)
    this.#at += this.#buffer.write(value, this.#at, length, 'utf8')
  }

  /** Length of an array; null for a null array. */
  length(count: number | null): void {
    if (this.flexible) this.uvarint(count === null ? 0 : count + 1)
    else this.int32(count ?? -1)
  }

  int32s(values: readonly number[]): void {
    this.length(values.length)
    for (const value of values) this.int32(value)
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#buffer.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** Ends a structure: no tagged fields, where the version has them at all. */
  end(): void {
    if (this.flexible) this.int8(0)
  }

  /** Ends a flexible structure with one tagged field. */
  tagged(tag: number, value: Uint8Array): void {
    this.uvarint(1)
    this.uvarint(tag)
    this.uvarint(value.length)
    this.raw(value)
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }
}
