import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestHeader } from '../../src/kafka/request-header.ts'

const REQUEST = { key: 3, version: 9, flexible: false, body: Buffer.of(1, 2, 3, 4, 5) }

test('before the body come its length with the header, API key, version, correlation id and client id', () => {
  assert.equal(requestHeader(REQUEST, 'me', 258).toString('hex'), '00000011000300090000010200026d65')
})

test('flexible versions have a section of tagged fields, which is empty', () => {
  const header = requestHeader({ ...REQUEST, flexible: true }, 'me', 258)
  assert.equal(header.toString('hex'), '00000012000300090000010200026d6500')
})

test('the length of a client id is that of its bytes', () => {
  assert.equal(requestHeader(REQUEST, 'ä', 0).toString('hex'), '0000001100030009000000000002c3a4')
})
