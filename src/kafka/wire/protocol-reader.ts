import { ExporterError } from '../../errors.ts'
import { type Api, isFlexible } from './api.ts'

const TWO_POW_32 = 0x1_0000_0000
const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'
/** Far more than a broker has of anything that is read object by object; partitions are read into columns. */
const MAX_OBJECTS = 2 ** 20
/** Partition numbers that are kept one by one. */
const MAX_NUMBERS = 2 ** 23

/**
 * Reads the primitive types of the Kafka protocol from one answer. Every read is checked against the bytes that are
 * there; whatever the protocol does not allow throws ExporterError MALFORMED_RESPONSE. `position` only moves forward
 * and every element of an array is paid for with bytes, so that no answer can cost more than its size allows; where
 * an element of a few bytes becomes an object or a number that is kept, how many there are is bounded too.
 */
export class ProtocolReader {
  position = 0
  readonly length: number
  /** The answer, for hot loops that `take` a whole structure and read its fields by themselves. */
  readonly view: DataView
  readonly #bytes: Buffer
  readonly #flexible: boolean
  readonly #title: string
  #objects = 0
  #numbers = 0

  constructor(bytes: Buffer, api: Pick<Api, 'name' | 'flexibleFrom'>, version: number) {
    this.#bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.length = bytes.length
    this.#flexible = isFlexible(api as Api, version)
    this.#title = `${api.name} v${version}`
  }

  remaining(): number {
    return this.length - this.position
  }

  malformed(what: string): ExporterError<'MALFORMED_RESPONSE'> {
    return new ExporterError(
      'MALFORMED_RESPONSE',
      `${this.#title}: ${what} at byte ${this.position} of ${this.length}`,
    )
  }

  skip(bytes: number): void {
    if (bytes < 0 || bytes > this.length - this.position) throw this.#pastEnd(bytes)
    this.position += bytes
  }

  /** Passes over so many bytes, all of which are there, and gives the position of the first. */
  take(bytes: number): number {
    const at = this.position
    if (at + bytes > this.length) throw this.#pastEnd(bytes)
    this.position = at + bytes
    return at
  }

  boolean(): boolean {
    return this.uint8() !== 0
  }

  uint8(): number {
    return this.view.getUint8(this.take(1))
  }

  int8(): number {
    return (this.uint8() << 24) >> 24
  }

  int16(): number {
    return this.view.getInt16(this.take(2))
  }

  int32(): number {
    return this.view.getInt32(this.take(4))
  }

  /** Exact between -2^53 and 2^53, the nearest Float64 beyond (a client may commit any offset, or date a record so). */
  int64(): number {
    return this.int64At(this.take(8))
  }

  /** Of bytes that were taken. */
  int64At(at: number): number {
    return this.view.getInt32(at) * TWO_POW_32 + this.view.getUint32(at + 4)
  }

  unsignedVarint(): number {
    const first = this.uint8()
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.uint8()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    const last = this.uint8()
    if (last > 0x0f) throw this.malformed('a varint of more than 32 bits')
    return value + last * 0x1000_0000
  }

  /** Not null. */
  string(): string {
    return this.#text(this.stringLength())
  }

  nullableString(): string | null {
    const length = this.#nullableStringLength()
    return length < 0 ? null : this.#text(length)
  }

  /** Null or not. */
  skipString(): void {
    const length = this.#nullableStringLength()
    if (length > 0) this.position += length
  }

  /** Length of a string that may not be null; its bytes are there and come next. */
  stringLength(): number {
    const length = this.#nullableStringLength()
    if (length < 0) throw this.malformed('null where a string must be')
    return length
  }

  /** Null reads as empty. A view of the answer, not a copy. */
  byteString(): Buffer {
    const length = this.#checkedLength(this.#flexible ? this.unsignedVarint() - 1 : this.int32())
    const at = this.position
    if (length > 0) this.position = at + length
    return this.#bytes.subarray(at, this.position)
  }

  /** As Kafka prints it: 22 characters of base64url; '' for the zero id that stands for "none". */
  uuid(): string {
    const at = this.position
    this.skip(16)
    const text = this.#bytes.toString('base64url', at, at + 16)
    return text === ZERO_UUID ? '' : text
  }

  /**
   * Number of elements of an array that may not be null.
   *
   * @param minBytes the fewest bytes that one element can take, so that a count is believed only as far as the
   * answer could hold it
   */
  arrayLength(minBytes: number): number {
    const length = this.nullableArrayLength(minBytes)
    if (length < 0) throw this.malformed('null where an array must be')
    return length
  }

  /** The same, of elements that an object is made of each. */
  listLength(minBytes: number): number {
    const length = this.arrayLength(minBytes)
    this.countObjects(length)
    return length
  }

  countObjects(count: number): void {
    this.#objects += count
    if (this.#objects > MAX_OBJECTS) throw this.malformed(`more than ${MAX_OBJECTS} elements`)
  }

  /** As `arrayLength`; -1 for null. */
  nullableArrayLength(minBytes: number): number {
    const length = this.#flexible ? this.unsignedVarint() - 1 : this.int32()
    if (length < -1 || length * minBytes > this.length - this.position) {
      throw this.malformed(`${length} elements, more than there is room for,`)
    }
    return length
  }

  countNumbers(count: number): void {
    this.#numbers += count
    if (this.#numbers > MAX_NUMBERS) throw this.malformed(`more than ${MAX_NUMBERS} numbers`)
  }

  int32Array(): number[] {
    const length = this.arrayLength(4)
    this.countNumbers(length)
    const at = this.take(4 * length)
    const values = new Array<number>(length)
    for (let i = 0; i < length; i++) values[i] = this.view.getInt32(at + 4 * i)
    return values
  }

  /** Passes over an array of int32 and gives its length; null counts as empty. */
  skipInt32Array(): number {
    const length = this.nullableArrayLength(4)
    if (length <= 0) return 0
    this.position += 4 * length
    return length
  }

  /** KIP-482 tagged fields; versions before have none. Nothing that is read here is in one. */
  tags(): void {
    if (!this.#flexible) return
    const at = this.position
    if (at < this.length && this.view.getUint8(at) === 0) this.position = at + 1
    else this.#skipTags()
  }

  #skipTags(): void {
    for (let n = this.unsignedVarint(); n > 0; n--) {
      this.unsignedVarint()
      this.skip(this.unsignedVarint())
    }
  }

  /** Call last: bytes that are left over mean that the answer was misread. */
  end(): void {
    if (this.position !== this.length) throw this.malformed(`${this.remaining()} bytes too many`)
  }

  #nullableStringLength(): number {
    return this.#checkedLength(this.#flexible ? this.unsignedVarint() - 1 : this.int16())
  }

  #checkedLength(length: number): number {
    if (length < -1 || length > this.length - this.position) {
      throw this.malformed(`${length} bytes, more than there are,`)
    }
    return length
  }

  #text(length: number): string {
    const at = this.position
    this.position = at + length
    return this.#bytes.toString('utf8', at, at + length)
  }

  #pastEnd(bytes: number): ExporterError {
    return this.malformed(`ends where ${bytes} more bytes should be,`)
  }
}
