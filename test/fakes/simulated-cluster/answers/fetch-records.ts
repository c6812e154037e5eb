import { encodeBatch } from '../log/encode-batch.ts'
import type { SimulatedPartition } from '../simulated-partition.ts'

export interface ReadLimits {
  /** The high watermark or the last stable offset: no batch that reaches beyond is given. */
  readonly end: number
  /** Bytes. */
  readonly limit: number
  /** KIP-74: no partition before it had data, so a whole batch is given, however large it is. */
  readonly isFirst: boolean
}

export interface ReadRecords {
  readonly bytes: Buffer
  /** One past the last offset that they touch. */
  readonly upTo: number
}

/**
 * Whole batches from the one that holds the offset on, to the end of its segment and cut off at the limit: the last one
 * may end in its middle, as a broker hands out a piece of a file. Where not even the first is whole, nothing.
 */
export function readRecords(
  { log }: SimulatedPartition,
  offset: number,
  { end, limit, isFirst }: ReadLimits,
): ReadRecords {
  const parts: Buffer[] = []
  let bytes = 0
  let most = limit
  let next = offset
  while (log && next < end && (parts.length === 0 || bytes < most)) {
    const batch = log.batchFrom(next)
    if (!batch || batch.lastOffset >= end || (batch.startsSegment && parts.length > 0)) break
    const encoded = encodeBatch(batch)
    if (parts.length === 0) {
      if (isFirst) most = Math.max(most, encoded.length)
      if (encoded.length > most) break
    }
    parts.push(encoded)
    bytes += encoded.length
    next = batch.lastOffset + 1
  }
  return { bytes: Buffer.concat(parts).subarray(0, most), upTo: next }
}
