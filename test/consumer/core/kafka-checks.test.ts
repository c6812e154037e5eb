import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { kafkaChecks } from '../../../src/consumer/core/kafka-checks.ts'
import type { KafkaAdmin } from '../../../src/consumer/core/ports.ts'

type Step = Error | Readonly<Record<string, readonly number[]>>

function protocolError(type: string): Error {
  return Object.assign(new Error(`the broker says ${type}`), { name: 'KafkaJSProtocolError', type })
}
function wrapped(cause: Error): Error {
  return Object.assign(new Error(cause.message, { cause }), { name: 'KafkaJSNumberOfRetriesExceeded' })
}

/** An admin that answers by `connect`, and each question for topics by `answer`. */
function scripted(
  answer: (topics: readonly string[], count: number) => Step,
  connect: (count: number) => Error | null = () => null,
) {
  const calls: string[] = []
  let [connects, questions] = [0, 0]
  const admin = {
    on: () => () => {},
    async connect() {
      calls.push('connect')
      const error = connect(++connects)
      if (error !== null) throw error
    },
    async disconnect() {
      calls.push('disconnect')
    },
    async fetchTopicMetadata({ topics }: { topics: string[] }) {
      calls.push(topics.join(','))
      const step = answer(topics, ++questions)
      if (step instanceof Error) throw step
      return {
        topics: Object.entries(step).map(([name, leaders]) => ({
          name,
          partitions: leaders.map((leader, partitionId) => ({ partitionId, leader })),
        })),
      }
    },
  } satisfies Partial<KafkaAdmin> as unknown as KafkaAdmin
  return { calls, kafka: { admin: () => admin } }
}

async function reasons(checks: ReturnType<typeof kafkaChecks>) {
  const { signal } = new AbortController()
  const of = async (check: (typeof checks)[number]) => {
    try {
      await check.run(signal)
      return [check.name, null]
    } catch (error) {
      return [check.name, (error as Error).message]
    }
  }
  return Object.fromEntries(await Promise.all(checks.map(of)))
}

test('all checks share one look, which opens and closes a client', async () => {
  const { kafka, calls } = scripted(() => ({ orders: [1, 2], returns: [1] }))
  const world = { now: 0 }
  const checks = kafkaChecks({ kafka, topics: ['orders', 'returns', 'orders'], clock: () => world.now })
  const well = { kafka: null, 'topic orders': null, 'topic returns': null }
  assert.deepEqual(await reasons(checks), well)
  assert.deepEqual(calls, ['connect', 'orders,returns', 'disconnect'])
  world.now = 4_999
  assert.deepEqual(await reasons(checks), well)
  assert.equal(calls.length, 3)
  world.now = 5_000
  await reasons(checks)
  assert.equal(calls.length, 6)
})

const ILL: readonly (readonly [error: Error, reason: string])[] = [
  [protocolError('UNKNOWN_TOPIC_OR_PARTITION'), 'there is no such topic'],
  [wrapped(protocolError('LEADER_NOT_AVAILABLE')), 'a partition has no leader'],
  [protocolError('TOPIC_AUTHORIZATION_FAILED'), 'DESCRIBE on the topic is refused'],
  [protocolError('CLUSTER_AUTHORIZATION_FAILED'), 'CLUSTER_AUTHORIZATION_FAILED'],
]

for (const [error, reason] of ILL) {
  test(`one topic is ill and named, the broker and the other one are well: ${reason}`, async () => {
    const { kafka, calls } = scripted(topics => (topics.includes('gone') ? error : { orders: [1] }))
    assert.deepEqual(await reasons(kafkaChecks({ kafka, topics: ['orders', 'gone'] })), {
      kafka: null,
      'topic orders': null,
      'topic gone': reason,
    })
    assert.deepEqual(calls, ['connect', 'orders,gone', 'orders', 'gone', 'disconnect'])
  })
}

test('partitions without a leader are named', async () => {
  const { kafka } = scripted(() => ({ orders: [1, -1, 2, -1] }))
  assert.equal(
    (await reasons(kafkaChecks({ kafka, topics: ['orders'] })))['topic orders'],
    'no leader of partition 1, 3',
  )
})

