/** Bytes that may be read, those promised to requests under way included. */
export class ByteBudget {
  readonly #limit: number
  #promised = 0
  #read = 0
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** What a new request may want. */
  get left(): number {
    return Math.max(0, this.#limit - this.#read - this.#promised)
  }

  get read(): number {
    return this.#read
  }

  /** Whether there is anything left, as soon as that is known: few requests bring all that they are promised. */
  async hasRoom(): Promise<boolean> {
    while (this.left === 0 && this.#promised > 0) {
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    return this.left > 0
  }

  promise(bytes: number): void {
    this.#promised += bytes
  }

  /** The request that was promised so many has ended. */
  settle(promised: number, read: number): void {
    this.#promised -= promised
    this.#read += read
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
