/** What has become of each record, by the log's own offsets. */
export class Ledger {
  readonly #done: Uint8Array[]
  /** By partition: the first offset that is not done. */
  readonly #floor: number[]
  /** Records that were passed by a commit before they were done. */
  readonly passed: string[] = []
  readonly parked = new Set<string>()
  /** Handled again after they were done. */
  again = 0

  constructor(partitions: number, most: number) {
    this.#done = Array.from({ length: partitions }, () => new Uint8Array(most))
    this.#floor = Array.from({ length: partitions }, () => 0)
  }

  do(partition: number, offset: number): void {
    const done = this.#done[partition] as Uint8Array
    if (done[offset] === 1) this.again++
    done[offset] = 1
    let floor = this.#floor[partition] as number
    while (done[floor] === 1) floor++
    this.#floor[partition] = floor
  }

  park(partition: number, offset: number): void {
    this.parked.add(`${partition}/${offset}`)
    this.do(partition, offset)
  }

  commit(partition: number, offset: number): void {
    const floor = this.floor(partition)
    if (offset > floor) this.passed.push(`${partition}/${floor} by a commit of ${offset}`)
  }

  /** All before it are done. */
  floor(partition: number): number {
    return this.#floor[partition] as number
  }
}
