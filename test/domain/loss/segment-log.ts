interface Segment {
  readonly base: number
  next: number
  bytes: number
  largestTimestamp: number
}

/**
 * How Kafka deletes (UnifiedLog.deleteOldSegments): the oldest segment first, whole, the active one too, when `now` is
 * more than retention.ms after the largest time stamp in it, or while the bytes after it are retention.bytes or more.
 */
export class SegmentLog {
  readonly #limits: { readonly retentionMs: number; readonly retentionBytes: number }
  readonly #recordsPerSegment: number
  #segments: Segment[] = []
  #end = 0

  constructor(limits: { retentionMs: number; retentionBytes: number }, recordsPerSegment: number) {
    this.#limits = limits
    this.#recordsPerSegment = recordsPerSegment
  }

  get start(): number {
    return this.#segments[0]?.base ?? this.#end
  }

  get end(): number {
    return this.#end
  }

  get bytes(): number {
    return this.#segments.reduce((sum, s) => sum + s.bytes, 0)
  }

  append(timestamp: number, bytes: number): void {
    let active = this.#segments.at(-1)
    if (active === undefined || active.next - active.base >= this.#recordsPerSegment) {
      active = { base: this.#end, next: this.#end, bytes: 0, largestTimestamp: Number.NEGATIVE_INFINITY }
      this.#segments.push(active)
    }
    active.next = ++this.#end
    active.bytes += bytes
    active.largestTimestamp = Math.max(active.largestTimestamp, timestamp)
  }

  deleteOld(now: number): void {
    const { retentionMs, retentionBytes } = this.#limits
    this.#deleteWhile(s => retentionMs >= 0 && now - s.largestTimestamp > retentionMs)
    this.#deleteWhile(s => retentionBytes >= 0 && this.bytes - s.bytes >= retentionBytes)
  }

  #deleteWhile(isOld: (segment: Segment) => boolean): void {
    while (this.#segments[0] !== undefined && isOld(this.#segments[0])) this.#segments.shift()
  }
}
