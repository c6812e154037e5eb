import { ExporterError } from '../../errors.ts'
import { pause } from '../../model/pause.ts'
import type { RecordTailer, TailAnswer, TailedRecord, TailMap } from '../../model/tail.ts'
import { Interrupted } from '../admin-calls.ts'

/** Some of one partition, by offset. */
export interface RangeChunk {
  readonly partition: number
  readonly records: readonly TailedRecord[]
  /** Records that are there and cannot be read. */
  readonly unreadable: number
  /** Records that were deleted before they were read. */
  readonly deleted: number
  readonly nextOffset: number
}

export interface RangeOptions {
  readonly tailer: RecordTailer
  /** Of one topic: its rows are its partitions. Asked again when reading fails. */
  readonly readMap: () => Promise<TailMap>
  readonly readStarts: () => Promise<Float64Array>
  /** By partition; what is not before its end is not read. */
  readonly positions: Float64Array
  readonly ends: Float64Array
  readonly signal: AbortSignal
  readonly take: (chunk: RangeChunk) => Promise<void>
}

const LIMITS = { maxBytes: 16 * 1024 * 1024, maxBatchBytes: 100 * 1024 * 1024 }
const PATIENCE_MS = 60_000
const WAIT_MS = 250
/** An operator has to act. */
const DENIED: ReadonlySet<string> = new Set(['TOPIC_AUTHORIZATION_FAILED'])

/** Everything from the positions to the ends, each partition in order, one chunk at a time. */
export async function readRange(options: RangeOptions): Promise<void> {
  const { tailer, ends, signal } = options
  const positions = options.positions.slice()
  let map = await options.readMap()
  let movedAt = performance.now()
  for (;;) {
    if (signal.aborted) throw new Interrupted()
    const left = [...positions.keys()].filter(row => (positions[row] as number) < (ends[row] as number))
    if (left.length === 0) return
    let failure: Extract<TailAnswer, { kind: 'failed' }> | null = null
    let isPastStart = false
    const before = positions.slice()
    const take = async (answer: TailAnswer) => {
      if (signal.aborted) throw new Interrupted()
      if (answer.kind === 'failed') failure = answer
      else if (answer.kind === 'out_of_range') isPastStart = true
      else {
        await options.take(chunkOf(answer, ends[answer.row] as number, 0))
        positions[answer.row] = Math.min(answer.nextOffset, ends[answer.row] as number)
      }
    }
    const asked = left.map(row => ({
      row,
      offset: positions[row] as number,
      maxRecords: Number.POSITIVE_INFINITY,
    }))
    await tailer.read(map, asked, LIMITS, take, signal)
    if (isPastStart) await passOverDeleted(options, positions)
    if (positions.some((position, row) => position !== before[row])) {
      movedAt = performance.now()
      continue
    }
    giveUpOn(failure, performance.now() - movedAt)
    await pause(WAIT_MS, signal)
    map = await options.readMap()
  }
}

async function passOverDeleted(options: RangeOptions, positions: Float64Array): Promise<void> {
  const starts = await options.readStarts()
  for (const [row, position] of positions.entries()) {
    const end = options.ends[row] as number
    const next = Math.min(starts[row] as number, end)
    if (!(next > position)) continue
    const none = { partition: row, records: [], unreadable: 0, nextOffset: next }
    await options.take({ ...none, deleted: next - position })
    positions[row] = next
  }
}

function chunkOf(answer: Extract<TailAnswer, { kind: 'read' }>, end: number, deleted: number): RangeChunk {
  const { row: partition, unreadable } = answer
  const records = answer.records.filter(record => record.offset < end)
  return { partition, records, unreadable, deleted, nextOffset: Math.min(answer.nextOffset, end) }
}

function giveUpOn(failure: Extract<TailAnswer, { kind: 'failed' }> | null, stillMs: number): void {
  if (failure !== null && DENIED.has(failure.code)) {
    throw new ExporterError(failure.code, `${failure.message}: it may not be read: grant READ on the topic`)
  }
  if (stillMs < PATIENCE_MS) return
  const why = failure === null ? 'nothing more comes of it' : failure.message
  throw new ExporterError(failure?.code ?? 'TIMEOUT', `nothing could be read for 60 s: ${why}`)
}
