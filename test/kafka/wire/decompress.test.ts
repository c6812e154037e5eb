import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { decompress } from '../../../src/kafka/wire/decompress.ts'

const GZIP = 1
const SNAPPY = 2
const LZ4 = 3
const ZSTD = 4

function text(codec: number, hex: string, maxBytes = 100_000): string | null {
  const output = decompress(codec, Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'), maxBytes)
  return output === null ? null : `${output.bytes.toString('latin1')}${output.isWhole ? '' : '…'}`
}

const ascii = (plain: string) => Buffer.from(plain, 'latin1').toString('hex')
const ff = (times: number) => 'ff'.repeat(times)

const XERIAL = '82534e41505059000000000100000001'
const LONG_LITERAL = 'x'.repeat(300)

/** By the format's own description: no encoder was asked. */
const SNAPPY_CASES: readonly [string, string, string | null][] = [
  ['nothing', '00', ''],
  ['a literal', '0308616263', 'abc'],
  ['a literal with its length in a byte', `3d f0 3c ${ascii('y'.repeat(61))}`, 'y'.repeat(61)],
  ['a literal with its length in two bytes', `ac02 f4 2b01 ${ascii(LONG_LITERAL)}`, LONG_LITERAL],
  ['a copy with a byte of distance', '0c 08616263 1503', 'abcabcabcabc'],
  ['a copy with two', '0c 08616263 220300', 'abcabcabcabc'],
  ['a copy with four', '0c 08616263 2303000000', 'abcabcabcabc'],
  ['a copy of a part', '07 10 6162636465 060500', 'abcdeab'],
  ['framed blocks', `${XERIAL} 00000005 0308616263 00000005 0308646566`, 'abcdef'],
  ['no framed block', XERIAL, ''],
  ['no length', '', null],
  ['a length without end', 'ffffffffff', null],
  ['less than it says', '0408616263', null],
  ['more than it says', '0208616263', null],
  ['a literal beyond the end', '0308616', null],
  ['a length of a literal beyond the end', '03f4', null],
  ['a copy beyond the end', '0c 08616263 22', null],
  ['a copy from before the start', '0c 08616263 1504', null],
  ['a copy of itself', '0c 08616263 1500', null],
  ['a framed block beyond the end', `${XERIAL} 00000006 0308616263`, null],
  ['a framed block of negative length', `${XERIAL} ffffffff 0308616263`, null],
  ['half the length of a framed block', `${XERIAL} 0000`, null],
  ['a copy from the framed block before', `${XERIAL} 00000005 0308616263 00000003 040103`, null],
]

for (const [name, hex, expected] of SNAPPY_CASES) {
  test(`snappy: ${name}`, () => assert.equal(text(SNAPPY, hex), expected))
}

const UNIT = 'cbebhhhgdbhaggahedbfaaaagdgadhhdfddheagb'
const LONG = UNIT.repeat(1_750)
const ASKED = 'to be or not to be, that is to be asked'
const BLOCK = '23000000 d1746f206265206f72206e6f7420 0d0092 2c20746861742069730f0060 2061736b6564'

/** Written by lz4 1.9.4; what is refused is changed. */
const LZ4_CASES: readonly [string, string, string | null][] = [
  ['a frame', `04224d186440a7 ${BLOCK} 00000000 1f2306ad`, ASKED],
  ['size and checksums', `04224d187c4027000000000000001b ${BLOCK} 605c4861 00000000 1f2306ad`, ASKED],
  ['no checksum at its end', `04224d186440a7 ${BLOCK} 00000000`, ASKED],
  ['a block stored as it is', `04224d186440a7 03000080 ${ascii('abc')} 00000000`, 'abc'],
  ['nothing', '04224d186440a7 00000000', ''],
  [
    'blocks of 64 KiB that refer to each other',
    `04224d1844405e 33010000 ff19${ascii(UNIT)}2800${ff(256)}c05061676761681b000000
     0ff0${ff(18)}69506865616762 00000000 23ca6f5d`,
    LONG,
  ],
  [
    'blocks of 64 KiB that do not, with checksums',
    `04224d187c407011010000000000ca 33010000 ff19${ascii(UNIT)}2800${ff(256)}c0506167676168 28801909
     44000000 ff19${ascii(`${UNIT.slice(16)}${UNIT.slice(0, 16)}`)}2800${ff(17)}41506865616762 53a62ac9 00000000`,
    LONG,
  ],
  ['another magic', `05224d186440a7 ${BLOCK} 00000000`, null],
  ['another version', `04224d182440a7 ${BLOCK} 00000000`, null],
  ['a dictionary', `04224d186540a7 ${BLOCK} 00000000`, null],
  ['a head that is cut', '04224d186440', null],
  ['no end', `04224d186440a7 ${BLOCK}`, null],
  ['a block that is cut', `04224d186440a7 ${BLOCK.slice(0, -2)}`, null],
  ['a copy from before the start', '04224d186440a7 05000000 10610200 00 00000000', null],
  ['a copy of itself', '04224d186440a7 05000000 10610000 00 00000000', null],
  ['half a distance', '04224d186440a7 03000000 106101 00000000', null],
  ['literals beyond the block', '04224d186440a7 02000000 2061 00000000', null],
  ['a length of literals beyond the block', '04224d186440a7 02000000 f0ff 00000000', null],
  ['a length of a copy beyond the block', '04224d186440a7 05000000 1f610100ff 00000000', null],
]

for (const [name, hex, expected] of LZ4_CASES) {
  test(`lz4: ${name}`, () => assert.equal(text(LZ4, hex), expected))
}

test('snappy and lz4 give the beginning of what is too long', () => {
  const frame = LZ4_CASES[0]?.[1] as string
  assert.equal(text(LZ4, frame, 21), 'to be or not to be, t…')
  assert.equal(text(LZ4, frame, ASKED.length), `${ASKED}…`)
  assert.equal(text(LZ4, frame, ASKED.length + 1), ASKED)
  assert.equal(text(SNAPPY, '0c 08616263 1503', 5), 'abcab…')
  // It may claim what it likes: 4 GiB here.
  assert.equal(text(SNAPPY, 'ffffffff0f 08616263 1503'), null)
})

/** Written by zstd 1.5.4, one compressed with the size of its window and content, one stored. */
const ZSTD_FRAMES = [
  '28b52ffd24271d010012c2060bd03dd2112b3303a006515a43b7e1353fea0612e7fd446b9ac4f90100fc309dc080fb22',
  '28b52ffd2027390100746f206265206f72206e6f7420746f2062652c207468617420697320746f2062652061736b6564',
]

test('gzip and zstd give all or nothing', () => {
  const gzip = gzipSync(ASKED).toString('hex')
  for (const [codec, hex] of [[GZIP, gzip], ...ZSTD_FRAMES.map(frame => [ZSTD, frame] as const)] as const) {
    assert.equal(text(codec, hex, ASKED.length), ASKED)
    assert.equal(text(codec, hex, ASKED.length - 1), null)
    assert.equal(text(codec, hex.slice(0, -10)), null)
    assert.equal(text(codec, `ff${hex.slice(2)}`), null)
    assert.equal(text(codec, ''), null)
  }
})

test('what Kafka 4.3 does not have is not decompressed', () => {
  for (const codec of [0, 5, 6, 7]) assert.equal(text(codec, ascii('abc')), null)
})
