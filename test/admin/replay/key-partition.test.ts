import assert from 'node:assert/strict'
import { test } from 'node:test'
import { murmur2, partitionOfKey } from '../../../src/admin/replay/key-partition.ts'

test('keys are hashed as by the clients of Kafka', () => {
  const hashes = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ] as const
  assert.deepEqual(
    hashes.map(([key]) => murmur2(Buffer.from(key))),
    hashes.map(([, hash]) => hash),
  )
  assert.equal(partitionOfKey(Buffer.from('abc'), 10), 7)
})
