import { ExporterError } from '../../errors.ts'
import { type Api, isFlexible } from './api.ts'

const TWO_POW_32 = 0x1_0000_0000

/** Writes the primitive types of the Kafka protocol into a buffer that grows. */
export class ProtocolWriter {
  #bytes: Buffer
  #view: DataView
  #position = 0
  readonly #flexible: boolean

  constructor(api: Pick<Api, 'flexibleFrom'>, version: number, capacity = 256) {
    this.#flexible = isFlexible(api as Api, version)
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
    this.#view = viewOf(this.#bytes)
  }

  boolean(value: boolean): void {
    this.uint8(value ? 1 : 0)
  }

  uint8(value: number): void {
    const at = this.#advance(1)
    this.#view.setUint8(at, value)
  }

  int16(value: number): void {
    const at = this.#advance(2)
    this.#view.setInt16(at, value)
  }

  int32(value: number): void {
    const at = this.#advance(4)
    this.#view.setInt32(at, value)
  }

  int64(value: number): void {
    if (!Number.isSafeInteger(value)) throw new ExporterError('INTERNAL', `${value} is not an exact int64`)
    const at = this.#advance(8)
    this.#view.setInt32(at, Math.floor(value / TWO_POW_32))
    this.#view.setUint32(at + 4, value >>> 0)
  }

  unsignedVarint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.uint8((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.uint8(rest)
  }

  string(value: string): void {
    const length = Buffer.byteLength(value)
    if (length > 0x7fff)
      throw new ExporterError('INTERNAL', `a string of ${length} bytes does not fit a request`)
    if (this.#flexible) this.unsignedVarint(length + 1)
    else this.int16(length)
    const at = this.#advance(length)
    this.#bytes.write(value, at, length, 'utf8')
  }

  /** As Kafka prints it: 22 characters of base64url. */
  uuid(value: string): void {
    const at = this.#advance(16)
    this.#bytes.write(value, at, 16, 'base64url')
  }

  nullString(): void {
    if (this.#flexible) this.unsignedVarint(0)
    else this.int16(-1)
  }

  strings(values: readonly string[]): void {
    this.arrayLength(values.length)
    for (const value of values) this.string(value)
  }

  arrayLength(length: number): void {
    if (this.#flexible) this.unsignedVarint(length + 1)
    else this.int32(length)
  }

  nullArray(): void {
    if (this.#flexible) this.unsignedVarint(0)
    else this.int32(-1)
  }

  /** As they are, without a length. */
  raw(bytes: Buffer): void {
    const at = this.#advance(bytes.length)
    bytes.copy(this.#bytes, at)
  }

  /** An empty set of KIP-482 tagged fields; nothing where the version has none. */
  tags(): void {
    if (this.#flexible) this.uint8(0)
  }

  /** A view of what was written; write nothing afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#position)
  }

  #advance(bytes: number): number {
    const at = this.#position
    if (at + bytes > this.#bytes.length) this.#grow(at + bytes)
    this.#position = at + bytes
    return at
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#position)
    this.#bytes = grown
    this.#view = viewOf(grown)
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
