/** Not gone, or not known to be. */
export const NOT_YET = Number.POSITIVE_INFINITY

/**
 * What the producers of one partition know of its records, by offset. Milliseconds since the epoch; what happens inside
 * a broker is known by an instant before it and one after it.
 */
export class LogLedger {
  /** When the topic was there for certain. */
  readonly from: number
  readonly sentAt: number[] = []
  readonly ackedAt: number[] = []
  /** Time stamp in the record. */
  readonly stamps: number[] = []
  /** Offsets that never were data: markers of transactions. */
  readonly control: boolean[] = []
  /** When a record ceased to count: aborted, or compacted away. */
  readonly goneAfter: number[] = []
  readonly goneBy: number[] = []
  /** Log starts and last stable offsets as somebody else saw them. */
  readonly starts = new Sightings()
  readonly stables = new Sightings()

  constructor(from: number) {
    this.from = from
  }

  get length(): number {
    return this.sentAt.length
  }

  append(offset: number, record: { sentAt: number; ackedAt: number; stamp: number }): void {
    const { sentAt, ackedAt, stamp } = record
    if (offset < this.length) {
      // Answers of two producers may overtake each other: a place that was left for it.
      this.#put(offset, sentAt, ackedAt, stamp, false)
      return
    }
    // Offsets in between belong to markers, or to an answer that is still under way.
    while (this.length < offset) this.#put(this.length, sentAt, ackedAt, stamp, true)
    this.#put(offset, sentAt, ackedAt, stamp, false)
  }

  #put(o: number, sentAt: number, ackedAt: number, stamp: number, isControl: boolean): void {
    this.sentAt[o] = sentAt
    this.ackedAt[o] = ackedAt
    this.stamps[o] = stamp
    this.control[o] = isControl
    this.goneAfter[o] = isControl ? Number.NEGATIVE_INFINITY : NOT_YET
    this.goneBy[o] = isControl ? Number.NEGATIVE_INFINITY : NOT_YET
  }

  /** What lag counts from: a record stamped in the future counts from when it was appended. */
  waitsSince(offset: number): number {
    return Math.min(this.stamps[offset] as number, this.ackedAt[offset] as number)
  }

  /** Surely there at an instant, and possibly. */
  endAt(instant: number): { readonly sure: number; readonly possible: number } {
    // Ends as their consumers see them include the markers behind the last record.
    const sure = countUpTo(this.ackedAt, instant)
    return { sure, possible: Math.max(sure, countUpTo(this.sentAt, instant)) }
  }
}

/** How many of the values, ascending but for a few neighbours, lie at or before the instant. */
export function countUpTo(instants: readonly number[], instant: number): number {
  let low = 0
  let high = instants.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((instants[middle] as number) <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/** A value that only rises, as it was seen from time to time. */
export class Sightings {
  readonly asked: number[] = []
  readonly answered: number[] = []
  readonly values: number[] = []

  add(asked: number, answered: number, value: number): void {
    const last = this.values.length - 1
    // A run of the same is its first and its last sighting.
    if (last >= 1 && value === this.values[last] && value === this.values[last - 1]) {
      this.asked[last] = asked
      this.answered[last] = answered
      return
    }
    this.asked.push(asked)
    this.answered.push(answered)
    this.values.push(value)
  }

  /** It was not lower than this at the instant. */
  lowest(instant: number, before: number): number {
    const n = countUpTo(this.answered, instant)
    return n === 0 ? before : (this.values[n - 1] as number)
  }

  /** It was not higher than this at the instant. */
  highest(instant: number, after: number): number {
    const n = countUpTo(this.asked, instant)
    return n < this.values.length ? (this.values[n] as number) : after
  }

  /** When it rose above a value: not before the one and not after the other; NaN where it has not. */
  roseAbove(value: number): { readonly after: number; readonly by: number } {
    const n = countUpTo(this.values, value)
    if (n === this.values.length) return { after: Number.NaN, by: Number.NaN }
    return { after: this.asked[n - 1] ?? Number.NEGATIVE_INFINITY, by: this.answered[n] as number }
  }
}
