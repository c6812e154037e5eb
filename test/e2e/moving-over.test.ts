import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { KAFKA_LAG_EXPORTER } from '../../src/catalog/kafka-lag-exporter.ts'
import { KMINION } from '../../src/catalog/kminion.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { type Prometheus, startPrometheus } from '../harness/prometheus.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type Command, startCommand } from './command.ts'
import { scrape } from './metrics-text.ts'
import {
  KAFKA_EXPORTER_DASHBOARD,
  LAG_EXPORTER_DASHBOARD,
  type PeerQuery,
  STRIMZI_DASHBOARD,
  STRIMZI_RULES,
} from './peer-expressions.ts'

/** With passwords over TLS, and plain inside; its controller is a process of its own, so that a broker may die. */
let kafka: KafkaCluster
/** With client certificates. */
let certified: KafkaCluster
let lab: Lab
before(async () => {
  ;[kafka, certified] = await Promise.all([
    startKafka({ brokers: 2, dedicatedController: true, listeners: 'sasl_tls' }),
    startKafka({ brokers: 1, listeners: 'mtls' }),
  ])
  lab = await startLab(kafka)
  await lab.createTopics([{ name: 'orders', partitions: 2, replication: 2 }, { name: 'idle' }])
  await lab.produce([
    { topic: 'orders', partition: 0, count: 1_500 },
    { topic: 'orders', partition: 1, count: 5 },
    { topic: 'idle', count: 1 },
  ])
  await lab.commitOffsets([
    {
      group: 'billing',
      offsets: [
        ['orders', 0, 10],
        ['orders', 1, 5],
      ],
    },
  ])
  await lab.join({ member: 'a', kind: 'classic', group: 'shipping', topics: ['orders'] })
  await lab.join({ member: 'b', kind: 'classic', group: 'shipping', topics: ['orders', 'idle'] })
  // Nothing is left for it.
  await lab.join({ member: 'c', kind: 'classic', group: 'shipping', topics: ['idle'], awaitAssigned: false })
})
after(async () => {
  await lab?.close()
  await Promise.all([kafka?.close(), certified?.close()])
})

/** A command line of kafka_exporter's as it is, but for the port, so that tests can run side by side. */
async function start(t: TestContext, ...line: string[]): Promise<Command & { readonly url: string }> {
  const command = await startCommand([...line, '--web.listen-address=127.0.0.1:0'])
  t.after(() => command.end('SIGTERM', 10_000))
  const url = await waitUntil('it listens', () => {
    assert.equal(command.child.exitCode, null, command.stderr())
    return /listening on (http:\/\/[\d.:]+)/.exec(command.stderr())?.[1]
  })
  return { ...command, url: url as string }
}

async function brokersSeen(url: string): Promise<number | undefined> {
  const polled = await waitUntil('it has read the cluster', async () => {
    const metrics = await scrape(url)
    return metrics.value('kafka_up') === 1 && metrics
  })
  return polled.value('kafka_brokers')
}

test("kafka_exporter's plain example starts it", async t => {
  const { url } = await start(t, ...kafka.internalBrokers.map(broker => `--kafka.server=${broker}`))
  assert.equal(await brokersSeen(url), 2)
})

test("kafka_exporter's TLS example starts it, with a client certificate", async t => {
  const { caFile, client } = certified.certificates!
  const { url, stderr } = await start(
    t,
    `--kafka.server=${certified.brokers[0]}`,
    '--tls.enabled',
    `--tls.ca-file=${caFile}`,
    `--tls.cert-file=${client.certFile}`,
    `--tls.key-file=${client.keyFile}`,
    '--verbosity=0',
  )
  assert.equal(await brokersSeen(url), 1)
  assert.match(stderr(), /--verbosity is ignored: see --log.level/)
})

for (const mechanism of ['plain', 'scram-sha512']) {
  test(`kafka_exporter's SASL example starts it, with ${mechanism}`, async t => {
    const [alice] = kafka.users
    const { url } = await start(
      t,
      `--kafka.server=${kafka.brokers[0]}`,
      '--sasl.enabled',
      `--sasl.username=${alice!.name}`,
      `--sasl.password=${alice!.password}`,
      `--sasl.mechanism=${mechanism}`,
      '--tls.enabled',
      `--tls.ca-file=${kafka.certificates!.caFile}`,
    )
    assert.equal(await brokersSeen(url), 2)
  })
}

/** What a dashboard's variables stand at. */
function filledIn({ expr }: PeerQuery, values: Readonly<Record<string, string>>): string {
  const filled = expr.replace(/\$(\w+)/g, (all, name: string) => values[name] ?? all)
  assert.equal(filled.includes('$'), false, filled)
  return filled
}

test('the queries of other dashboards and rules have data, from a Prometheus that scrapes this exporter', async t => {
  const { url } = await start(
    t,
    ...kafka.internalBrokers.map(broker => `--kafka.server=${broker}`),
    '--kafka.cluster=main',
    '--poll.interval=1s',
    '--metrics.names=native,kminion,kafka-lag-exporter',
    '--group.filter=.*',
  )
  const instance = new URL(url).host
  // The labels that Strimzi's PodMonitor gives.
  const labels = { namespace: 'kafka', strimzi_io_cluster: 'my-cluster' }
  const prometheus = await startPrometheus({
    scrapeConfigs: [{ job_name: 'kafka-exporter', static_configs: [{ targets: [instance], labels }] }],
  })
  t.after(() => prometheus.close())
  const values = {
    instance,
    job: 'kafka-exporter',
    topic: 'orders|idle',
    consumergroup: 'billing|shipping',
    kubernetes_namespace: 'kafka',
    strimzi_cluster_name: 'my-cluster',
    cluster_name: 'main',
  }
  await lab.produce([{ topic: 'orders', count: 100 }])
  for (const query of [...KAFKA_EXPORTER_DASHBOARD, ...STRIMZI_DASHBOARD, ...LAG_EXPORTER_DASHBOARD]) {
    await hasData(prometheus, query, values)
  }

  const lag = (expr: string) => waitUntil(expr, async () => (await prometheus.query(expr)).length > 0)
  await lag('kafka_consumergroup_lag{consumergroup="billing",topic="orders",partition="0"} == 1590')
  await lag(
    'kminion_kafka_consumer_group_topic_partition_lag{group_id="billing",topic_name="orders",partition_id="0"} == 1590',
  )
  await lag(
    'kafka_consumergroup_group_lag{group="billing",topic="orders",partition="0",cluster_name="main"} == 1590',
  )
  await lag(
    'kminion_kafka_consumer_group_topic_assigned_partitions{group_id="shipping",topic_name="orders"} == 2',
  )
  for (const { name } of [...KMINION, ...KAFKA_LAG_EXPORTER])
    await hasData(prometheus, { expr: name }, values)

  await kafka.broker(2).kill()
  for (const query of STRIMZI_RULES) await hasData(prometheus, query, values)
})

async function hasData(prometheus: Prometheus, query: PeerQuery, values: Readonly<Record<string, string>>) {
  const expression = filledIn(query, values)
  const samples = await waitUntil(`data for ${expression}`, async () => {
    const found = await prometheus.query(expression)
    return found.length > 0 && found
  })
  const { label } = query
  if (label !== undefined)
    assert.ok(
      samples.every(sample => sample.labels[label]),
      `${label} of ${expression}`,
    )
}
