import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameAssembler } from '../../src/kafka/frame-assembler.ts'

const MAX_BYTES = 6
const TWO_FRAMES = Buffer.from('00000002aabb00000001cc', 'hex')

function collect(chunks: readonly Uint8Array[]): readonly string[] {
  const frames: Buffer[] = []
  const assembler = new FrameAssembler(MAX_BYTES, frame => frames.push(frame))
  for (const chunk of chunks) {
    assembler.take(chunk)
    chunk.fill(0xff)
  }
  return frames.map(frame => frame.toString('hex'))
}

for (let size = 1; size <= TWO_FRAMES.length; size++) {
  test(`messages come out whole from chunks of ${size}, which may be overwritten`, () => {
    const chunks: Buffer[] = []
    for (let at = 0; at < TWO_FRAMES.length; at += size) {
      chunks.push(Buffer.from(TWO_FRAMES.subarray(at, at + size)))
    }
    assert.deepEqual(collect(chunks), ['00000002aabb', '00000001cc'])
  })
}

test('a message that is not whole does not come out', () => {
  assert.deepEqual(collect([Buffer.from('00000002aa', 'hex')]), [])
})

for (const [what, length] of [
  ['too long', '00000007'],
  ['negative', 'ffffffff'],
  ['zero', '00000000'],
] as const) {
  test(`a length that is ${what} is handed on by itself`, () => {
    assert.deepEqual(collect([Buffer.from(length, 'hex')]), [length])
  })
}
