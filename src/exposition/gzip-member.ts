import { constants, crc32, createDeflateRaw, type DeflateRaw, deflateRawSync } from 'node:zlib'
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

/**
 * Opens the member. The compression runs on a thread of its own, the next page is rendered meanwhile.
 *
 * @param release called with each page that the compression is done with
 */
export async function* openGzip(
  text: Chunks<TextSummary>,
  release: (page: Buffer) => void,
): Chunks<GzipSummary> {
  yield HEADER
  const deflater = createDeflateRaw({
    level: LEVEL,
    chunkSize: 256 * 1024,
    finishFlush: constants.Z_SYNC_FLUSH,
  })
  let summary: GzipSummary | null = null
  // A failure of the source destroys the deflater, and so reaches whoever reads it.
  feed(text, deflater, release).then(
    fed => {
      summary = fed
    },
    error => deflater.destroy(error as Error),
  )
  for await (const chunk of deflater) yield chunk as Buffer
  if (summary === null) throw new Error('the text ended without a summary')
  return summary
}

async function feed(
  text: Chunks<TextSummary>,
  deflater: DeflateRaw,
  release: (page: Buffer) => void,
): Promise<GzipSummary> {
  let crc = 0
  let compressed: Promise<void> = Promise.resolve()
  try {
    for (;;) {
      const { done, value } = await text.next()
      await compressed
      if (done) {
        deflater.end()
        return { ...value, crc }
      }
      crc = crc32(value, crc)
      compressed = compress(value, deflater, release)
      // Awaited one page later; until then its failure must not count as unhandled.
      compressed.catch(() => {})
    }
  } finally {
    await text.return(undefined as never)
  }
}

function compress(page: Buffer, deflater: DeflateRaw, release: (page: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    deflater.write(page, error => {
      release(page)
      if (error) reject(error)
      else resolve()
    })
  })
}

/** The rest of the member: the last, short text, and the check sums over both. */
export function closeGzip(text: string, before: GzipSummary): Buffer {
  const bytes = Buffer.from(text)
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(bytes, before.crc), 0)
  trailer.writeUInt32LE((before.bytes + bytes.length) % 2 ** 32, 4)
  return Buffer.concat([deflateRawSync(bytes, { level: LEVEL }), trailer])
}
