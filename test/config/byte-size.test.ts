import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatByteSize, parseByteSize } from '../../src/config/byte-size.ts'

describe('a size', () => {
  const table: readonly (readonly [text: string, bytes: number, shortest: string])[] = [
    ['0', 0, '0'],
    ['0MiB', 0, '0'],
    ['1', 1, '1'],
    ['1023B', 1_023, '1023'],
    ['1024', 1_024, '1KiB'],
    ['512KiB', 524_288, '512KiB'],
    ['4MiB', 4_194_304, '4MiB'],
    ['1536KiB', 1_572_864, '1536KiB'],
    ['1024MiB', 1_073_741_824, '1GiB'],
    ['1000000', 1_000_000, '1000000'],
  ]
  for (const [text, bytes, shortest] of table) {
    it(`${text} is ${bytes} bytes`, () => {
      assert.equal(parseByteSize(text), bytes)
      assert.equal(formatByteSize(bytes), shortest)
      assert.equal(parseByteSize(shortest), bytes)
    })
  }

  for (const text of ['', 'MiB', '4MB', '4M', '4mib', '1.5MiB', '-1', '4 MiB', '1e6', '4MiB\n', '٤MiB']) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(parseByteSize(text), null))
  }
})
