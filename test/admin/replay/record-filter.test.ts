import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFilter } from '../../../src/admin/replay/record-filter.ts'

const origin = {
  convention: 'spring',
  topic: 'orders',
  partition: 1,
  offset: 2,
  group: 'billing',
  cause: 'java.net.SocketTimeoutException',
  isMalformed: false,
} as const
const unknown = {
  convention: null,
  topic: null,
  partition: null,
  offset: null,
  group: null,
  cause: null,
  isMalformed: false,
}
const record = {
  partition: 0,
  offset: 5,
  timestamp: Date.UTC(2026, 10, 27, 8),
  key: Buffer.from('42'),
  value: null,
  headers: [],
}

test('a record meets a filter, or does not', () => {
  const cases: readonly (readonly [filter: string, known: boolean, unknown: boolean])[] = [
    ['cause=java.net.SocketTimeoutException', true, false],
    ['cause=SocketTimeoutException', true, false],
    ['cause=TimeoutException', false, false],
    ['cause~Timeout', true, false],
    ['cause!~Timeout', false, true],
    ['group=billing', true, false],
    ['group!=billing', false, true],
    ['topic=orders', true, false],
    ['key=42', true, true],
    ['key=4', false, false],
    ['key~^4', true, true],
    ['time>=2026-11-27T08:00:00Z', true, true],
    ['time>=2026-11-27T09:00+01:00', true, true],
    ['time<2026-11-27T08:00Z', false, false],
    ['time<2026-11-28', true, true],
  ]
  assert.deepEqual(
    cases.map(([text]) => [text, parseFilter(text)(record, origin), parseFilter(text)(record, unknown)]),
    cases,
  )
})

test('what cannot be read says what was expected', () => {
  const expected =
    'expected cause, group, topic or key with =, !=, ~ or !~ and a value, or time with >= or < and a time such as 2026-11-27T08:00:00Z'
  for (const text of [
    'cause',
    'colour=red',
    'cause>=x',
    'time=2026-11-27',
    'time>=yesterday',
    '=x',
    'time~1',
  ]) {
    assert.throws(() => parseFilter(text), { message: `--filter: got ${text}, ${expected}` })
  }
  assert.throws(() => parseFilter('key~('), /^ExporterError: --filter: key~\(: Invalid regular expression/)
})
