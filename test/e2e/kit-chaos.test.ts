import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { runChaos } from './kit-chaos.ts'
import { deadLettersOf } from './kit-chaos-dead-letters.ts'
import { TOPIC } from './kit-chaos-recovery.ts'
import { type ChaosWorld, startChaosWorld } from './kit-chaos-world.ts'

const isFull = process.env.KHE_E2E === 'full'
const PLAN = isFull
  ? {
      records: Number(process.env.KHE_CHAOS_RECORDS ?? 1_000_000),
      partitions: 12,
      brokerKills: Number(process.env.KHE_CHAOS_KILLS ?? 20),
      otherFaults: Number(process.env.KHE_CHAOS_OTHERS ?? 30),
      rate: Number(process.env.KHE_CHAOS_RATE ?? 2_000),
    }
  : { records: 8_000, partitions: 6, brokerKills: 1, otherFaults: 3, rate: 1_000 }

let cluster: KafkaCluster
let lab: Lab
let world: ChaosWorld

before(async () => {
  const soon = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' }
  // Kafka's defaults, where the clusters of tests have others: a broker is missed after nine seconds.
  const asTheyAre = {
    'broker.session.timeout.ms': '9000',
    'broker.heartbeat.interval.ms': '2000',
    'group.initial.rebalance.delay.ms': '3000',
    'group.min.session.timeout.ms': '6000',
  }
  cluster = await startKafka({ brokers: 3, dedicatedController: true, properties: isFull ? asTheyAre : soon })
  lab = await startLab(cluster)
  const configs = { 'min.insync.replicas': '2' }
  await lab.createTopics([
    { name: TOPIC, partitions: PLAN.partitions, replication: 3, configs },
    { name: `${TOPIC}-dlq`, partitions: 1, replication: 3, configs },
  ])
  world = await startChaosWorld(cluster)
})
after(async () => {
  await world?.close()
  await lab?.close()
  await cluster?.close()
})

test('brokers, connections, registry and Redis come and go, and every record is processed or parked', async t => {
  const { ends, ledger, recoveries, counts } = await runChaos(cluster, world, PLAN)
  const total = ends.reduce((sum, end) => sum + end, 0)
  t.diagnostic(`records in the log ${total}, of ${PLAN.records} produced`)
  t.diagnostic(`parked ${ledger.parked.size}, handled again ${ledger.again}, ${JSON.stringify(counts)}`)
  t.diagnostic(`after a broker, partitions are written to: ${told(recoveries.map(r => r.writtenMs))}`)
  t.diagnostic(`and a record written since is processed: ${told(recoveries.map(r => r.processedMs))}`)
  const coordinators = recoveries.filter(r => r.wasCoordinator)
  t.diagnostic(`where it was the coordinator: ${told(coordinators.map(r => r.processedMs))}`)
  assert.deepEqual(ledger.missing(PLAN.records), [])
  assert.deepEqual(ledger.passed, [])
  assert.deepEqual(
    ends.map((_, p) => ledger.floor(p)),
    ends,
  )
  assert.deepEqual([...(await deadLettersOf(world))].sort(), [...ledger.parked].sort())
  assert.ok(ledger.parked.size >= PLAN.records / 1_000)
})

function told(times: readonly number[]): string {
  const seconds = times.map(ms => (ms / 1000).toFixed(1))
  const median = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
  return `median ${(median / 1000).toFixed(1)} s of ${seconds.join(' ')}`
}
