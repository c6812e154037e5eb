import { pipeline, type TransformOptions } from 'node:stream'
import { constants, crc32, createDeflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib'
import type { TextSummary } from './columnar-text.ts'
import type { Chunks } from './shared-stream.ts'

/**
 * One gzip member (RFC 1952) made of two deflate segments: the first, long one is compressed once for all scrapers
 * and ends on a byte boundary without closing the member; the second is each scraper's own. One member, because
 * some clients stop after the first of several.
 */

export interface GzipSummary extends TextSummary {
  readonly crc: number
}

/** Level 1: at 1 million series level 6 takes three times as long for a tenth fewer bytes. */
const LEVEL = 1
/** Deflate, no flags, no time stamp, fastest algorithm, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255])

/** Opens the member. `text` is read ahead of the compression, which runs on a thread of its own. */
export async function* openGzip(text: Chunks<TextSummary>, readAheadBytes: number): Chunks<GzipSummary> {
  let crc = 0
  let summary: TextSummary | null = null
  async function* checked(): AsyncGenerator<Buffer, void, void> {
    try {
      for (;;) {
        const { done, value } = await text.next()
        if (done) {
          summary = value
          return
        }
        crc = crc32(value, crc)
        yield value
      }
    } finally {
      await text.return(undefined as never)
    }
  }
  yield HEADER
  const options: ZlibOptions & TransformOptions = {
    level: LEVEL,
    chunkSize: 256 * 1024,
    finishFlush: constants.Z_SYNC_FLUSH,
    // Without it the next page would be rendered only after the last was compressed.
    highWaterMark: readAheadBytes,
  }
  const deflater = createDeflateRaw(options)
  // A failure of the source destroys the deflater, and so reaches whoever reads it.
  pipeline(checked, deflater, () => {})
  for await (const chunk of deflater) yield chunk as Buffer
  if (summary === null) throw new Error('the text ended without a summary')
  return { ...(summary as TextSummary), crc }
}

/** The rest of the member: the last, short text, and the check sums over both. */
export function closeGzip(text: string, before: GzipSummary): Buffer {
  const bytes = Buffer.from(text)
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(bytes, before.crc), 0)
  trailer.writeUInt32LE((before.bytes + bytes.length) % 2 ** 32, 4)
  return Buffer.concat([deflateRawSync(bytes, { level: LEVEL }), trailer])
}
