interface CoolDown {
  /** Of the monotonic clock; Infinity while it is being sent. */
  until: number
  /** Held back, and not told to anybody yet. */
  suppressed: number
}

/** What one process knows of the alerts that are held back: at most `most` of them, the longest unused forgotten first. */
export class CoolDowns {
  readonly #most: number
  readonly #byKey = new Map<string, CoolDown>()

  constructor(most: number) {
    this.#most = most
  }

  isHeldBack(key: string, now: number): boolean {
    return now < (this.#byKey.get(key)?.until ?? Number.NEGATIVE_INFINITY)
  }

  /** How many were held back before it, which count as told; null where it is held back, and counted, itself. */
  begin(key: string, now: number): number | null {
    const known = this.#byKey.get(key)
    if (known !== undefined && now < known.until) {
      known.suppressed++
      return null
    }
    this.#byKey.delete(key)
    this.#byKey.set(key, { until: Number.POSITIVE_INFINITY, suppressed: 0 })
    if (this.#byKey.size > this.#most) this.#forgetOne(key)
    return known?.suppressed ?? 0
  }

  /** The same is held back until then; `suppressed` more of them were. */
  end(key: string, until: number, suppressed = 0): void {
    const known = this.#byKey.get(key)
    if (known === undefined) return
    known.until = until
    known.suppressed += suppressed
  }

  /** What has been held back and not told; it counts as told then. */
  takeSuppressed(key: string): number {
    const known = this.#byKey.get(key)
    const { suppressed = 0 } = known ?? {}
    if (known !== undefined) known.suppressed = 0
    return suppressed
  }

  /** Counts what could not be told again. */
  giveBack(key: string, suppressed: number): void {
    const known = this.#byKey.get(key)
    if (known !== undefined) known.suppressed += suppressed
  }

  /** Keys of which something was held back that was not told. */
  untold(): readonly string[] {
    return [...this.#byKey].filter(([, { suppressed }]) => suppressed > 0).map(([key]) => key)
  }

  #forgetOne(newest: string): void {
    for (const [key, { until }] of this.#byKey) {
      if (key === newest || until === Number.POSITIVE_INFINITY) continue
      this.#byKey.delete(key)
      return
    }
  }
}
