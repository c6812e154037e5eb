import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { waitUntil } from '../harness/wait-until.ts'
import { startKitService, watchLiveness } from './kit-service.ts'
import { type KitWorld, startKitWorld } from './kit-world.ts'

/** Each time a member comes and goes: two rebalances. All of them by `npm run e2e:kit-rebalances`. */
const VISITS = process.env.KHE_E2E === 'full' ? 25 : 4

let world: KitWorld
before(async () => {
  world = await startKitWorld()
  await world.lab.createTopics([{ name: 'advisories', partitions: 6 }])
})
after(() => world?.close())

test('rebalances under load are no stalls, and no advisory is lost', async t => {
  const service = await startKitService('cve-pipeline', {
    KAFKA_BROKERS: world.brokers,
    KAFKA_TOPIC: 'advisories',
    KAFKA_GROUP: 'cve-pipeline',
    DATABASE_URL: world.postgres.url,
    STALLED_AFTER_MS: '10000',
    END_OFFSETS_INTERVAL_MS: '500',
  })
  t.after(() => service.end('SIGTERM'))
  await service.until('readyz', 200)
  const liveness = watchLiveness(service)
  const traffic = startTraffic()
  const stop = async () => {
    await liveness.stop()
    return await traffic.stop()
  }
  try {
    for (let visit = 1; visit <= VISITS; visit++) await comeAndGo()
  } catch (error) {
    await stop()
    throw error
  }
  // Whatever is written, somebody has committed in the end.
  const ends = await stop()
  await waitUntil('all is committed', async () => {
    const { groups } = await world.lab.oracle()
    const offsets = groups['cve-pipeline']?.offsets ?? []
    return ends.every((end, p) => offsets.find(row => row.partition === p)?.offset === end)
  })
  assert.deepEqual(liveness.failures(), [])
  assert.match(await service.metrics(), /kafka_consumer_client_rebalances_total\{[^}]*\} (?!0\b)\d+/)
})

/** Another member of the group, which does its work and leaves. */
async function comeAndGo(): Promise<void> {
  const client = new Kafka({ brokers: [world.brokers], logLevel: logLevel.NOTHING })
  const consumer = client.consumer({ groupId: 'cve-pipeline', sessionTimeout: 10_000 })
  let owned = 0
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    owned = Object.values(payload.memberAssignment).flat().length
  })
  await consumer.connect()
  await consumer.subscribe({ topic: 'advisories' })
  await consumer.run({ eachMessage: async () => {} })
  await waitUntil('the group has two members', () => owned === 3)
  await consumer.disconnect()
}

/** Some hundred advisories a second, in every partition. */
function startTraffic(): { stop(): Promise<number[]> } {
  const ends = Array.from({ length: 6 }, () => 0)
  const stopping = new AbortController()
  const writing = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const id = `CVE-2026-${String(1_000 + (n % 500))}`
      const value = JSON.stringify({ id, severity: 'low', modified: new Date().toISOString() })
      const values = Array.from({ length: 5 }, () => value)
      const written = await world.lab.produce(
        ends.map((_, partition) => ({ topic: 'advisories', partition, values })),
      )
      for (const { partition, last } of written) ends[partition] = last + 1
      await pause(100, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await writing
      return ends
    },
  }
}
