import type { AbortedTransaction, ProducerState } from './record-batch.ts'

interface Producer {
  readonly producerId: number
  producerEpoch: number
  lastSequence: number
  lastTimestamp: number
  coordinatorEpoch: number
  /** -1 where no transaction is open. */
  start: number
}

interface Marker {
  readonly offset: number
  readonly timestamp: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

/** What a partition's leader keeps of producers and of their transactions. */
export class LogTransactions {
  readonly #producers = new Map<number, Producer>()
  #aborted: AbortedTransaction[] = []
  /** Ended, but the marker may not be replicated yet. */
  #ended: { readonly firstOffset: number; readonly lastOffset: number }[] = []

  /** Offset of the first record that is not decided for who reads up to this high watermark. */
  firstUnstable(highWatermark: number): number {
    this.#ended = this.#ended.filter(({ lastOffset }) => lastOffset >= highWatermark)
    let first = Number.POSITIVE_INFINITY
    for (const { start } of this.#producers.values()) if (start >= 0 && start < first) first = start
    for (const { firstOffset } of this.#ended) first = Math.min(first, firstOffset)
    return first
  }

  /** Gives the sequence number of the batch's first record; -1 without a producer id. */
  wrote(
    producer: { readonly producerId: number; readonly producerEpoch: number },
    batch: { readonly baseOffset: number; readonly records: number; readonly timestamp: number },
    isTransactional: boolean,
  ): number {
    const { producerId, producerEpoch } = producer
    if (producerId < 0) return -1
    const known = this.#producers.get(producerId)
    const state = known ?? {
      producerId,
      producerEpoch,
      lastSequence: -1,
      lastTimestamp: -1,
      coordinatorEpoch: -1,
      start: -1,
    }
    if (!known) this.#producers.set(producerId, state)
    if (state.producerEpoch !== producerEpoch) state.lastSequence = -1
    state.producerEpoch = producerEpoch
    state.lastTimestamp = batch.timestamp
    if (isTransactional && state.start < 0) state.start = batch.baseOffset
    const sequence = state.lastSequence + 1
    state.lastSequence += batch.records
    return sequence
  }

  epochOf(producerId: number): number {
    return this.#producers.get(producerId)?.producerEpoch ?? 0
  }

  /** The coordinator's marker came. Without an open transaction it changes nothing but the times. */
  marked(producerId: number, marker: Marker, isCommit: boolean): void {
    const state = this.#producers.get(producerId)
    if (!state) return
    const ended = { producerId, firstOffset: state.start, lastOffset: marker.offset }
    if (state.start >= 0) {
      this.#ended.push(ended)
      if (!isCommit) this.#aborted.push(ended)
    }
    // A new epoch begins to count anew.
    if (state.producerEpoch !== marker.producerEpoch) state.lastSequence = -1
    state.producerEpoch = marker.producerEpoch
    state.start = -1
    state.lastTimestamp = marker.timestamp
    state.coordinatorEpoch = marker.coordinatorEpoch
  }

  aborted(from: number, upTo: number): AbortedTransaction[] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < upTo)
  }

  /** As the transaction index goes with its segment. */
  forgetBefore(logStart: number): void {
    if (this.#aborted.some(({ lastOffset }) => lastOffset < logStart)) {
      this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= logStart)
    }
  }

  /** As a broker forgets a producer that was idle for `producer.id.expiration.ms`. */
  forgetProducer(producerId: number): void {
    this.#producers.delete(producerId)
  }

  producers(): ProducerState[] {
    return [...this.#producers.values()].map(({ start, ...state }) => ({
      ...state,
      currentTransactionStart: start,
    }))
  }
}
