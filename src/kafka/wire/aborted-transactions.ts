import { isAbortMarker } from './batch-records.ts'
import type { BatchHeader } from './record-batch-header.ts'

/** As Fetch answers with isolation 1. */
export interface AbortedTransaction {
  readonly producerId: number
  /** Of the transaction on the partition. */
  readonly firstOffset: number
}

/**
 * Tells the data of aborted transactions from other data, batch by batch in the order of the log, as the Java
 * consumer's CompletedFetch does: a producer's batches are aborted from the first offset of the transaction on, until
 * its abort marker.
 */
export class AbortedTransactions {
  /** By first offset. */
  readonly #ahead: readonly AbortedTransaction[]
  readonly #producers = new Set<number>()
  #next = 0

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Call for each batch in turn, control batches too. Null: a marker that cannot be read, or that is gone. */
  isAborted(batch: BatchHeader, records: Buffer): boolean | null {
    if (batch.producerId < 0) return false
    for (; this.#next < this.#ahead.length; this.#next++) {
      const { producerId, firstOffset } = this.#ahead[this.#next] as AbortedTransaction
      if (firstOffset > batch.lastOffset) break
      this.#producers.add(producerId)
    }
    if (!this.#producers.has(batch.producerId)) return false
    if (!batch.isControl) return batch.isTransactional
    const isAbort = isAbortMarker(records)
    if (isAbort === true) this.#producers.delete(batch.producerId)
    return isAbort === null ? null : false
  }
}
