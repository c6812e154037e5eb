import { LzOutput } from './lz-output.ts'

/** Java's clients and librdkafka put blocks of snappy into the framing of xerial's snappy-java. */
const XERIAL_MAGIC = Buffer.from('\x82SNAPPY\0', 'latin1')
/** Magic, version, least compatible version. */
const XERIAL_HEADER_BYTES = 16

/**
 * Decodes snappy, raw or in xerial's framing, up to a limit of bytes: the output is full then. Null: malformed.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
export function decodeSnappy(bytes: Buffer, maxBytes: number): LzOutput | null {
  const output = new LzOutput(maxBytes)
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) {
    return decodeBlock(bytes, output) ? output : null
  }
  let at = XERIAL_HEADER_BYTES
  while (at < bytes.length && !output.isFull()) {
    if (at + 4 > bytes.length) return null
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0 || at + length > bytes.length) return null
    if (!decodeBlock(bytes.subarray(at, at + length), output)) return null
    at += length
  }
  return output
}

/** False: malformed. */
function decodeBlock(block: Buffer, output: LzOutput): boolean {
  const start = output.length
  let claimed = 0
  let at = 0
  for (let scale = 1; ; scale *= 128) {
    const byte = block[at++]
    if (byte === undefined || at > 5) return false
    claimed += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  while (at < block.length && !output.isFull()) {
    const tag = block[at++] as number
    const kind = tag & 3
    if (kind === 0) {
      let length = tag >>> 2
      if (length >= 60) {
        const size = length - 59
        if (at + size > block.length) return false
        length = block.readUIntLE(at, size)
        at += size
      }
      length++
      if (at + length > block.length) return false
      output.literal(block, at, length)
      at += length
      continue
    }
    // A copy: 1 byte of distance and three bits of the tag, 2 bytes, or 4
    const size = kind === 3 ? 4 : kind
    if (at + size > block.length) return false
    const low = block.readUIntLE(at, size)
    at += size
    const distance = kind === 1 ? ((tag >>> 5) << 8) | low : low
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    if (!output.repeat(distance, length, start)) return false
  }
  return output.isFull() || output.length - start === claimed
}
