import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand } from './command.ts'
import { compileProgram } from './compiled-program.ts'
import { logEnds, occupy, parkOne } from './replay-guards.ts'
import { replayWithKills } from './replay-kills.ts'
import { type Arrived, otherClient, parkOrders, readCommitted } from './replayed-cluster.ts'

const isFull = process.env.KHE_E2E === 'full'
const RECORDS = isFull ? 10_000 : 1_500
const KILLS = isFull ? 20 : 2
/** So that the kills strike on the way, also where a busy machine looks up late. */
const RATE = isFull ? 2_000 : 300

let kafka: KafkaCluster
let program: Awaited<ReturnType<typeof compileProgram>>
before(async () => {
  kafka = await startKafka({ brokers: 1 })
  program = await compileProgram()
})
after(async () => {
  await kafka.close()
  await removeOwnDirectory(program.dir)
})

async function topics(names: readonly string[]) {
  const client = otherClient(kafka)
  const admin = client.admin()
  await admin.connect()
  const existing = await admin.listTopics()
  await admin.deleteTopics({ topics: names.filter(name => existing.includes(name)) })
  // Records are dated 1970 here, and the brokers' cleaner would take them when it comes by.
  const configEntries = [{ name: 'retention.ms', value: '-1' }]
  for (const topic of names) {
    // One that is about to be deleted is there for some time yet, longest with ZooKeeper.
    await waitUntil(`${topic} is made`, () =>
      admin.createTopics({ topics: [{ topic, numPartitions: 3, configEntries }], waitForLeaders: true }),
    )
  }
  await admin.disconnect()
  return client
}

/** By key, in the order of their first arrival. */
function inOrder(arrived: readonly Arrived[]): boolean {
  const last = new Map<string, number>()
  const seen = new Set<number>()
  for (const { key, value } of arrived) {
    if (seen.has(value)) continue
    seen.add(value)
    if (value < (last.get(key) ?? -1)) return false
    last.set(key, value)
  }
  return true
}

test('killed and resumed, each dead letter arrives at least once, in order per key', async () => {
  const client = await topics(['orders', 'orders-dlt'])
  await parkOrders(client, 'orders-dlt', 3, RECORDS)
  const brokers = kafka.internalBrokers.join(',')
  const plan = {
    brokers,
    main: program.main,
    records: RECORDS,
    kills: KILLS,
    rate: RATE,
    topic: 'orders-dlt',
  }
  assert.ok((await replayWithKills(client, { ...plan, target: 'source', flags: [] })) > 0)
  const arrived = await readCommitted(client, 'orders')
  assert.equal(new Set(arrived.map(({ value }) => value)).size, RECORDS)
  assert.equal(inOrder(arrived), true)
})

test('with --transactional exactly once', async t => {
  const client = await topics(['orders', 'payments-dlt'])
  await parkOrders(client, 'payments-dlt', 3, RECORDS)
  const brokers = kafka.internalBrokers.join(',')
  const plan = {
    brokers,
    main: program.main,
    records: RECORDS,
    kills: KILLS,
    rate: RATE,
    topic: 'payments-dlt',
  }
  assert.ok((await replayWithKills(client, { ...plan, target: 'orders', flags: ['--transactional'] })) > 0)
  const arrived = await readCommitted(client, 'orders')
  assert.deepEqual(
    arrived.map(({ value }) => value).sort((a, b) => a - b),
    Array.from({ length: RECORDS }, (_, i) => i),
  )
  assert.equal(inOrder(arrived), true)

  await t.test('and the next replay finds nothing more', async () => {
    const args = ['dlq', 'replay', 'payments-dlt', `--kafka.brokers=${brokers}`, '--to=orders']
    const { code, stdout } = await runCommand([...args, '--yes', '--transactional', '--output=json'])
    assert.equal(code, 0)
    const { end, atMost, replayed } = JSON.parse(stdout)
    assert.deepEqual({ end, atMost, replayed }, { end: 'complete', atMost: 0, replayed: 0 })
  })
})

test('nothing is written without a yes, in a dry run, and where the group has members', async () => {
  const client = await topics(['orders', 'orders-dlq'])
  const broker = kafka.internalBrokers[0] as string
  const bytes = (text: string) => Buffer.from(text)
  await parkOne(broker, 'orders-dlq', [
    { key: 'b', value: null },
    { key: 'kafka-health.dlq.topic', value: bytes('orders') },
    { key: 'a', value: bytes('1') },
    { key: 'b', value: bytes('2') },
  ])
  const replay = (...flags: string[]) =>
    runCommand(
      ['dlq', 'replay', 'orders-dlq', `--kafka.brokers=${broker}`, '--to=source', ...flags],
      {},
      program.main,
    )
  const unasked = await replay()
  assert.equal(unasked.code, 1)
  assert.equal(unasked.stderr, 'dlq replay: there is no terminal to ask at: expected --yes, or --dry-run\n')
  const dry = await replay('--dry-run')
  assert.deepEqual([dry.code, dry.stdout], [0, 'would send 1 records\n  to orders: 1\n'])
  const leave = await occupy(client, 'busy', 'orders')
  const refused = await replay('--yes', '--group=busy')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^dlq replay: group busy: its group has members/)
  await leave()
  assert.equal(await logEnds(client, 'orders'), 0)

  const sent = await replay('--yes', '--keep-timestamps')
  assert.deepEqual([sent.code, sent.stdout], [0, 'sent 1 records\n  to orders: 1\n'])
  const shown = await runCommand(
    ['dlq', 'show', 'orders', `--kafka.brokers=${broker}`, '--output=json'],
    {},
    program.main,
  )
  const { key, value, timestamp, headers } = JSON.parse(shown.stdout)
  assert.deepEqual(
    { key, value, timestamp },
    { key: null, value: { base64: '/w==' }, timestamp: '1970-01-01T00:00:00.001Z' },
  )
  assert.deepEqual(headers, [
    { key: 'b', value: null },
    { key: 'kafka-health.dlq.topic', value: { text: 'orders' } },
    { key: 'a', value: { text: '1' } },
    { key: 'b', value: { text: '2' } },
    { key: 'kafka-health.replay.hops', value: { text: '1' } },
    { key: 'kafka-health.replay.from', value: { text: 'orders-dlq/0/0' } },
    { key: 'kafka-health.replay.by', value: { text: 'kafka-health-exporter.replay:orders-dlq:' } },
  ])
})
