import type { Headers } from './record-batch.ts'

export interface Payload {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Headers
}

/** Of records that nobody said more of. */
export const FILLER: Payload = { key: null, value: Buffer.alloc(100, 'x') }
