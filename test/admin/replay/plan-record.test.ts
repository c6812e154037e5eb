import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choosePartition, type PlanOptions, planRecord } from '../../../src/admin/replay/plan-record.ts'
import { replayGroupOf } from '../../../src/admin/replay/replay-group.ts'
import { readOrigin } from '../../../src/domain/dlq/read-origin.ts'
import type { RecordHeader, TailedRecord } from '../../../src/model/tail.ts'

const NOW = 1_800_000_000_000
const OPTIONS: PlanOptions = {
  topic: 'orders-dlt',
  target: null,
  group: 'g',
  maxHops: 3,
  keepsTimestamps: false,
  partitioning: 'key',
}
const header = (key: string, value: string | null): RecordHeader => ({
  key,
  value: value === null ? null : Buffer.from(value),
})
const dead = (headers: readonly RecordHeader[], key: string | null = 'k'): TailedRecord => ({
  partition: 4,
  offset: 17,
  timestamp: 1_700_000_000_000,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('v'),
  headers,
})
const SOURCE = header('__connect.errors.topic', 'orders')
const plan = (record: TailedRecord, options: Partial<PlanOptions> = {}) =>
  planRecord(record, readOrigin(record.headers), { ...OPTIONS, ...options }, NOW)

test('a record keeps what it was, with three markers behind', () => {
  const headers = [header('a', '1'), SOURCE, header('a', null)]
  assert.deepEqual(plan(dead(headers)), {
    kind: 'send',
    topic: 'orders',
    record: {
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: [
        ...headers,
        header('kafka-health.replay.hops', '1'),
        header('kafka-health.replay.from', 'orders-dlt/4/17'),
        header('kafka-health.replay.by', 'g'),
      ],
      timestamp: NOW,
    },
  })
})

test('markers of an earlier replay are replaced, and bound how often', () => {
  const headers = [
    header('kafka-health.replay.hops', '2'),
    SOURCE,
    header('kafka-health.replay.from', 'x/1/1'),
  ]
  const planned = plan(dead(headers))
  assert.deepEqual(planned.kind === 'send' && planned.record.headers, [
    SOURCE,
    header('kafka-health.replay.hops', '3'),
    header('kafka-health.replay.from', 'orders-dlt/4/17'),
    header('kafka-health.replay.by', 'g'),
  ])
  assert.deepEqual(plan(dead(headers), { maxHops: 2 }), { kind: 'refuse', reason: 'too_many_hops' })
})

test('time stamps are kept where asked for', () => {
  const planned = plan(dead([SOURCE]), { keepsTimestamps: true })
  assert.equal(planned.kind === 'send' && planned.record.timestamp, 1_700_000_000_000)
})

test('what cannot be sent on is refused', () => {
  assert.deepEqual(plan(dead([])), { kind: 'refuse', reason: 'no_source_topic' })
  assert.deepEqual(plan(dead([header('__connect.errors.topic', 'a b')])), {
    kind: 'refuse',
    reason: 'no_source_topic',
  })
  assert.deepEqual(plan(dead([header('__connect.errors.topic', 'orders-dlt')])), {
    kind: 'refuse',
    reason: 'own_topic',
  })
  assert.deepEqual(plan(dead([SOURCE, header('\ufffd', '')])), { kind: 'refuse', reason: 'inexact_header' })
  assert.equal(plan(dead([]), { target: 'elsewhere' }).kind, 'send')
})

test('the same key has the same partition, and one without stays with its own', () => {
  const origin = readOrigin([SOURCE, header('__connect.errors.partition', '2')])
  const none = readOrigin([SOURCE])
  assert.equal(choosePartition(dead([], 'abc'), origin, 'key', 10), 7)
  assert.equal(choosePartition(dead([], null), origin, 'key', 10), 2)
  assert.equal(choosePartition(dead([], null), none, 'key', 3), 1)
  assert.equal(choosePartition(dead([], 'abc'), origin, 'original', 10), 2)
  assert.equal(choosePartition(dead([], 'abc'), origin, 'original', 2), null)
  assert.equal(choosePartition(dead([], 'abc'), none, 'original', 10), null)
})

test('each topic, target and set of filters has a group of its own', () => {
  assert.equal(replayGroupOf('a-dlt', 'a', []), 'kafka-health-exporter.replay:a-dlt:a')
  assert.equal(replayGroupOf('a-dlt', null, []), 'kafka-health-exporter.replay:a-dlt:')
  assert.match(
    replayGroupOf('a-dlt', 'a', ['x=1', 'y=2']),
    /^kafka-health-exporter\.replay:a-dlt:a:[0-9a-f]{8}$/,
  )
  assert.equal(replayGroupOf('a-dlt', 'a', ['x=1', 'y=2']), replayGroupOf('a-dlt', 'a', ['y=2', 'x=1']))
})
