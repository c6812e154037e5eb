/** What has become of each record, by the log's own offsets, and by the number that was produced. */
export class Ledger {
  readonly #done: Uint8Array[]
  /** By number; a record whose acknowledgement was lost has its number in several places. */
  readonly #numbers: Uint8Array
  /** Of records that are to be parked, by partition and offset. */
  readonly #condemned = new Map<string, number>()
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
    this.#numbers = new Uint8Array(most)
  }

  do(partition: number, offset: number, number: number): void {
    this.#numbers[number] = 1
    const done = this.#done[partition] as Uint8Array
    if (done[offset] === 1) this.again++
    done[offset] = 1
    let floor = this.#floor[partition] as number
    while (done[floor] === 1) floor++
    this.#floor[partition] = floor
  }

  condemn(partition: number, offset: number, number: number): void {
    this.#condemned.set(`${partition}/${offset}`, number)
  }

  park(partition: number, offset: number): void {
    const place = `${partition}/${offset}`
    const number = this.#condemned.get(place)
    if (number === undefined) throw new Error(`${place} was parked, and nothing was wrong with it`)
    this.parked.add(place)
    this.do(partition, offset, number)
  }

  /** Numbers below `count` that were neither processed nor parked. */
  missing(count: number): number[] {
    return Array.from({ length: count }, (_, n) => n).filter(n => this.#numbers[n] !== 1)
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
