import type { Seeded } from './seeded.ts'

/** Bytes that begin, end or go beyond something: signs, null, one more than fits. */
const BYTES = [0x00, 0x01, 0x02, 0x7f, 0x80, 0x81, 0xfe, 0xff]
/** Counts and lengths that no answer can hold, and those that are just not negative enough. */
const WORDS = [0x7fff_ffff, -1, -2, -0x8000_0000, 0x7fff_fffe, 0x4000_0000, 0x0100_0000, 0xffff, 0x8000, 0]
/** The same as varints of up to 32 bits, and three that are longer than one may be. */
const VARINTS = [
  'ffffffff0f',
  'ffffffff07',
  '8080808008',
  'ffff03',
  'ffff7f',
  'ffffffff7f',
  'ffffffffff',
  '8080808000',
]

type Mutation = (bytes: Buffer, seeded: Seeded, other: Buffer) => Buffer

const flipBit: Mutation = (bytes, seeded) => {
  const at = seeded.below(bytes.length)
  bytes[at] = (bytes[at] as number) ^ (1 << seeded.below(8))
  return bytes
}

const setByte: Mutation = (bytes, seeded) => {
  bytes[seeded.below(bytes.length)] = seeded.chance(0.7) ? seeded.pick(BYTES) : seeded.below(256)
  return bytes
}

const setWord: Mutation = (bytes, seeded) => {
  if (bytes.length >= 4) bytes.writeInt32BE(seeded.pick(WORDS), seeded.below(bytes.length - 3))
  return bytes
}

const setVarint: Mutation = (bytes, seeded) => {
  bytes.write(seeded.pick(VARINTS), seeded.below(bytes.length), 'hex')
  return bytes
}

const cut: Mutation = (bytes, seeded) => bytes.subarray(0, seeded.below(bytes.length))

const takeOut: Mutation = (bytes, seeded) => {
  const at = seeded.below(bytes.length)
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + seeded.below(8))])
}

const putIn: Mutation = (bytes, seeded) => {
  const at = seeded.below(bytes.length + 1)
  const more = seeded.chance(0.5)
    ? seeded.bytes(1 + seeded.below(8))
    : Buffer.from(seeded.pick(VARINTS), 'hex')
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
}

const repeat: Mutation = (bytes, seeded) => {
  const at = seeded.below(bytes.length)
  const part = bytes.subarray(at, at + 1 + seeded.below(64))
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
}

const splice: Mutation = (bytes, seeded, other) =>
  Buffer.concat([
    bytes.subarray(0, seeded.below(bytes.length)),
    other.subarray(seeded.below(other.length + 1)),
  ])

const MUTATIONS = [
  flipBit,
  setByte,
  setByte,
  setWord,
  setWord,
  setVarint,
  setVarint,
  cut,
  takeOut,
  putIn,
  repeat,
  splice,
]

/** One of the answers with one to four things wrong; in memory of its own. */
export function mutant(corpus: readonly Buffer[], seeded: Seeded): Buffer {
  let bytes: Buffer = Buffer.from(seeded.pick(corpus))
  for (let left = 1 + seeded.below(4); left > 0 && bytes.length > 0; left--) {
    bytes = seeded.pick(MUTATIONS)(bytes, seeded, seeded.pick(corpus))
  }
  return Buffer.from(bytes)
}
