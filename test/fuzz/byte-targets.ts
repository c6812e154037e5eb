import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { FrameAssembler } from '../../src/kafka/frame-assembler.ts'
import { bodyOf } from '../../src/kafka/response-header.ts'
import { readClassicAssignment } from '../../src/kafka/wire/classic-assignment.ts'
import { decompress } from '../../src/kafka/wire/decompress.ts'
import { readBatches } from '../../src/kafka/wire/read-batches.ts'
import { findFirstRecord } from '../../src/kafka/wire/record-batches.ts'
import { goldenBytes } from './golden-bytes.ts'
import { classicAssignments } from './response-targets.ts'
import { seededFor } from './seeded.ts'
import type { FuzzTarget } from './target.ts'

const never = () => false
const MAX_DECOMPRESSED = 65_536
/** As many bytes of a batch as its header has, times what is asked for each of them. */
const MAX_BATCH = 2_048
const MAX_FRAME = 16_384
const BATCH_HEADER = 61
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** What is read of an answer after its structure, or before. */
export function byteTargets(): FuzzTarget[] {
  return [
    ...CODECS.map(codec => records(codec, new RegExp(`^(batch-(backwards|horizon)|set-v[01])-${codec}$`))),
    ...CODECS.map(codec => allRecords(codec, new RegExp(`^(batch-(backwards|horizon)|set-v[01])-${codec}$`))),
    ...CODECS.slice(1).map((codec, i) => decompressed(codec, i + 1)),
    {
      name: 'member assignment',
      corpus: classicAssignments(),
      read: bytes => (readClassicAssignment('consumer', bytes).length === 0 ? 'refused' : 'read'),
      mayThrow: never,
    },
    {
      name: 'response header',
      corpus: ['00aa', '0100026162aabb', '02000161050363626100', '81000100ff'].map(hex =>
        Buffer.from(hex, 'hex'),
      ),
      read(bytes) {
        bodyOf(bytes, { key: 3, flexible: true })
        return 'read'
      },
      // The connection makes its own error of it.
      mayThrow: error => error instanceof RangeError,
    },
    { name: 'frames', corpus: frames(), read: inPieces, mayThrow: never },
  ]
}

function records(codec: string, names: RegExp): FuzzTarget {
  return {
    name: `records ${codec}`,
    corpus: goldenBytes('records', names),
    mayThrow: never,
    read(bytes, index) {
      const from = index % 9
      const aborted = index % 3 === 0 ? [{ producerId: 5, firstOffset: 0 }] : []
      const said = findFirstRecord(bytes, from, aborted, { maxDecompressedBytes: MAX_DECOMPRESSED })
      assert.ok(said.knownTo >= from)
      if (said.kind === 'found')
        assert.ok(said.recordOffset >= from && said.minTimestamp <= said.maxTimestamp)
      return said.kind === 'unreadable' ? 'refused' : 'read'
    },
  }
}

/** What is said of the records adds up: offsets rise, within what is passed, and each batch moves on or ends it. */
function allRecords(codec: string, names: RegExp): FuzzTarget {
  return {
    name: `all records ${codec}`,
    corpus: goldenBytes('records', names),
    mayThrow: never,
    read(bytes, index) {
      const from = index % 9
      const aborted = index % 3 === 0 ? [{ producerId: 5, firstOffset: 0 }] : []
      let next = from
      let unreadable = 0
      for (const batch of readBatches(bytes, 0, from, aborted, MAX_BATCH)) {
        let last = next - 1
        for (const { offset } of batch.records) {
          assert.ok(offset > last)
          last = offset
        }
        const given = batch.records.length + batch.unreadable
        assert.ok(batch.unreadable >= 0 && batch.nextOffset > last && batch.nextOffset >= next)
        assert.ok(given <= batch.nextOffset - next, `${given} of ${next} to ${batch.nextOffset}`)
        next = batch.nextOffset
        unreadable += batch.unreadable
      }
      return unreadable > 0 ? 'refused' : 'read'
    },
  }
}

function decompressed(name: string, codec: number): FuzzTarget {
  const packed = goldenBytes('records', new RegExp(`^batch-.*-${name}$`)).map(batch =>
    batch.subarray(BATCH_HEADER),
  )
  const long = name === 'gzip' ? [gzipSync(Buffer.alloc(1 << 20))] : []
  return {
    name: `decompress ${name}`,
    corpus: [...packed, ...long].filter(bytes => bytes.length < 8_192),
    mayThrow: never,
    read(bytes) {
      const output = decompress(codec, bytes, MAX_DECOMPRESSED)
      assert.ok(output === null || output.bytes.length <= MAX_DECOMPRESSED)
      return output === null ? 'refused' : 'read'
    },
  }
}

function frames(): Buffer[] {
  return [[3], [1, 200], [16_000, 5], [0, 7], [7, 7, 7]].map(lengths =>
    Buffer.concat(
      lengths.map(length => {
        const frame = Buffer.alloc(4 + length, length)
        frame.writeInt32BE(length)
        return frame
      }),
    ),
  )
}

/** Whatever the pieces, what comes out is what went in, in its order, and no frame is longer than it may be. */
function inPieces(bytes: Buffer, index: number): 'read' | 'refused' {
  const seeded = seededFor(index, 1)
  const out: Buffer[] = []
  const assembler = new FrameAssembler(MAX_FRAME, frame => out.push(frame))
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + seeded.below(seeded.pick([4, 100, bytes.length]))
    assembler.take(bytes.subarray(at, end))
    at = end
  }
  const whole = Buffer.concat(out)
  assert.ok(out.every(frame => frame.length <= MAX_FRAME + 4))
  assert.ok(bytes.subarray(0, whole.length).equals(whole))
  return whole.length === bytes.length ? 'read' : 'refused'
}
