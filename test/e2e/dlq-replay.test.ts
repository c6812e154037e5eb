import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { removeOwnDirectory } from '../harness/owned-process.ts'
import { runCommand } from './command.ts'
import { compileProgram } from './compiled-program.ts'
import { replayWithKills } from './replay-kills.ts'
import { type Arrived, otherClient, parkOrders, readCommitted } from './replayed-cluster.ts'

const isFull = process.env.KHE_E2E === 'full'
const RECORDS = isFull ? 10_000 : 1_500
const KILLS = isFull ? 20 : 2
/** So that the kills strike on the way. */
const RATE = isFull ? 2_000 : 700

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
  await admin.createTopics({
    topics: names.map(topic => ({ topic, numPartitions: 3 })),
    waitForLeaders: true,
  })
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

test('killed and resumed, each dead letter arrives at least once, in order per key', async t => {
  const at = performance.now()
  const lap = (what: string) => t.diagnostic(`${what} ${Math.round(performance.now() - at)} ms`)
  const client = await topics(['orders', 'orders-dlt'])
  lap('topics')
  await parkOrders(client, 'orders-dlt', 3, RECORDS)
  lap('parked')
  const brokers = kafka.internalBrokers.join(',')
  const plan = { brokers, main: program.main, records: RECORDS, kills: KILLS, topic: 'orders-dlt' }
  await replayWithKills(client, { ...plan, target: 'source', flags: [`--rate=${RATE}`] })
  lap('replayed')
  const arrived = await readCommitted(client, 'orders')
  assert.equal(new Set(arrived.map(({ value }) => value)).size, RECORDS)
  assert.equal(inOrder(arrived), true)
})

test('with --transactional exactly once', async t => {
  const client = await topics(['orders', 'payments-dlt'])
  await parkOrders(client, 'payments-dlt', 3, RECORDS)
  const brokers = kafka.internalBrokers.join(',')
  const plan = { brokers, main: program.main, records: RECORDS, kills: KILLS, topic: 'payments-dlt' }
  await replayWithKills(client, { ...plan, target: 'orders', flags: ['--transactional', `--rate=${RATE}`] })
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
