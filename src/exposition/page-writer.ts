import type { Column } from '../catalog/family.ts'
import { NUMBER_BYTES, writeInteger, writeMillisecondsAsSeconds, writeNumber } from './number-text.ts'
import type { Pages } from './page-pool.ts'

type Unit = 'number' | 'milliseconds'

const NEWLINE = 0x0a
const SPACE = 0x20
const QUOTE = 0x22
const CLOSING_BRACE = 0x7d
/** `2147483647"} `, a number and the line's end. */
const LINE_END_BYTES = 10 + 3 + NUMBER_BYTES + 1

/**
 * Writes lines into pages of a fixed size. Full pages are taken away and not written again by this writer: sockets
 * and zlib keep references to what they were given.
 */
export class PageWriter {
  readonly #pages: Pages
  #page: Buffer
  #at = 0
  #full: Buffer[] = []

  constructor(pages: Pages) {
    this.#pages = pages
    this.#page = pages.take()
  }

  text(text: string): void {
    this.#reserve(3 * text.length)
    this.#at += this.#page.write(text, this.#at)
  }

  /** One line: the prefix up to the blank, and the value. */
  line(prefix: Uint8Array, value: number, unit: Unit): void {
    this.#reserve(prefix.length + LINE_END_BYTES)
    this.#page.set(prefix, this.#at)
    this.#at = endLine(this.#page, this.#at + prefix.length, value, unit)
  }

  /**
   * One line for each position whose value is not NaN. The prefix ends behind `partition="`; the partition is
   * `rows[position] - firstRow`, or `position - firstRow` where `rows` is null.
   * @returns the number of lines
   */
  partitionLines(
    prefix: Uint8Array,
    column: Column,
    unit: Unit,
    from: number,
    to: number,
    rows: Int32Array | null,
    firstRow: number,
  ): number {
    const lineBytes = prefix.length + LINE_END_BYTES
    let page = this.#page
    let at = this.#at
    let lines = 0
    for (let position = from; position < to; position++) {
      const value = column(position)
      if (Number.isNaN(value)) continue
      if (at + lineBytes > page.length) {
        this.#at = at
        this.#reserve(lineBytes)
        page = this.#page
        at = this.#at
      }
      page.set(prefix, at)
      at = writeInteger(
        page,
        at + prefix.length,
        (rows === null ? position : (rows[position] as number)) - firstRow,
      )
      page[at] = QUOTE
      page[at + 1] = CLOSING_BRACE
      page[at + 2] = SPACE
      at = endLine(page, at + 3, value, unit)
      lines++
    }
    this.#at = at
    return lines
  }

  /** The pages that are full. */
  takeFull(): readonly Buffer[] {
    if (this.#full.length === 0) return NO_PAGES
    const full = this.#full
    this.#full = []
    return full
  }

  /** What the last page holds. Nothing can be written afterwards. */
  takeRest(): Buffer {
    const rest = this.#page.subarray(0, this.#at)
    this.#page = Buffer.alloc(0)
    this.#at = 0
    return rest
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#page.length) return
    if (this.#at > 0) this.#full.push(this.#page.subarray(0, this.#at))
    this.#page = bytes <= this.#pages.pageBytes ? this.#pages.take() : Buffer.allocUnsafeSlow(bytes)
    this.#at = 0
  }
}

const NO_PAGES: readonly Buffer[] = []

function endLine(page: Uint8Array, at: number, value: number, unit: Unit): number {
  const end = unit === 'number' ? writeNumber(page, at, value) : writeMillisecondsAsSeconds(page, at, value)
  page[end] = NEWLINE
  return end + 1
}
