/** Where a writer gets its pages from. */
export interface Pages {
  readonly pageBytes: number
  take(): Buffer
}

/** A new page each time, for text that is kept. */
export function freshPages(pageBytes: number): Pages {
  return { pageBytes, take: () => Buffer.allocUnsafeSlow(pageBytes) }
}

/** More are not kept for later: a few scrapers at once need no more. */
const MAX_FREE = 16

/**
 * Pages that are written again once they have been given back. A million series are 170 MB of text: as new pages they
 * make V8 collect the whole heap some twenty times a scrape, for milliseconds each.
 */
export class PagePool implements Pages {
  readonly pageBytes: number
  readonly #free: Buffer[] = []
  /** Given out and not yet back, so that nothing foreign and nothing twice is taken for free. */
  readonly #out = new WeakSet<ArrayBufferLike>()

  constructor(pageBytes: number) {
    this.pageBytes = pageBytes
  }

  take(): Buffer {
    const page = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.pageBytes)
    this.#out.add(page.buffer)
    return page
  }

  /** `part` may be any part of a page; what is no page of this pool is ignored. */
  giveBack(part: Buffer): void {
    if (!this.#out.delete(part.buffer) || this.#free.length >= MAX_FREE) return
    this.#free.push(Buffer.from(part.buffer, 0, this.pageBytes))
  }
}
