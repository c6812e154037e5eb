/** What the test of public declarations reads. */

/** A thing. Of two sentences. */
export class Thing extends Error {
  #secret = 1
  private readonly other: Hidden | null = null

  /** What it is. */
  get value(): number {
    return this.#secret + (this.other?.size ?? 0)
  }
}

interface Hidden {
  readonly size: number
}

/**
 * Makes a thing.
 *
 * @param options how
 * @throws TypeError on a bad size
 */
export function makeThing({ size }: Hidden): Thing {
  if (size < 0) throw new TypeError('size')
  return new Thing()
}

export const SIZES = ['small', 'large'] as const
export type Size = (typeof SIZES)[number]
