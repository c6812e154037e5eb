import type { PartitionObservation } from '../model/observation.ts'
import type { PartitionColumns } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'

export const NO_PARTITIONS: PartitionColumns = {
  leader: new Int32Array(0),
  preferredLeader: new Int32Array(0),
  replicas: new Uint16Array(0),
  inSyncReplicas: new Uint16Array(0),
  logStart: new Float64Array(0),
  highWatermark: new Float64Array(0),
  lastStableOffset: null,
  sizeBytes: null,
  readAt: new Float64Array(0),
}

/** Earlier row of each row; null when the rows have not moved. */
export type EarlierRows = Int32Array | null

/** The inverse of mapRows: where each row of the new topology was, -1 where it was not. */
export function earlierRows(rowMap: Int32Array | null, rows: number): EarlierRows {
  if (rowMap === null) return null
  const earlier = new Int32Array(rows).fill(-1)
  rowMap.forEach((row, from) => {
    if (row >= 0) earlier[row] = from
  })
  return earlier
}

/** Where a row was, -1 where it was not. */
export function earlierRow(earlier: EarlierRows, row: number): number {
  return earlier === null ? row : (earlier[row] as number)
}

/** What one poll read of every partition. */
export type PartitionReading = Omit<PartitionObservation, 'leaderEpoch' | 'outcome' | 'outcomes'>

export interface HoldInputs {
  readonly earlier: EarlierRows
  /** Null where this poll did not ask. */
  readonly sizeBytes: Float64Array | null
  readonly now: number
  readonly maxReadingAgeMs: number
}

/** The reading of a poll that got no metadata: leaders and replicas as they were, no offsets. */
export function nothingRead(before: PartitionColumns): PartitionReading {
  const unread = new Float64Array(before.leader.length).fill(Number.NaN)
  const lastStableOffset = before.lastStableOffset && unread
  return { ...before, logStart: unread, highWatermark: unread, lastStableOffset }
}

/**
 * Offsets of a partition are kept as they were last read whole (start and end of one poll), up to
 * `maxReadingAgeMs`; then only what was read now stands.
 */
export function* holdPartitions(
  before: PartitionColumns,
  observed: PartitionReading,
  inputs: HoldInputs,
): Steps<PartitionColumns> {
  const { earlier, sizeBytes, now, maxReadingAgeMs } = inputs
  const rows = observed.leader.length
  // What was read, until a row is held: then copies, for an observation is not ours to write.
  let { logStart, highWatermark, lastStableOffset } = observed
  const readAt = new Float64Array(rows)
  const oldestHeld = now - maxReadingAgeMs
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_PER_STEP === 0) yield
    const from = earlierRow(earlier, row)
    const start = observed.logStart[row] as number
    const end = observed.highWatermark[row] as number
    const isWhole = !Number.isNaN(start + end)
    const holds = !isWhole && from >= 0 && (before.readAt[from] ?? 0) >= oldestHeld
    readAt[row] = isWhole ? now : holds ? Math.min(now, before.readAt[from] as number) : 0
    if (!holds) continue
    if (logStart === observed.logStart) {
      logStart = logStart.slice()
      highWatermark = highWatermark.slice()
      lastStableOffset = lastStableOffset?.slice() ?? null
    }
    logStart[row] = before.logStart[from] as number
    highWatermark[row] = before.highWatermark[from] as number
    if (lastStableOffset) lastStableOffset[row] = before.lastStableOffset?.[from] ?? Number.NaN
  }
  const { leader, preferredLeader, replicas, inSyncReplicas } = observed
  return {
    leader,
    preferredLeader,
    replicas,
    inSyncReplicas,
    logStart,
    highWatermark,
    lastStableOffset,
    sizeBytes: sizeBytes ?? moveColumn(before.sizeBytes, earlier),
    readAt,
  }
}

/** A column that is read more seldom, brought to the rows of now. */
function moveColumn(column: Float64Array | null, earlier: EarlierRows): Float64Array | null {
  if (column === null || earlier === null) return column
  return Float64Array.from(earlier, from => (from < 0 ? Number.NaN : (column[from] as number)))
}
