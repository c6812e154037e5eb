import type { EncodedNames } from './encoded-names.ts'
import { escapeLabelValue } from './label-text.ts'

const NEWLINE = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
const LAST_ASCII = 0x7f

/**
 * Puts together what the lines of one (group, topic) begin with, `name{…,consumergroup="…",topic="…",partition="`,
 * in a buffer of its own, so that each line costs one copy. `length` may be set back to where a part began, to put
 * another in its place.
 */
export class LinePrefix {
  length = 0
  #bytes = new Uint8Array(1024)
  /** Views of the first n bytes, by n: a line prefix costs no allocation. */
  #views: Uint8Array[] = []

  text(text: string): void {
    const encoded = Buffer.from(text)
    this.#reserve(encoded.length)
    this.#bytes.set(encoded, this.length)
    this.length += encoded.length
  }

  /** For short ASCII text in the middle of the loop. */
  ascii(text: string): void {
    this.#reserve(text.length)
    for (let i = 0; i < text.length; i++) this.#bytes[this.length++] = text.charCodeAt(i)
  }

  /** The value of a label, as it stands between the quotes. */
  labelValue(value: string): void {
    this.#reserve(value.length)
    const out = this.#bytes
    let at = this.length
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i)
      // Seldom: what has to be escaped, or is not ASCII.
      if (code === QUOTE || code === BACKSLASH || code === NEWLINE || code > LAST_ASCII) {
        this.text(escapeLabelValue(value))
        return
      }
      out[at++] = code
    }
    this.length = at
  }

  name(names: EncodedNames, index: number): void {
    const { bytes } = names
    const from = names.start[index] as number
    const to = names.start[index + 1] as number
    this.#reserve(to - from)
    const out = this.#bytes
    let at = this.length
    for (let i = from; i < to; i++) out[at++] = bytes[i] as number
    this.length = at
  }

  /** The prefix so far. Valid until something is appended again. */
  view(): Uint8Array {
    const known = this.#views[this.length]
    if (known !== undefined) return known
    const view = this.#bytes.subarray(0, this.length)
    this.#views[this.length] = view
    return view
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const larger = new Uint8Array(2 * (this.length + more))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#views = []
  }
}
