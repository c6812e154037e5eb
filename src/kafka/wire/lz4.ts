import { LzOutput } from './lz-output.ts'

const FRAME_MAGIC = 0x184d2204
const BLOCK_CHECKSUM_FLAG = 0x10
const CONTENT_SIZE_FLAG = 0x08
const DICTIONARY_FLAG = 0x01
const STORED_FLAG = 0x8000_0000

/**
 * Decodes one LZ4 frame up to a limit of bytes: the output is full then. Null: malformed. Checksums are not looked at;
 * what is in a batch was checked when it was produced.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export function decodeLz4(bytes: Buffer, maxBytes: number): LzOutput | null {
  // Magic, flags, block descriptor, header checksum
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== FRAME_MAGIC) return null
  const flags = bytes[4] as number
  if (flags >>> 6 !== 1 || (flags & DICTIONARY_FLAG) !== 0) return null
  const checksumBytes = (flags & BLOCK_CHECKSUM_FLAG) === 0 ? 0 : 4
  let at = (flags & CONTENT_SIZE_FLAG) === 0 ? 7 : 15
  const output = new LzOutput(maxBytes)
  while (!output.isFull()) {
    if (at + 4 > bytes.length) return null
    const word = bytes.readUInt32LE(at)
    at += 4
    if (word === 0) break
    const isStored = word >= STORED_FLAG
    const length = isStored ? word - STORED_FLAG : word
    if (at + length > bytes.length) return null
    if (isStored) output.literal(bytes, at, length)
    else if (!decodeBlock(bytes, at, at + length, output)) return null
    at += length + checksumBytes
  }
  return output
}

/** False: malformed. https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md */
function decodeBlock(bytes: Buffer, from: number, end: number, output: LzOutput): boolean {
  let at = from
  while (at < end && !output.isFull()) {
    const token = bytes[at++] as number
    let literals = token >>> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (at >= end) return false
        more = bytes[at++] as number
        literals += more
      }
    }
    if (at + literals > end) return false
    output.literal(bytes, at, literals)
    at += literals
    // The last sequence has literals only.
    if (at === end) return true
    if (at + 2 > end) return false
    const distance = bytes.readUInt16LE(at)
    at += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let more = 255
      while (more === 255) {
        if (at >= end) return false
        more = bytes[at++] as number
        length += more
      }
    }
    if (!output.repeat(distance, length)) return false
  }
  return output.isFull()
}
