/** Bytes that may be read, those promised to requests under way included. */
export class FetchBudget {
  readonly #limit: number
  #promised = 0
  #read = 0
  #spent = 0
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** What a new request may want. */
  get left(): number {
    return Math.max(0, this.#limit - this.#spent - this.#promised)
  }

  get read(): number {
    return this.#read
  }

  /** Resolves when a request under way has ended, for few bring all that they are promised; false: none is under way. */
  async nextSettled(): Promise<boolean> {
    if (this.#promised === 0) return false
    await new Promise<void>(resolve => this.#waiting.push(resolve))
    return true
  }

  promise(bytes: number): void {
    this.#promised += bytes
  }

  /** The request that was promised so many has ended. It may cost more than was read. */
  settle(promised: number, read: number, cost: number = read): void {
    this.#promised -= promised
    this.#read += read
    this.#spent += cost
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
