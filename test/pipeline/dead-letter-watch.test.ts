import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleOfTopic } from '../../src/domain/dlq/topic-role.ts'
import type { TailedRecord } from '../../src/model/tail.ts'
import { DeadLetterWatch } from '../../src/pipeline/dead-letter-watch.ts'

const watching = () => new DeadLetterWatch(topic => roleOfTopic(topic) === 'dead_letters')

function letter(headers: Readonly<Record<string, string>>): TailedRecord {
  return {
    partition: 0,
    offset: 0,
    timestamp: 0,
    key: null,
    value: null,
    headers: Object.entries(headers).map(([key, value]) => ({ key, value: Buffer.from(value) })),
  }
}

const CLICKS = letter({ '__streams.errors.topic': 'clicks', '__streams.errors.exception': 'Refused' })
const MALFORMED = letter({ '__streams.errors.topic': 'no topic', '__streams.errors.offset': 'x' })

function shown(watch: DeadLetterWatch) {
  return watch
    .view()
    .map(({ topic, malformed, causes }) => [
      topic,
      malformed,
      ...causes.map(c => `${c.sourceTopic}|${c.group}|${c.cause} ${c.count} as ${c.published}`),
    ])
}

test('causes are shown when they are durable, at 0 first, and go on after a restart', () => {
  const watch = watching()
  assert.deepEqual(
    [watch.wants('orders-dlq'), watch.wants('orders'), watch.wants('orders-retry')],
    [1_000, 0, 0],
  )
  watch.keepOnly(new Set(['orders-dlq']))
  watch.save()
  watch.publish()
  assert.deepEqual(shown(watch), [['orders-dlq', 0]])

  watch.take('orders-dlq', [CLICKS, CLICKS, MALFORMED])
  watch.take('orders', [CLICKS])
  watch.passOver('orders-dlq', 4)
  assert.deepEqual(shown(watch), [['orders-dlq', 0]], 'not durable yet')
  const saved = JSON.parse(JSON.stringify(watch.save()))
  watch.publish()
  assert.deepEqual(shown(watch), [
    ['orders-dlq', 1, '||unread 4 as 0', 'clicks||Refused 2 as 0', '||unknown 1 as 0'],
  ])
  const whole = [['orders-dlq', 1, '||unread 4 as 4', 'clicks||Refused 2 as 2', '||unknown 1 as 1']]
  assert.deepEqual(shown(watch), whole)

  const next = watching()
  next.restore(saved)
  next.publish()
  assert.deepEqual(shown(next), whole, 'nothing of it is new')
  next.keepOnly(new Set(['payments-dlq']))
  next.save()
  next.publish()
  assert.deepEqual(shown(next), [['payments-dlq', 0]])
})

test('a thousand malformed headers are counted', () => {
  const watch = watching()
  watch.keepOnly(new Set(['orders-dlq']))
  for (let i = 0; i < 1_000; i++) {
    const bytes = Buffer.from([i & 0xff, i >> 8, 0xff])
    watch.take('orders-dlq', [
      { ...MALFORMED, headers: [{ key: 'kafka_dlt-original-offset', value: bytes }] },
    ])
  }
  watch.save()
  watch.publish()
  watch.view()
  assert.deepEqual(shown(watch), [['orders-dlq', 1_000, '||unknown 1000 as 1000']])
})

test('what was saved by others is ignored', () => {
  for (const nonsense of [null, 7, 'x', [null, 7, { topic: 'orders-dlq', malformed: 'x', causes: 3 }]]) {
    const watch = watching()
    watch.restore(nonsense)
    watch.publish()
    assert.ok(shown(watch).every(([, malformed]) => malformed === 0))
  }
})
