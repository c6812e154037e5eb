export interface Payload {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** Of records that nobody said more of. */
export const FILLER: Payload = { key: null, value: Buffer.alloc(100, 'x') }
