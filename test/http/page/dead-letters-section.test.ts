import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderDeadLetters } from '../../../src/http/page/dead-letters-section.ts'
import { documentedEstate } from '../../fakes/documented-estate.ts'
import { fakeCluster, snapshotOf } from '../../fakes/estate.ts'

test('topics that hold dead letters, with their ages and most frequent cause', () => {
  const text = (renderDeadLetters(documentedEstate().clusters())?.text ?? '').replace(/<[^>]+>/g, ' ')
  assert.match(text, /Dead letters +1 /)
  assert.match(text, /settlement-dlt\s+orders\s+newest 1 min old, oldest 1 d/)
  assert.match(text, /4 not drained by redriver, most from payments: IllegalStateException\s+17/)
})

test('a topic that may not be read says so', () => {
  const documented = documentedEstate().clusters()
  const denied = documented.map(({ name, ...handle }) => {
    const snapshot = handle.snapshot()
    const unreadable = new Map([['settlement-dlt', 'TOPIC_AUTHORIZATION_FAILED']])
    return { ...handle, name, snapshot: () => snapshot && { ...snapshot, unreadable } }
  })
  const text = (renderDeadLetters(denied)?.text ?? '').replace(/<[^>]+>/g, ' ')
  assert.match(text, /settlement-dlt\s+orders\s+records are not read: READ is refused, newest 1 min old/)
})

test('nothing where nothing is held', () => {
  const empty = snapshotOf({ topics: [{ name: 'a-dlq', partitions: 1, end: 5 }] })
  const deadLetters = {
    rows: Int32Array.of(0),
    depth: Float64Array.of(0),
    undrained: Float64Array.of(Number.NaN),
    arrived: Float64Array.of(5),
    oldestAt: Float64Array.of(Number.NaN),
    newestAt: Float64Array.of(Number.NaN),
    drainedBy: new Map(),
  }
  assert.equal(renderDeadLetters([fakeCluster('orders', { ...empty, deadLetters })]), null)
})
