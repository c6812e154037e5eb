/** Bytes of the length that every message of the protocol begins with; it does not count itself. */
const LENGTH_BYTES = 4

/**
 * Puts the bytes of a connection together to whole messages, each in memory of its own. Chunks may be overwritten as
 * soon as `take` returns. A length that no message can have is handed on at once, for whoever reads it to judge.
 */
export class FrameAssembler {
  readonly #maxBytes: number
  readonly #onFrame: (frame: Buffer) => void
  readonly #length = Buffer.alloc(LENGTH_BYTES)
  /** Of `#length`, as long as there is no frame; then of the frame. */
  #filled = 0
  #frame: Buffer | null = null

  /** @param onFrame gets the length and what it counts */
  constructor(maxBytes: number, onFrame: (frame: Buffer) => void) {
    this.#maxBytes = maxBytes
    this.#onFrame = onFrame
  }

  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#frame ?? this.#length
      const end = Math.min(chunk.length, at + target.length - this.#filled)
      target.set(chunk.subarray(at, end), this.#filled)
      this.#filled += end - at
      at = end
      if (this.#filled === target.length) this.#next()
    }
  }

  #next(): void {
    if (this.#frame === null) {
      const bytes = this.#length.readInt32BE()
      const isPossible = bytes > 0 && bytes <= this.#maxBytes
      this.#frame = Buffer.allocUnsafeSlow(LENGTH_BYTES + (isPossible ? bytes : 0))
      this.#frame.set(this.#length)
      if (isPossible) return
    }
    const frame = this.#frame
    this.#frame = null
    this.#filled = 0
    this.#onFrame(frame)
  }
}
