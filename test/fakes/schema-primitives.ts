/** Primitive types of the Kafka protocol for the schema codec, written apart from src/ on purpose. */
export class SchemaWriter {
  #bytes = Buffer.alloc(1_024)
  #at = 0

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  raw(bytes: Buffer): void {
    const at = this.#room(bytes.length)
    bytes.copy(this.#bytes, at)
  }

  unsignedVarint(value: number): void {
    let rest = value
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80))
      this.#write(1, at => this.#bytes.writeUInt8((rest % 0x80) + 0x80, at))
    this.#write(1, at => this.#bytes.writeUInt8(rest, at))
  }

  /** -1 = null. */
  length(length: number, size: 2 | 4, isCompact: boolean): void {
    if (isCompact) this.unsignedVarint(length + 1)
    else this.#write(size, at => this.#bytes.writeIntBE(length, at, size))
  }

  /** Whether it is one. */
  primitive(type: string, value: unknown): boolean {
    switch (type) {
      case 'bool':
        this.#write(1, at => this.#bytes.writeUInt8(value === true ? 1 : 0, at))
        return true
      case 'int8':
        this.#write(1, at => this.#bytes.writeInt8(value as number, at))
        return true
      case 'int16':
        this.#write(2, at => this.#bytes.writeInt16BE(value as number, at))
        return true
      case 'uint16':
        this.#write(2, at => this.#bytes.writeUInt16BE(value as number, at))
        return true
      case 'int32':
        this.#write(4, at => this.#bytes.writeInt32BE(value as number, at))
        return true
      case 'uint32':
        this.#write(4, at => this.#bytes.writeUInt32BE(value as number, at))
        return true
      case 'int64':
        this.#write(8, at => this.#bytes.writeBigInt64BE(BigInt(value as number | bigint), at))
        return true
      case 'float64':
        this.#write(8, at => this.#bytes.writeDoubleBE(value as number, at))
        return true
      case 'uuid':
        this.raw(
          Buffer.from((value as string) === '' ? 'AAAAAAAAAAAAAAAAAAAAAA' : (value as string), 'base64url'),
        )
        return true
      default:
        return false
    }
  }

  /** The room first: `this.#bytes` may be another buffer afterwards. */
  #write(bytes: number, write: (at: number) => void): void {
    write(this.#room(bytes))
  }

  #room(bytes: number): number {
    const at = this.#at
    this.#at += bytes
    if (this.#at > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(this.#at, this.#bytes.length * 2))
      this.#bytes.copy(grown)
      this.#bytes = grown
    }
    return at
  }
}

export class SchemaReader {
  at: number
  readonly #bytes: Buffer

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  raw(length: number): Buffer | null {
    if (length < 0) return null
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  unsignedVarint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes.readUInt8(this.#take(1))
      value += (byte % 0x80) * factor
      if (byte < 0x80) return value
    }
  }

  length(size: 2 | 4, isCompact: boolean): number {
    return isCompact ? this.unsignedVarint() - 1 : this.#bytes.readIntBE(this.#take(size), size)
  }

  /** Undefined where it is none. */
  primitive(type: string): unknown {
    switch (type) {
      case 'bool':
        return this.#bytes.readUInt8(this.#take(1)) !== 0
      case 'int8':
        return this.#bytes.readInt8(this.#take(1))
      case 'int16':
        return this.#bytes.readInt16BE(this.#take(2))
      case 'uint16':
        return this.#bytes.readUInt16BE(this.#take(2))
      case 'int32':
        return this.#bytes.readInt32BE(this.#take(4))
      case 'uint32':
        return this.#bytes.readUInt32BE(this.#take(4))
      case 'int64': {
        const value = this.#bytes.readBigInt64BE(this.#take(8))
        return Number.isSafeInteger(Number(value)) ? Number(value) : value
      }
      case 'float64':
        return this.#bytes.readDoubleBE(this.#take(8))
      case 'uuid':
        return this.#bytes.toString('base64url', this.#take(16), this.at)
      default:
        return undefined
    }
  }

  #take(bytes: number): number {
    const at = this.at
    if (at + bytes > this.#bytes.length) throw new RangeError(`byte ${at + bytes} of ${this.#bytes.length}`)
    this.at = at + bytes
    return at
  }
}
