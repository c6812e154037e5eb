import { firstIndex } from './first-index.ts'
import type { RecordBatch } from './record-batch.ts'

/** A batch as a log keeps it: without its records. */
export interface StoredBatch extends Omit<RecordBatch, 'records' | 'isControl'> {
  /** Key and value of a control batch's one record. */
  readonly marker: { readonly key: Buffer; readonly value: Buffer } | null
}

/** Batches in order of their offsets, found by offset and by time. */
export class StoredBatches {
  #batches: StoredBatch[] = []
  /** Largest time stamp of each batch and of all before it, those that are gone included; made when it is needed. */
  #newestSoFar: number[] = []
  #newestGone = -1
  /** Bytes; made when they are needed. */
  #sizes: number[] = []

  get length(): number {
    return this.#batches.length
  }

  at(index: number): StoredBatch | undefined {
    return this.#batches[index]
  }

  push(batch: StoredBatch): void {
    this.#batches.push(batch)
  }

  /** Bytes of all; `sizeOf` is asked once for each. */
  size(sizeOf: (batch: StoredBatch) => number): number {
    for (let i = this.#sizes.length; i < this.length; i++) this.#sizes.push(sizeOf(this.#batches[i]!))
    return this.#sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Index of the batch that reaches to the offset or beyond, the first one; `length` where none does. */
  indexOf(offset: number): number {
    return firstIndex(this.length, i => this.#batches[i]!.lastOffset >= offset)
  }

  /** No batch before this index has a record with this time stamp or a later one. */
  firstSince(timestamp: number): number {
    this.#completeNewest()
    if (timestamp <= this.#newestGone) return 0
    return firstIndex(this.length, i => this.#newestSoFar[i]! >= timestamp)
  }

  /** The first of those with the largest time stamp. */
  newest(): StoredBatch | undefined {
    this.#completeNewest()
    const newest = this.#newestSoFar.at(-1)
    if (newest !== undefined && newest > this.#newestGone) return this.#batches[this.firstSince(newest)]
    return this.#batches.reduce<StoredBatch | undefined>(
      (found, batch) => (found === undefined || batch.maxTimestamp > found.maxTimestamp ? batch : found),
      undefined,
    )
  }

  /** Forgets the batches before this index. */
  drop(count: number): void {
    if (count === 0) return
    this.#completeNewest()
    this.#newestGone = this.#newestSoFar[count - 1]!
    this.#newestSoFar.splice(0, count)
    this.#batches.splice(0, count)
    this.#sizes.splice(0, count)
  }

  /** Puts none or one in place of each. */
  replace(change: (batch: StoredBatch) => StoredBatch | null): void {
    this.#batches = this.#batches.map(change).filter(batch => batch !== null)
    this.#newestSoFar = []
    this.#sizes = []
  }

  #completeNewest(): void {
    for (let i = this.#newestSoFar.length; i < this.length; i++) {
      const before = this.#newestSoFar[i - 1] ?? this.#newestGone
      this.#newestSoFar.push(Math.max(before, this.#batches[i]!.maxTimestamp))
    }
  }
}
