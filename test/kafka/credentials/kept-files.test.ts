import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeptFiles } from '../../../src/kafka/credentials/kept-files.ts'
import { Troubles } from '../../../src/kafka/credentials/troubles.ts'

function keeping(files: Record<string, string>) {
  const troubles = new Troubles()
  let parsed = 0
  const kept = new KeptFiles({
    place: 'sasl.password_file',
    paths: Object.keys(files),
    maxBytes: 10,
    read: path => {
      if (files[path] === undefined) throw new Error('no such file')
      return files[path]
    },
    parse: texts => {
      parsed += 1
      if (texts.includes('')) throw new Error('empty')
      return texts.join('+')
    },
    troubles,
  })
  return { kept, troubles, parsed: () => parsed }
}

test('content is parsed when it has changed, and not otherwise', () => {
  const files: Record<string, string> = { a: '1', b: '2' }
  const { kept, parsed } = keeping(files)
  assert.equal(kept.get(), '1+2')
  assert.equal(kept.get(), '1+2')
  assert.equal(parsed(), 1)
  files.b = '3'
  assert.equal(kept.get(), '1+3')
  assert.equal(parsed(), 2)
})

test('what cannot be used or read leaves the last good content, and is told until it is mended', () => {
  const files: Record<string, string> = { a: '1' }
  const { kept, troubles } = keeping(files)
  kept.get()
  const told = (message: string) => [{ stage: 'credentials', code: 'CREDENTIALS_STALE', node: -1, message }]
  files.a = ''
  kept.check()
  assert.deepEqual(troubles.list(), told('sasl.password_file: empty; what was read before is used on'))
  assert.equal(kept.get(), '1')
  delete files.a
  kept.check()
  assert.deepEqual(
    troubles.list(),
    told('sasl.password_file: a cannot be read (no such file); what was read before is used on'),
  )
  files.a = '2'
  kept.check()
  assert.deepEqual(troubles.list(), [])
  assert.equal(kept.get(), '2')
})

test('content that was never there is a failure of who needs it, and of every poll', () => {
  const files: Record<string, string> = { a: '' }
  const { kept, troubles } = keeping(files)
  assert.throws(() => kept.get(), { code: 'CREDENTIALS_UNAVAILABLE', message: 'sasl.password_file: empty' })
  assert.equal(troubles.list()[0]?.code, 'CREDENTIALS_UNAVAILABLE')
  files.a = '1'
  assert.equal(kept.get(), '1')
  assert.deepEqual(troubles.list(), [])
})

test('several places in trouble are one entry per code', () => {
  const troubles = new Troubles()
  troubles.begin('a', 'CREDENTIALS_STALE', 'one')
  troubles.begin('b', 'CREDENTIALS_STALE', 'two')
  troubles.begin('c', 'CREDENTIALS_UNAVAILABLE', 'three')
  assert.deepEqual(
    troubles.list().map(({ code, message }) => [code, message]),
    [
      ['CREDENTIALS_STALE', 'a: one; b: two'],
      ['CREDENTIALS_UNAVAILABLE', 'c: three'],
    ],
  )
})
