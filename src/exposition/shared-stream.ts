export type Chunks<Summary> = AsyncGenerator<Buffer, Summary, void>

/**
 * One stream of chunks for any number of readers. It is made while it is read, at the pace of the quickest reader;
 * whoever comes later reads what is there and then follows. When the last reader leaves before the end, the work
 * stops, and the next reader starts anew.
 *
 * Chunks are kept up to `limitBytes`. A stream that turns out longer stops being shared: one reader goes on with it,
 * every other makes its own and drops the part it has had, so `open` must give the same chunks each time.
 *
 * What the chunks are made of comes with each reader, the same for all of them, so that a stream which nobody reads
 * keeps none of it alive.
 */
export class SharedStream<Input, Summary> {
  readonly #open: (input: Input) => Chunks<Summary>
  readonly #limitBytes: number
  #isTooLong: boolean
  #readers = 0
  #source: Chunks<Summary> | null = null
  #kept: Buffer[] = []
  #keptBytes = 0
  #pulling: Promise<void> | null = null
  #end: { readonly summary: Summary } | { readonly error: unknown } | null = null

  /** @param isTooLong true where it is known beforehand that sharing is not worth a try */
  constructor(open: (input: Input) => Chunks<Summary>, limitBytes: number, isTooLong = false) {
    this.#open = open
    this.#limitBytes = limitBytes
    this.#isTooLong = isTooLong
  }

  /** The chunks from the first on. A reader that stops early must call `return`, as `for await` does. */
  async *read(input: Input): Chunks<Summary> {
    this.#readers++
    let next = 0
    let own: Chunks<Summary>
    try {
      for (;;) {
        const chunk = this.#kept[next]
        if (chunk !== undefined) {
          next++
          yield chunk
        } else if (this.#end !== null) {
          if ('error' in this.#end) throw this.#end.error
          return this.#end.summary
        } else if (this.#isTooLong) {
          own = this.#takeOver() ?? dropFirst(this.#open(input), next)
          break
        } else {
          this.#pulling ??= this.#pull(input)
          await this.#pulling
        }
      }
    } finally {
      this.#leave()
    }
    return yield* own
  }

  async #pull(input: Input): Promise<void> {
    try {
      this.#source ??= this.#open(input)
      const { done, value } = await this.#source.next()
      if (done) {
        this.#end = { summary: value }
        this.#source = null
      } else {
        this.#kept.push(value)
        this.#keptBytes += value.length
        this.#isTooLong = this.#keptBytes > this.#limitBytes
      }
    } catch (error) {
      this.#end = { error }
      this.#source = null
    } finally {
      this.#pulling = null
    }
  }

  #takeOver(): Chunks<Summary> | null {
    const source = this.#source
    this.#source = null
    return source
  }

  /** No pull is under way when the last reader leaves: a reader that waits for one cannot leave. */
  #leave(): void {
    this.#readers--
    if (this.#readers > 0 || (this.#end !== null && 'summary' in this.#end)) return
    const abandoned = this.#takeOver()
    this.#kept = []
    this.#keptBytes = 0
    this.#end = null
    // It stands at a yield, so that nothing but its own finally blocks can run, or fail, now.
    abandoned?.return(undefined as never).catch(() => {})
  }
}

async function* dropFirst<Summary>(source: Chunks<Summary>, count: number): Chunks<Summary> {
  try {
    for (;;) {
      const { done, value } = await source.next()
      if (done) return value
      if (count-- <= 0) yield value
    }
  } finally {
    await source.return(undefined as never)
  }
}
