import { gunzipSync } from 'node:zlib'
import type { LzOutput } from './lz-output.ts'
import { decodeLz4 } from './lz4.ts'
import { decodeSnappy } from './snappy.ts'
import { decodeZstd } from './zstd.ts'

/** The lowest three bits of the attributes of a batch or message. */
export const NO_COMPRESSION = 0
const GZIP = 1
const SNAPPY = 2
const LZ4 = 3
const ZSTD = 4

export interface Decompressed {
  readonly bytes: Buffer
  /** False: these are the first `maxBytes` of more, or of just as many. */
  readonly isWhole: boolean
}

/** Null: malformed, too long for a codec that gives all or nothing, or of a codec that Kafka 4.3 does not have. */
export function decompress(codec: number, bytes: Buffer, maxBytes: number): Decompressed | null {
  switch (codec) {
    case GZIP:
      return allOrNothing(() => gunzipSync(bytes, { maxOutputLength: maxBytes }))
    case SNAPPY:
      return prefix(decodeSnappy(bytes, maxBytes))
    case LZ4:
      return prefix(decodeLz4(bytes, maxBytes))
    case ZSTD:
      return allOrNothing(() => decodeZstd(bytes, maxBytes))
    default:
      return null
  }
}

function prefix(output: LzOutput | null): Decompressed | null {
  return output === null ? null : { bytes: output.bytes(), isWhole: !output.isFull() }
}

function allOrNothing(decode: () => Uint8Array): Decompressed | null {
  try {
    const output = decode()
    return { bytes: Buffer.from(output.buffer, output.byteOffset, output.byteLength), isWhole: true }
  } catch {
    // Whatever zlib or WebAssembly throws: the batch is as good as not there.
    return null
  }
}