test('a broker that is down is no reason while another one answers', async () => {
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:9092')
  const { kafka } = scripted((_topics, count) => (count < 5 ? refused : { orders: [1] }))
  assert.deepEqual(await reasons(kafkaChecks({ kafka, topics: ['orders'] })), {
    kafka: null,
    'topic orders': null,
  })
})

test('where no broker answers every check says so, and looks again after a second', async () => {
  const world = { now: 0 }
  const refused = new Error('connect ECONNREFUSED 127.0.0.1:9092')
  const { kafka, calls } = scripted(
    () => ({ orders: [1] }),
    count => (count <= 1 ? refused : null),
  )
  const checks = kafkaChecks({ kafka, topics: ['orders'], clock: () => world.now })
  const reason = 'no broker answers: connect ECONNREFUSED 127.0.0.1:9092'
  assert.deepEqual(await reasons(checks), { kafka: reason, 'topic orders': reason })
  assert.deepEqual(calls, ['connect'])
  world.now = 999
  assert.equal((await reasons(checks)).kafka, reason)
  world.now = 1_000
  assert.deepEqual(await reasons(checks), { kafka: null, 'topic orders': null })
})

const UNANSWERED = [
  [2, { kafka: null, 'topic orders': 'a partition has no leader' }],
  [1, { kafka: 'no broker answers within 3 s', 'topic orders': 'no broker answers within 3 s' }],
  [0, { kafka: 'no broker answers within 3 s', 'topic orders': 'no broker answers within 3 s' }],
] as const

for (const [answers, expected] of UNANSWERED) {
  test(`KafkaJS does not end, with ${answers} answers for metadata`, async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    let tell: (event: never) => void = () => {}
    const admin = {
      on(_name: never, listener: (event: never) => void) {
        tell = listener
        return () => {}
      },
      async connect() {},
      async disconnect() {},
      fetchTopicMetadata() {
        for (let answer = 0; answer < answers; answer++) tell({ payload: { apiName: 'Metadata' } } as never)
        return new Promise(() => {})
      },
    } as unknown as KafkaAdmin
    const asked = reasons(kafkaChecks({ kafka: { admin: () => admin }, topics: ['orders'], clock: () => 0 }))
    for (let client = 0; client < 2; client++) {
      await setImmediate()
      t.mock.timers.tick(3_000)
    }
    assert.deepEqual(await asked, expected)
  })
}

test('one broker that takes connections and says nothing: the next client asks another one', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { kafka, calls } = scripted(() => ({ orders: [1] }))
  const silent = () =>
    ({ ...kafka.admin(), connect: () => new Promise(() => {}) }) satisfies Partial<KafkaAdmin> as KafkaAdmin
  let clients = 0
  const mixed = { admin: () => (clients++ === 0 ? silent() : kafka.admin()) }
  const asked = reasons(kafkaChecks({ kafka: mixed, topics: ['orders'], clock: () => 0 }))
  await setImmediate()
  t.mock.timers.tick(3_000)
  assert.deepEqual(await asked, { kafka: null, 'topic orders': null })
  assert.deepEqual([clients, calls], [2, ['connect', 'orders', 'disconnect']])
})

test('one broker of two says nothing, for minutes: no probe waits for it once Kafka was seen', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const world = { now: 0 }
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      world.now += 100
      t.mock.timers.tick(100)
      await setImmediate()
    }
  }
  const { kafka } = scripted(() => ({ orders: [1] }))
  // As KafkaJS gives a question up: twice after half a minute.
  const late = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 60_000))
  let clients = 0
  const mixed = { admin: () => (clients++ % 2 === 1 ? { ...kafka.admin(), connect: late } : kafka.admin()) }
  const checks = kafkaChecks({ kafka: mixed, topics: ['orders'], clock: () => world.now })
  const answers = new Set<string>()
  for (let probe = 0; probe < 100; probe++) {
    let answer: unknown = 'none within 2 s'
    void reasons(checks).then(all => {
      answer = all
    })
    await pass(2_000)
    answers.add(JSON.stringify(answer))
  }
  assert.deepEqual([...answers], [JSON.stringify({ kafka: null, 'topic orders': null })])
  assert.ok(clients > 40, `${clients} clients`)
})
