/** What was heard of one partition's records since the last settlement. Offsets; null for nothing. */
export interface TalliedPartition {
  readonly topic: string
  readonly partition: number
  /** Handed to the handler last. */
  consumed: string | null
  /** Ended last. */
  processed: string | number | bigint | null
}

/**
 * Notes what happens record by record, which may be a hundred thousand times a second, and lets it be settled once for
 * all that happens within one turn of the event loop, before which nobody can ask anyway. Looking at the clock for each
 * record would cost more than all else, and after that reading its offset as a number: offsets stay as they came.
 */
export class RecordTally {
  readonly #settle: () => void
  readonly #endsByNext: boolean
  #partitions: TalliedPartition[] = []
  #last: TalliedPartition | null = null
  #immediate: NodeJS.Immediate | null = null

  /**
   * @param settle called in the event loop's next turn, to `take` what there is. It keeps no process alive.
   * @param endsByNext records of a partition come one after the other: with the next one, that before it has ended
   */
  constructor(settle: () => void, endsByNext: boolean) {
    this.#settle = settle
    this.#endsByNext = endsByNext
  }

  begin(topic: string, partition: number, offset: string): void {
    const tallied = this.#of(topic, partition)
    const before = tallied.consumed
    if (this.#endsByNext && before !== null && isBehind(before, offset)) tallied.processed = before
    tallied.consumed = offset
  }

  end(topic: string, partition: number, offset: string | number | bigint): void {
    this.#of(topic, partition).processed = offset
  }

  /** What there is, which is then forgotten. */
  take(): readonly TalliedPartition[] {
    if (this.#last === null) return NOTHING
    const taken = this.#partitions
    this.stop()
    return taken
  }

  stop(): void {
    if (this.#immediate !== null) clearImmediate(this.#immediate)
    this.#immediate = null
    this.#partitions = []
    this.#last = null
  }

  #of(topic: string, partition: number): TalliedPartition {
    const last = this.#last
    if (last !== null && last.partition === partition && last.topic === topic) return last
    return this.#find(topic, partition)
  }

  #find(topic: string, partition: number): TalliedPartition {
    let found = this.#partitions.find(each => each.partition === partition && each.topic === topic)
    if (found === undefined) {
      found = { topic, partition, consumed: null, processed: null }
      this.#partitions.push(found)
    }
    this.#last = found
    if (this.#immediate === null) {
      this.#immediate = setImmediate(this.#settle)
      this.#immediate.unref()
    }
    return found
  }
}

const NOTHING: readonly TalliedPartition[] = []

/** Of two offsets in decimal, as KafkaJS writes them. */
function isBehind(before: string, offset: string): boolean {
  return offset.length === before.length ? offset > before : offset.length > before.length
}
