const MAX_REQUEST_BYTES = 104_857_600

/** Cuts a byte stream into Kafka's frames: a length of four bytes, then as many bytes. */
export class FrameCutter {
  #chunks: Buffer[] = []
  #buffered = 0
  #wanted = 4

  /** The frames that are whole with this chunk, without their lengths. Throws RangeError for an absurd length. */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    while (this.#buffered >= this.#wanted) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
      this.#chunks = [all]
      const length = all.readInt32BE(0)
      if (length < 8 || length > MAX_REQUEST_BYTES) throw new RangeError(`a request of ${length} bytes`)
      this.#wanted = 4 + length
      if (all.length < this.#wanted) break
      frames.push(all.subarray(4, this.#wanted))
      this.#chunks = [all.subarray(this.#wanted)]
      this.#buffered = all.length - this.#wanted
      this.#wanted = 4
    }
    return frames
  }
}
