import { gzipSync } from 'node:zlib'
import type { Codec } from './record-batch.ts'

/**
 * As producers send the records of a batch. Snappy, lz4 and zstd hold them in literal blocks, which every decoder has
 * to take; their point here is the framing, and Node 20 has none of them.
 */
export function compress(codec: Codec, bytes: Buffer): Buffer {
  switch (codec) {
    case 'none':
      return bytes
    case 'gzip':
      return gzipSync(bytes)
    case 'snappy':
      return xerial(bytes)
    case 'lz4':
      return lz4Frame(bytes)
    case 'zstd':
      return zstdFrame(bytes)
  }
}

/** Java's snappy-java stream: magic, versions, then blocks with their length before them. */
function xerial(bytes: Buffer): Buffer {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  const parts: Buffer[] = [head]
  for (const chunk of chunks(bytes, 32_768)) {
    // A literal with its length in two more bytes.
    const literal = [61 << 2, (chunk.length - 1) & 0xff, (chunk.length - 1) >> 8]
    const block = Buffer.concat([Buffer.from([...varint(chunk.length), ...literal]), chunk])
    const size = Buffer.alloc(4)
    size.writeInt32BE(block.length)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}

/** LZ4 frame of independent blocks up to 64 KiB, stored as they are. */
function lz4Frame(bytes: Buffer): Buffer {
  const flags = 0x60
  const blockSize = 0x40
  const parts: Buffer[] = [Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, blockSize, LZ4_DESCRIPTOR_CHECKSUM])]
  for (const chunk of chunks(bytes, 65_536)) {
    const size = Buffer.alloc(4)
    size.writeUInt32LE((chunk.length | 0x80000000) >>> 0)
    parts.push(size, chunk)
  }
  parts.push(Buffer.alloc(4))
  return Buffer.concat(parts)
}

/** Second byte of xxHash32 of flags 0x60 and block size 0x40. */
const LZ4_DESCRIPTOR_CHECKSUM = 0x82

/** Zstandard frame (RFC 8878) of raw blocks. */
function zstdFrame(bytes: Buffer): Buffer {
  // Single segment, size of the content in four bytes.
  const head = Buffer.alloc(9)
  head.writeUInt32LE(0xfd2fb528, 0)
  head.writeUInt8(0xa0, 4)
  head.writeUInt32LE(bytes.length, 5)
  const parts: Buffer[] = [head]
  const blocks = chunks(bytes, 65_536)
  for (const [index, block] of blocks.entries()) {
    const size = Buffer.alloc(3)
    size.writeUIntLE((block.length << 3) | (index === blocks.length - 1 ? 1 : 0), 0, 3)
    parts.push(size, block)
  }
  return Buffer.concat(parts)
}

function chunks(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size))
  return parts
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest]
}
