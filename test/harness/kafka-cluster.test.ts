import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Kafka, logLevel, type SASLOptions } from 'kafkajs'
import { askMetadata } from './ask-metadata.ts'
import { startKafka } from './kafka-cluster.ts'
import { waitUntil } from './wait-until.ts'

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const portOf = (address: string | undefined) => Number(address?.split(':')[1])

test('three brokers start, one is killed and comes back on its port, and nothing is left after close', async t => {
  const kafka = await startKafka({ brokers: 3 })
  t.after(() => kafka.close())
  const [first, second] = kafka.internalBrokers.map(portOf)
  assert.deepEqual(await askMetadata(first!), [1, 2, 3])

  const port = kafka.broker(2).port
  await kafka.broker(2).kill()
  assert.equal(kafka.broker(2).pid, null)
  await assert.rejects(askMetadata(second!), { code: 'ECONNREFUSED' })
  await waitUntil('broker 2 is fenced', async () => (await askMetadata(first!)).join() === '1,3')

  await kafka.broker(2).restart()
  await kafka.ready()
  assert.equal(kafka.broker(2).port, port)
  assert.deepEqual(await askMetadata(second!), [1, 2, 3])

  const pids = [1, 2, 3].map(id => kafka.broker(id).pid!)
  assert.deepEqual(pids.map(alive), [true, true, true])
  await kafka.close()
  assert.deepEqual(pids.map(alive), [false, false, false])
  assert.equal(existsSync(kafka.dataDir), false)
})

test('a stopped broker accepts connections and answers nothing until it is continued', async t => {
  const kafka = await startKafka({ brokers: 1 })
  t.after(() => kafka.close())
  const port = portOf(kafka.internalBrokers[0])
  kafka.broker(1).stop()
  await assert.rejects(askMetadata(port, 500), /no answer within 500 ms/)
  kafka.broker(1).cont()
  await kafka.ready()
  assert.deepEqual(await askMetadata(port), [1])
})

test('with a controller of its own every broker can be down at once', async t => {
  const kafka = await startKafka({ brokers: 2, dedicatedController: true })
  t.after(() => kafka.close())
  const both = [kafka.broker(1), kafka.broker(2)]
  await Promise.all(both.map(broker => broker.kill()))
  assert.deepEqual(
    both.map(broker => broker.pid),
    [null, null],
  )
  await Promise.all(both.map(broker => broker.restart()))
  await kafka.ready(2)
  assert.deepEqual(await askMetadata(portOf(kafka.internalBrokers[1])), [1, 2])
})

test('a client needs the authority and a password where listeners ask for them', async t => {
  const kafka = await startKafka({ brokers: 1, listeners: 'sasl_tls' })
  t.after(() => kafka.close())
  const ca = [readFileSync(kafka.certificates!.caFile, 'utf8')]
  const nodesSeenWith = async (ssl: { ca: string[] } | true, sasl: SASLOptions) => {
    const client = {
      brokers: [...kafka.brokers],
      ssl,
      sasl,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    }
    const admin = new Kafka(client).admin()
    try {
      await admin.connect()
      return (await admin.describeCluster()).brokers.map(broker => broker.nodeId)
    } finally {
      await admin.disconnect()
    }
  }
  const alice = { username: 'alice', password: 'alice-secret' }
  assert.deepEqual(await nodesSeenWith({ ca }, { mechanism: 'plain', ...alice }), [1])
  assert.deepEqual(await nodesSeenWith({ ca }, { mechanism: 'scram-sha-512', ...alice }), [1])
  const wrong = { ...alice, password: 'guess' }
  await assert.rejects(nodesSeenWith({ ca }, { mechanism: 'scram-sha-512', ...wrong }), /invalid credentials/)
  await assert.rejects(
    nodesSeenWith(true, { mechanism: 'plain', ...alice }),
    /unable to verify the first certificate/,
  )
})
