import type { GroupLayout } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { type AppendGrowth, rateSince } from '../flow/append-growth.ts'
import type { Retention } from './retention.ts'

/**
 * How long until retention may delete the first uncommitted record, whatever the consumer does. Per cell; NaN where
 * nothing is published of it, null where nothing is of any. 0 = it may go at any moment.
 */
export interface Headroom {
  /** The smaller of both. */
  readonly headroomMs: Float64Array | null
  /** By retention.ms; NaN where it does not limit or is not known. */
  readonly byTimeMs: Float64Array | null
  /** By retention.bytes; NaN likewise. */
  readonly byBytesMs: Float64Array | null
  /** Offsets per millisecond that `byBytesMs` reckons with. */
  readonly appendRate: Float64Array | null
}

export interface HeadroomInputs {
  readonly now: number
  readonly lossHorizonMs: number
  readonly retention: Retention
  /** Per cell, of the last whole reading. */
  readonly committed: Float64Array
  /** Per cell, effective: 0 where only control batches or aborted data are left. */
  readonly lag: Float64Array
  /** Per cell: lower bound of the time stamp of the first record at or after the commit and the log start; NaN unknown. */
  readonly earliestHead: Float64Array
  /** By row: the last whole reading, and when it was. */
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  readonly readAt: Float64Array
  readonly growth: AppendGrowth
}

/** Below this part of its retention a lagging record is not worth a series: nearly all of them live that long. */
const USED_PART = 0.1

/**
 * Kafka deletes whole segments, the oldest first: when `now` is more than retention.ms after the largest time stamp in
 * one, which is at or after that of any record in it; and while the bytes *after* one are retention.bytes or more,
 * which are fewer than those after any record in it. So both parts are lower bounds, the second as far as records are
 * of like size and the log grows no faster than it has.
 */
export function* measureHeadroom(layout: GroupLayout, inputs: HeadroomInputs): Steps<Headroom> {
  const { now, retention, lag, earliestHead } = inputs
  const columns = new Columns(layout.cellRow.length)
  for (let b = 0, c = 0; b < layout.blockTopic.length; b++) {
    const t = layout.blockTopic[b] as number
    const timeMs = retention.timeMs[t] ?? Number.NaN
    const limit = retention.bytes[t] ?? Number.NaN
    const isLimited = !(Number.isNaN(timeMs) && Number.isNaN(limit))
    for (; c < (layout.blockStart[b + 1] as number); c++) {
      if (c % ROWS_PER_STEP === 0) yield
      if (!isLimited || !((lag[c] as number) > 0)) continue
      const head = earliestHead[c] as number
      // A time stamp of -1 is none, and Kafka takes the file's own time then.
      const age = head >= 0 ? now - head : Number.NaN
      const byTime = Math.max(0, timeMs - age)
      const bytes = Number.isNaN(limit)
        ? NOTHING_KNOWN
        : bytesLeft(inputs, layout.cellRow[c] as number, c, limit)
      if (!(age >= USED_PART * timeMs) && !(bytes.used >= USED_PART * limit)) continue
      const headroom = Number.isNaN(byTime) || bytes.ms < byTime ? bytes.ms : byTime
      if (headroom < inputs.lossHorizonMs) columns.set(c, headroom, byTime, bytes.ms, bytes.rate)
    }
  }
  return columns
}

interface BytesLeft {
  /** Bytes from the first uncommitted record to the end of the log. */
  readonly used: number
  readonly ms: number
  readonly rate: number
}

const NOTHING_KNOWN: BytesLeft = { used: Number.NaN, ms: Number.NaN, rate: Number.NaN }

function bytesLeft(inputs: HeadroomInputs, row: number, c: number, limit: number): BytesLeft {
  const { now, growth, earliestHead, committed, readAt, logStart, highWatermark } = inputs
  const end = highWatermark[row] as number
  const endAt = readAt[row] as number
  const waiting = end - Math.max(committed[c] as number, logStart[row] as number)
  const bytesPerOffset = growth.bytesPerOffset[row] ?? Number.NaN
  const used = waiting * bytesPerOffset
  const short = rateSince(growth.short, row, end, endAt)
  const long = rateSince(growth.long, row, end, endAt)
  // Until the long window has been watched, what has come since the head was written stands for it: so a restart
  // takes nothing away.
  const mean = waiting / (endAt - (earliestHead[c] as number))
  const rate = largerKnown(short, Number.isNaN(long) && mean > 0 ? mean : long)
  const left = limit - used
  if (left <= 0) return { used, ms: 0, rate }
  // The log has grown on since it was read.
  const ms = left / (rate * bytesPerOffset) - (now - endAt)
  return { used, ms: Math.max(0, ms), rate }
}

function largerKnown(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a
}

/** Columns that come into being with their first entry. */
class Columns implements Headroom {
  headroomMs: Float64Array | null = null
  byTimeMs: Float64Array | null = null
  byBytesMs: Float64Array | null = null
  appendRate: Float64Array | null = null
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  set(c: number, headroom: number, byTime: number, byBytes: number, rate: number): void {
    this.headroomMs ??= this.#unknown()
    this.byTimeMs ??= this.#unknown()
    this.headroomMs[c] = headroom
    this.byTimeMs[c] = byTime
    if (!Number.isFinite(byBytes)) return
    this.byBytesMs ??= this.#unknown()
    this.appendRate ??= this.#unknown()
    this.byBytesMs[c] = byBytes
    this.appendRate[c] = rate
  }

  #unknown(): Float64Array {
    return new Float64Array(this.#count).fill(Number.NaN)
  }
}
