import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseFrame, parseMessagePath } from '../../../src/sources/schema-registry/wire-format.ts'

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const frameOf = (value: string, header?: string | null) => {
  const headers =
    header === undefined ? [] : [{ key: '__value_schema_id', value: header === null ? null : bytes(header) }]
  const frame = parseFrame(bytes(value), headers)
  return frame && [frame.key, frame.inHeader, frame.payload.toString('hex'), frame.afterKey.toString('hex')]
}

describe('the schema of a value', () => {
  it('is named by a zero byte and four of its number', () => {
    assert.deepEqual(frameOf('00 00000007 0a0b'), [7, false, '0a0b', '0a0b'])
    assert.deepEqual(frameOf('00 00000102'), [258, false, '', ''])
  })

  it('is named by a one and its GUID', () => {
    const guid = '89791762-2336-4186-9674-299b90a802e2'
    assert.deepEqual(frameOf('01 89791762 2336 4186 9674 299b90a802e2 0c'), [guid, false, '0c', '0c'])
    assert.deepEqual(frameOf('0c', '01 89791762 2336 4186 9674 299b90a802e2'), [guid, true, '0c', ''])
  })

  it('is named by the header before the value: then the value is payload alone', () => {
    assert.deepEqual(frameOf('00 00000007 0a', '00 00000009 0204'), [9, true, '00000000070a', '0204'])
  })

  it('is not named by a header that is none', () => {
    assert.deepEqual(frameOf('00 00000007 0a', '02'), [7, false, '0a', '0a'])
    assert.deepEqual(frameOf('00 00000007 0a', null), [7, false, '0a', '0a'])
    assert.deepEqual(frameOf('00 00000007 0a', '00 0000'), [7, false, '0a', '0a'])
  })

  it('is named by the last of several headers', () => {
    const header = (value: string) => ({ key: '__value_schema_id', value: bytes(value) })
    assert.equal(parseFrame(bytes('0a'), [header('0000000001'), header('0000000002')])?.key, 2)
  })

  it('is not named at all', () => {
    for (const value of ['', '00', '00 000007', '01 00000007', '7b7d', '05 00000007 0a']) {
      assert.equal(frameOf(value), null)
    }
  })
})

describe('the path to a message', () => {
  const pathOf = (hex: string) => parseMessagePath(bytes(hex))

  it('is the first message, in one byte', () => {
    assert.deepEqual(pathOf('00 08'), { indexes: [0], end: 1 })
  })

  it('is a number of indexes, each a zigzag varint', () => {
    assert.deepEqual(pathOf('02 02 ff'), { indexes: [1], end: 2 })
    assert.deepEqual(pathOf('04 02 00'), { indexes: [1, 0], end: 3 })
    assert.deepEqual(pathOf('02 8002'), { indexes: [128], end: 3 })
  })

  it('is none where the bytes end too early, count below 0 or beyond measure', () => {
    for (const hex of ['', '02', '04 02', '01', '02 01', 'ffffffff0f', '8080808080808080', '8a01']) {
      assert.equal(pathOf(hex), null, hex)
    }
  })
})
