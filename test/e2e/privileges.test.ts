import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import type { Grant } from '../harness/lab-types.ts'
import { type EstateExporter, startEstateExporter } from './estate-exporter.ts'
import { nameOf, type Samples, valueIn } from './exposition-text.ts'
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

/** Told by clocks, or counts how much was asked. */
const VARYING = /seconds|probe|requests_total|^kafka_health_exporter_series/

const LOG_SIZES = ['kafka_broker_log_dir_size_bytes', 'kafka_topic_partition_size_bytes']
const OF_RECORDS = ['kafka_topic_future_timestamps_total']
const COMMITS = [
  'kafka_consumergroup_commits_beyond_end',
  'kafka_consumergroup_current_offset',
  'kafka_consumergroup_current_offset_sum',
  'kafka_consumergroup_head_timestamp_seconds',
  'kafka_consumergroup_lag',
  'kafka_consumergroup_lag_max',
  'kafka_consumergroup_lag_seconds',
  'kafka_consumergroup_lag_seconds_max',
  'kafka_consumergroup_lag_seconds_uncertainty',
  'kafka_consumergroup_lag_sum',
  'kafka_consumergroup_lost_offsets_total',
  'kafka_consumergroup_offset_advance_age_seconds',
  'kafka_consumergroup_partitions',
  'kafka_consumergroup_rewinds_total',
  'kafka_consumergroup_stalled_seconds',
]
const READING = ['kafka_consumergroup_last_read_timestamp_seconds']
/** `kafka_consumergroup_up` of the expected group stays. */
const GROUPS = [
  'kafka_consumergroup_exists',
  'kafka_consumergroup_info',
  'kafka_consumergroup_members',
  'kafka_consumergroup_objective_stalled_after_seconds',
  'kafka_consumergroup_rebalances_total',
  'kafka_consumergroup_state',
  'kafka_consumergroup_up',
]
const TOPICS = [
  'kafka_topic_consumergroups',
  'kafka_topic_info',
  'kafka_topic_partition_current_offset',
  'kafka_topic_partition_in_sync_replica',
  'kafka_topic_partition_last_stable_offset',
  'kafka_topic_partition_leader',
  'kafka_topic_partition_leader_is_preferred',
  'kafka_topic_partition_oldest_offset',
  'kafka_topic_partition_replicas',
  'kafka_topic_partition_under_replicated_partition',
  'kafka_topic_partitions',
  'kafka_topic_up',
]
const POLL_ERROR = 'kafka_health_exporter_poll_errors_total'
const NO_CONFIGS = `${POLL_ERROR}{stage="slow",code="TOPIC_AUTHORIZATION_FAILED"}`
const NO_CLUSTER = `${POLL_ERROR}{stage="slow",code="CLUSTER_AUTHORIZATION_FAILED"}`
const NO_TOPIC = 'kafka_topic_read_errors_total{topic="orders",code="TOPIC_AUTHORIZATION_FAILED"}'
const UNREAD = ['payments', 'shipping'].map(group => `kafka_consumergroup_up{consumergroup="${group}"} 0`)
const UNCOUNTED = ['orders', 'returns'].map(topic => `kafka_topic_consumergroups{topic="${topic}"} 0`)

interface Loss {
  /** Families of which all or some series are absent. */
  readonly absent: readonly string[]
  readonly named: readonly string[]
  readonly changed: readonly string[]
}

const LOSSES: Readonly<Record<string, Loss>> = {
  everything: { absent: [], named: [], changed: [] },
  'describe-only': {
    absent: [...LOG_SIZES, ...OF_RECORDS, 'kafka_topic_info'],
    named: [NO_CLUSTER, NO_CONFIGS],
    changed: [],
  },
  'no-read': { absent: OF_RECORDS, named: [], changed: [] },
  'no-configs': { absent: ['kafka_topic_info'], named: [NO_CONFIGS], changed: [] },
  'no-cluster': { absent: LOG_SIZES, named: [NO_CLUSTER], changed: [] },
  'no-group': {
    absent: [...COMMITS, ...READING, ...OF_RECORDS],
    named: [
      ...['payments', 'shipping'].map(
        group =>
          `kafka_consumergroup_read_errors_total{consumergroup="${group}",code="GROUP_AUTHORIZATION_FAILED"}`,
      ),
      `${POLL_ERROR}{stage="commits",code="GROUP_AUTHORIZATION_FAILED"}`,
    ],
    changed: [...UNREAD, ...UNCOUNTED],
  },
  'no-names-of-groups': {
    absent: [...LOG_SIZES, ...OF_RECORDS, ...COMMITS, ...READING, ...GROUPS],
    named: [NO_CLUSTER],
    changed: [UNREAD[0]!, ...UNCOUNTED],
  },
  'no-topic': {
    absent: [...TOPICS, 'kafka_topic_partition_size_bytes', ...OF_RECORDS, ...COMMITS],
    named: [NO_TOPIC],
    changed: [],
  },
  nothing: {
    absent: [...TOPICS, ...LOG_SIZES, ...OF_RECORDS, ...COMMITS, ...READING, ...GROUPS],
    named: [NO_CLUSTER, NO_TOPIC],
    changed: [UNREAD[0]!],
  },
}

for (const user of Object.keys(RIGHTS)) {
  test(`with the rights "${user}" what is missing is absent and named, and nothing else changes`, () => {
    const { absent, named, changed } = LOSSES[user]!
    const all = shownTo('everything')
    const shown = shownTo(user)
    const missing = [...all.keys()].filter(series => !shown.has(series)).map(nameOf)
    assert.deepEqual(
      [...new Set(missing)].filter(name => name !== 'kafka_health_exporter_requests_total').sort(),
      [...absent].sort(),
    )
    const more = [...shown.keys()].filter(series => !all.has(series))
    assert.deepEqual(
      more.filter(series => !/^kafka_(health_exporter_requests_total|topic_info)/.test(series)).sort(),
      [...named].sort(),
    )
    const different = [...shown].filter(([series, value]) => all.has(series) && all.get(series) !== value)
    assert.deepEqual(
      different
        .filter(([series]) => !VARYING.test(nameOf(series)))
        .map(([series, value]) => `${series} ${value}`)
        .sort(),
      [...changed].sort(),
    )
  })
}

test('an expected topic that may not be seen is no topic that is gone', () => {
  for (const user of ['no-topic', 'nothing']) {
    const shown = shownTo(user)
    assert.equal(shown.has('kafka_topic_up{topic="orders"}'), false)
    assert.ok(shown.get(NO_TOPIC)! > 0)
  }
})
