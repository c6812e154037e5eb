import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdminCalls } from '../../src/admin/admin-calls.ts'
import { ReplayTally } from '../../src/admin/replay/replay-tally.ts'
import { requireTarget } from '../../src/admin/replay/require-target.ts'
import { routeRecords } from '../../src/admin/replay/route-records.ts'
import { TargetTopics } from '../../src/admin/target-topics.ts'
import { readOrigin } from '../../src/domain/dlq/read-origin.ts'
import { ScriptedCalls } from '../harness/scripted-calls.ts'

const UNKNOWN = 3
const INVALID = 17
const DENIED = 29

/** One partition each; @param errorOf of the n-th answer */
function brokerOf(errorOf: (topic: string, answer: number) => number, internal: readonly string[] = []) {
  let answers = 0
  return new ScriptedCalls(({ name, body }) => {
    assert.equal(name, 'Metadata')
    answers++
    const topics = ALL.filter(topic => body.includes(lengthOf(topic) + topic))
    const errors = topics.map(topic => errorOf(topic, answers))
    const start = [0]
    for (const error of errors) start.push((start.at(-1) as number) + (error === 0 ? 1 : 0))
    const rows = start.at(-1) as number
    return {
      brokers: [{ id: 1, host: 'a', port: 1 }],
      clusterId: 'c',
      topics,
      topicIds: topics.map(() => ''),
      topicErrors: Int16Array.from(errors),
      internal: Uint8Array.from(topics.map(topic => (internal.includes(topic) ? 1 : 0))),
      start: Int32Array.from(start),
      leader: new Int32Array(rows).fill(1),
      leaderEpoch: new Int32Array(rows),
      partitionErrors: new Int16Array(rows),
      preferredLeader: new Int32Array(rows).fill(1),
      replicas: new Uint16Array(rows).fill(1),
      inSyncReplicas: new Uint16Array(rows).fill(1),
    }
  })
}

/** As a compact string begins. */
const lengthOf = (topic: string) => String.fromCharCode(topic.length + 1)
const MANY = Array.from({ length: 1_500 }, (_, i) => `made-up-${i}`)
const ALL = ['orders', 'gone', '__consumer_offsets', '..', ...MANY]

function deadFrom(topic: string) {
  const headers = [{ key: 'kafka_dlt-original-topic', value: Buffer.from(topic) }]
  const dead = { partition: 0, offset: 0, timestamp: 1, key: null, value: null, headers }
  return { dead, origin: readOrigin(headers) }
}

async function route(calls: AdminCalls, from: readonly string[], target: string | null = null) {
  const tally = new ReplayTally()
  const options = { topic: 'dlt', target, group: 'g', maxHops: 5, keepsTimestamps: false }
  const targets = new TargetTopics(calls, 0)
  const routed = await routeRecords(
    from.map(deadFrom),
    { ...options, partitioning: 'key' },
    targets,
    tally,
    0,
  )
  return { sent: routed.map(({ record }) => record.topic), refused: Object.fromEntries(tally.refused) }
}

test('a record of a topic that nobody may write to is refused, and those behind it are sent', async () => {
  const calls = brokerOf(topic => (topic === 'gone' ? UNKNOWN : 0), ['__consumer_offsets'])
  assert.deepEqual(await route(calls, ['__consumer_offsets', '.', '..', 'gone', 'orders']), {
    sent: ['orders'],
    refused: { no_source_topic: 2, no_such_topic: 2 },
  })
  const invalid = brokerOf(topic => (topic === 'gone' ? INVALID : 0))
  assert.deepEqual(await route(invalid, ['gone', 'orders']), {
    sent: ['orders'],
    refused: { no_such_topic: 1 },
  })
})

test('a named target that is no more ends the replay, and no other error is told than that of the broker', async () => {
  await assert.rejects(
    route(
      brokerOf(() => UNKNOWN),
      ['orders'],
      'gone',
    ),
    {
      code: 'UNKNOWN_TOPIC_OR_PARTITION',
      message: 'topic gone: UNKNOWN_TOPIC_OR_PARTITION',
    },
  )
  await assert.rejects(
    route(
      brokerOf(() => DENIED),
      ['orders'],
    ),
    { code: 'TOPIC_AUTHORIZATION_FAILED' },
  )
  await assert.rejects(
    requireTarget(
      brokerOf(() => 0, ['__consumer_offsets']),
      '__consumer_offsets',
    ),
    {
      message: '--to: __consumer_offsets is no topic that may be written to',
    },
  )
})

test('that a topic is not there is believed when it has been said for a while', async () => {
  const late = brokerOf((_, answer) => (answer === 1 ? UNKNOWN : 0))
  assert.equal((await new TargetTopics(late).know(['orders'])).get('orders'), 1)
  const never = brokerOf(() => UNKNOWN)
  const targets = new TargetTopics(never, 300)
  assert.equal((await targets.know(['gone'])).get('gone'), 'UNKNOWN_TOPIC_OR_PARTITION')
  const asked = never.asked.length
  assert.ok(asked >= 2)
  await targets.know(['gone'])
  assert.equal(never.asked.length, asked)
})

test('not every name is kept that headers ever told', async () => {
  const targets = new TargetTopics(
    brokerOf(() => UNKNOWN),
    0,
  )
  for (let i = 0; i < MANY.length; i += 500) await targets.know(MANY.slice(i, i + 500))
  assert.equal(targets.size, 1_000)
})
