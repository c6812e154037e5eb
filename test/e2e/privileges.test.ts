import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import type { Grant } from '../harness/lab-types.ts'
import { type EstateExporter, startEstateExporter } from './estate-exporter.ts'
import { nameOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { ALL_FAMILIES } from './lag-clock.ts'

type Right = readonly [resource: Grant['resource'], operation: Grant['operation']]

const TOPIC: Right = ['topic', 'Describe']
const CONFIGS: Right = ['topic', 'DescribeConfigs']
/** Holds DESCRIBE as well. */
const READ: Right = ['topic', 'Read']
const GROUP: Right = ['group', 'Describe']
const CLUSTER: Right = ['cluster', 'Describe']

const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  everything: [TOPIC, CONFIGS, READ, GROUP, CLUSTER],
  'describe-only': [TOPIC, GROUP],
  'no-read': [TOPIC, CONFIGS, GROUP, CLUSTER],
  'no-configs': [TOPIC, READ, GROUP, CLUSTER],
  'no-cluster': [TOPIC, CONFIGS, READ, GROUP],
  'no-group': [TOPIC, CONFIGS, READ, CLUSTER],
  'no-names-of-groups': [TOPIC, CONFIGS, READ],
  'no-topic': [CONFIGS, GROUP, CLUSTER],
  nothing: [],
}

let kafka: KafkaCluster
let lab: Lab
let exporter: EstateExporter
/** Of one moment. */
let samples: Samples

before(async () => {
  kafka = await startKafka({
    brokers: 1,
    listeners: 'sasl_plaintext',
    users: Object.keys(RIGHTS).map(name => ({ name, password: `${name}-secret` })),
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // The brokers themselves and the lab, on the listeners without authentication.
      'super.users': 'User:ANONYMOUS',
    },
  })
  lab = await startLab(kafka)
  await lab.grant(
    Object.entries(RIGHTS).flatMap(([user, rights]) =>
      rights.map(([resource, operation]) => ({
        user,
        resource,
        operation,
        name: resource === 'cluster' ? 'kafka-cluster' : '*',
      })),
    ),
  )
  const configs = { 'retention.ms': '3600000', 'retention.bytes': '1000000000' }
  await lab.createTopics(['orders', 'returns'].map(name => ({ name, configs })))
  await lab.produce(['orders', 'returns'].map(topic => ({ topic, count: 10 })))
  await lab.commitOffsets(
    ['payments', 'shipping'].map(group => ({
      group,
      offsets: ['orders', 'returns'].map(topic => [topic, 0, 4] as const),
    })),
  )
  const clusters = Object.keys(RIGHTS).map(
    user => `  - name: ${user}
    brokers: ['${kafka.brokers[0]}']
    poll_interval: 2s
    sasl: {mechanism: plain, username: ${user}, password: ${user}-secret}
    expect: {topics: [orders], groups: [payments]}`,
  )
  exporter = await startEstateExporter(`clusters:\n${clusters.join('\n')}
${ALL_FAMILIES}
web: {listen_address: '127.0.0.1:0'}
`)
  const begun = Date.now() / 1000
  samples = await exporter.until('each has polled twice', s =>
    Object.keys(RIGHTS).every(user => lastPollOf(s, user) > begun + 4),
  )
})
after(async () => {
  await exporter?.stop()
  await lab?.close()
  await kafka?.close()
})

function lastPollOf(samples: Samples, user: string): number {
  return valueIn(samples, 'kafka_health_exporter_last_poll_timestamp_seconds', { kafka_cluster: user }) ?? 0
}

/** Of one user: series without the name of the cluster. */
function shownTo(user: string): Map<string, number> {
  const label = `kafka_cluster="${user}"`
  return new Map(
    [...samples]
      .filter(([series]) => series.includes(label))
      .map(([series, value]) => [series.replace(`${label},`, '').replace(label, ''), value]),
  )
}

test('debug', async () => {
  const all = shownTo('everything')
  console.log([...new Set([...all.keys()].map(nameOf))].join(' '))
  for (const user of Object.keys(RIGHTS)) {
    const shown = shownTo(user)
    console.log('==', user)
    console.log(' missing', [...all.keys()].filter(k => !shown.has(k)).join('\n   '))
    console.log(
      ' more',
      [...shown]
        .filter(([k]) => !all.has(k))
        .map(([k, v]) => `${k} ${v}`)
        .join('\n   '),
    )
    console.log(
      ' differs',
      [...shown]
        .filter(([k, v]) => all.has(k) && all.get(k) !== v)
        .map(([k, v]) => `${k} ${v} not ${all.get(k)}`)
        .join('\n   '),
    )
  }
  console.log(exporter.logged.join('\n'))
  assert.ok(seriesOf(samples, 'kafka_up').length > 0)
})
