import type { TailedRecord } from '../../model/tail.ts'

/** What one batch, or a part of a long one, holds for who reads on from an offset. */
export interface ReadBatch {
  /** By offset; none of a control batch or of an aborted transaction. */
  readonly records: readonly TailedRecord[]
  /** Data records that are there and cannot be read; what the batch says of their number. */
  readonly unreadable: number
  /** Where to go on. */
  readonly nextOffset: number
}
