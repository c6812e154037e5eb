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
  /** Those before it are gone; they are let go of half an array at a time. */
  #first = 0
  /** Largest time stamp of each batch and of all before it, those that are gone included; made when it is needed. */
  #newestSoFar: number[] = []
  #newestGone = -1
  /** Bytes; made when they are needed. */
  #sizes: number[] = []

  get length(): number {
    return this.#batches.length - this.#first
  }

  at(index: number): StoredBatch | undefined {
    return this.#batches[this.#first + index]
  }

  push(batch: StoredBatch): void {
    this.#batches.push(batch)
  }

  /** Bytes of all; `sizeOf` is asked once for each. */
  size(sizeOf: (batch: StoredBatch) => number): number {
    let sum = 0
    for (let i = this.#first; i < this.#batches.length; i++) {
      this.#sizes[i] ??= sizeOf(this.#batches[i]!)
      sum += this.#sizes[i]!
    }
    return sum
  }

  /** Index of the batch that reaches to the offset or beyond, the first one; `length` where none does. */
  indexOf(offset: number): number {
    return firstIndex(this.length, i => this.at(i)!.lastOffset >= offset)
  }

  /** No batch before this index has a record with this time stamp or a later one. */
  firstSince(timestamp: number): number {
    this.#completeNewest()
    if (timestamp <= this.#newestGone) return 0
    return firstIndex(this.length, i => this.#newestSoFar[this.#first + i]! >= timestamp)
  }

  /** The first of those with the largest time stamp. */
  newest(): StoredBatch | undefined {
    this.#completeNewest()
    const newest = this.#newestSoFar.at(-1) ?? -1
    if (newest > this.#newestGone) return this.at(this.firstSince(newest))
    let found = this.at(0)
    for (let i = 1; i < this.length; i++) {
      if (this.at(i)!.maxTimestamp > found!.maxTimestamp) found = this.at(i)
    }
    return found
  }

  /** Forgets the batches before this index. */
  drop(count: number): void {
    if (count === 0) return
    this.#completeNewest()
    this.#first += count
    this.#newestGone = this.#newestSoFar[this.#first - 1]!
    if (this.#first * 2 < this.#batches.length) return
    this.#batches.splice(0, this.#first)
    this.#newestSoFar.splice(0, this.#first)
    this.#sizes.splice(0, this.#first)
    this.#first = 0
  }

  /** Puts none or one in place of each. */
  replace(change: (batch: StoredBatch) => StoredBatch | null): void {
    this.#batches = this.#batches.slice(this.#first).flatMap(batch => change(batch) ?? [])
    this.#newestSoFar = []
    this.#sizes = []
    this.#first = 0
  }

  #completeNewest(): void {
    for (let i = this.#newestSoFar.length; i < this.#batches.length; i++) {
      const before = this.#newestSoFar[i - 1] ?? this.#newestGone
      this.#newestSoFar.push(Math.max(before, this.#batches[i]!.maxTimestamp))
    }
  }
}
