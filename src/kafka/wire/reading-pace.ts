import { ROWS_PER_STEP } from '../../model/steps.ts'
import type { ProtocolReader } from './protocol-reader.ts'

/** Bytes of an answer that are read between two yields. */
const BYTES_PER_STEP = ROWS_PER_STEP * 8

/** Says when so much has been read that it is time to yield. */
export class ReadingPace {
  readonly #reader: ProtocolReader
  #next: number

  constructor(reader: ProtocolReader) {
    this.#reader = reader
    this.#next = reader.position + BYTES_PER_STEP
  }

  isDue(): boolean {
    if (this.#reader.position < this.#next) return false
    this.#next = this.#reader.position + BYTES_PER_STEP
    return true
  }
}
