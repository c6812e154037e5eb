import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import { createClusterReader } from '../../src/kafka/cluster-reader.ts'
import { API_KEYS_USED } from '../../src/kafka/reader/api-keys.ts'
import { DESCRIBE_PRODUCERS } from '../../src/kafka/wire/describe-producers.ts'
import { DESCRIBE_TRANSACTIONS } from '../../src/kafka/wire/describe-transactions.ts'
import { FETCH } from '../../src/kafka/wire/fetch.ts'
import { LIST_TRANSACTIONS } from '../../src/kafka/wire/list-transactions.ts'
import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import type { Lab } from '../harness/lab.ts'
import type { OracleAnswer, OracleGroup } from '../harness/lab-types.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type KindsCluster, startKindsCluster } from './kinds-cluster.ts'
import type { Metrics } from './metrics-text.ts'
import { openRecordedTransport } from './recorded-transport.ts'
import { runExporter, type TestExporter } from './running-exporter.ts'

const PASSWORD = 'al1ce-sees-groups'
const SNAPSHOT = 'kafka_health_exporter_snapshot_timestamp_seconds'

let estate: KindsCluster
let kafka: KafkaCluster
let lab: Lab
let oracle: OracleAnswer
let exporter: TestExporter
let metrics: Metrics

before(async () => {
  estate = await startKindsCluster({ name: 'alice', password: PASSWORD })
  ;({ kafka, lab, oracle } = estate)
  exporter = await runExporter({
    'kafka.brokers': kafka.brokers.join(','),
    'sasl.mechanism': 'scram-sha-256',
    'sasl.username': 'alice',
    'sasl.password': PASSWORD,
    'poll.interval': '1s',
    'poll.max-reading-age': '1m',
    'expect.groups': 'nobody',
    'expect.topics': 'nowhere',
    'metrics.families.include': 'kafka_consumergroup_partition_owner_info',
  })
  metrics = await exporter.scrapeUntil(
    'every group is described',
    seen => seen.all('kafka_consumergroup_members').length === Object.keys(oracle.groups).length,
  )
})
after(async () => {
  await exporter?.stop()
  await estate?.close()
})

const oracleOf = (id: string): OracleGroup => oracle.groups[id]!

function stateOf(id: string): string | undefined {
  const states = metrics.all('kafka_consumergroup_state', { consumergroup: id })
  const inForce = states.filter(sample => sample.value === 1)
  assert.equal(inForce.length, 1, `${id} is in one state`)
  return inForce[0]?.labels.state
}

/** What is told of a group, from the metrics. */
function told(id: string) {
  const [info] = metrics.all('kafka_consumergroup_info', { consumergroup: id })
  return {
    type: info?.labels.type,
    protocol: info?.labels.protocol,
    coordinator: Number(info?.labels.coordinator),
    state: stateOf(id),
    members: metrics.value('kafka_consumergroup_members', { consumergroup: id }),
    up: metrics.value('kafka_consumergroup_up', { consumergroup: id }),
    exists: metrics.value('kafka_consumergroup_exists', { consumergroup: id }),
  }
}

/** The same from the API. */
async function toldByApi(id: string): Promise<GroupDetail> {
  return exporter.api<GroupDetail>(`/api/v1/groups/${encodeURIComponent(id)}`)
}

const EXPECTED = [
  { id: 'classic-group', type: 'classic', protocol: 'range', protocolType: 'consumer', members: 1 },
  { id: 'consumer-group', type: 'consumer', protocol: 'uniform', protocolType: 'consumer', members: 1 },
  { id: 'share-group', type: 'share', protocol: 'simple', protocolType: 'share', members: 1 },
  { id: 'streams-group', type: 'streams', protocol: '', protocolType: 'streams', members: 1 },
  { id: 'idle-group', type: 'classic', protocol: 'range', protocolType: 'consumer', members: 1 },
  { id: 'connect-sink', type: 'classic', protocol: 'sessioned', protocolType: 'connect', members: 1 },
  { id: 'empty-group', type: 'classic', protocol: '', protocolType: null, members: 0 },
] as const

for (const { id, type, protocol, protocolType, members } of EXPECTED) {
  test(`${id} is described by its own API`, async () => {
    const state = members === 0 ? 'Empty' : 'Stable'
    const { coordinator } = told(id)
    assert.deepEqual(told(id), { type, protocol, coordinator, state, members, up: 1, exists: 1 })
    assert.ok([1, 2, 3].includes(coordinator))
    const theirs = oracleOf(id)
    assert.deepEqual([theirs.type, theirs.state], [type, state])
    // The Admin client does not describe groups that are not of consumers.
    if (protocolType !== 'connect') assert.equal(coordinator, theirs.coordinator)

    const detail = await toldByApi(id)
    assert.deepEqual(
      [detail.kind, detail.protocol, detail.protocolType, detail.state, detail.members, detail.coordinator],
      [type, protocol === '' ? null : protocol, protocolType, state, members, coordinator],
    )
    assert.equal(detail.failure, null)
    if (protocolType === 'connect') return
    assert.deepEqual(
      detail.memberList?.map(m => [m.memberId, m.clientId, `/${m.host}`]),
      theirs.members.map(m => [m.id, m.clientId, m.host]),
    )
  })
}

for (const kind of ['classic', 'consumer'] as const) {
  test(`a partition of a ${kind} group names its owner`, async () => {
    const group = `${kind}-group`
    const owners = metrics
      .all('kafka_consumergroup_partition_owner_info', { consumergroup: group })
      .map(s => [s.labels.topic, s.labels.partition, s.labels.client_id, s.labels.host])
    assert.deepEqual(owners.sort(), [
      ['work', '0', `${kind}-client`, '127.0.0.1'],
      ['work', '1', `${kind}-client`, '127.0.0.1'],
    ])
    const { topicList } = await toldByApi(group)
    assert.deepEqual(
      topicList.map(t => [t.topic, t.partitions.map(p => [p.committedOffset, p.lag, p.owner?.clientId])]),
      [
        [
          'work',
          [
            [10, 0, `${kind}-client`],
            [7, 0, `${kind}-client`],
          ],
        ],
      ],
    )
  })
}

test('an empty group keeps its backlog', async () => {
  const lag = (partition: string) =>
    metrics.value('kafka_consumergroup_lag', { consumergroup: 'empty-group', topic: 'work', partition })
  assert.deepEqual([lag('0'), lag('1')], [6, 0])
  assert.equal(metrics.value('kafka_consumergroup_lag_sum', { consumergroup: 'empty-group' }), 6)
  assert.equal(metrics.value('kafka_consumergroup_lag_max', { consumergroup: 'empty-group' }), 6)
  const { partitionsBehind, lagSum, memberList } = await toldByApi('empty-group')
  assert.deepEqual(
    { partitionsBehind, lagSum, memberList },
    { partitionsBehind: 1, lagSum: 6, memberList: [] },
  )
})

test('a subscription without a commit has no offset, and counts as reading the topic', async () => {
  const ofIdler = { consumergroup: 'idle-group' }
  assert.deepEqual(metrics.all('kafka_consumergroup_current_offset', ofIdler), [])
  assert.deepEqual(metrics.all('kafka_consumergroup_lag', ofIdler), [])
  assert.equal(metrics.value('kafka_topic_consumergroups', { topic: 'quiet' }), 1)
  const [member] = (await toldByApi('idle-group')).memberList ?? []
  assert.deepEqual([member?.clientId, member?.partitions], ['idler', 1])
})

test('a share group has start offsets and the lag that the broker tells', async () => {
  const theirs = await waitUntil('the share group stands still', async () => {
    const one = (await lab.oracle()).groups['share-group']?.offsets
    return one?.length === 1 && one[0]!.lag !== null && one
  })
  const share = { sharegroup: 'share-group', topic: 'jobs', partition: '0' }
  const seen = await exporter.scrapeUntil('the same start offset and lag', seen => {
    const start = seen.value('kafka_sharegroup_start_offset', share)
    return start === theirs[0]!.offset && seen.value('kafka_sharegroup_lag', share) === theirs[0]!.lag
  })
  assert.deepEqual(seen.all('kafka_consumergroup_current_offset', { consumergroup: 'share-group' }), [])
  const { shareTopics } = await toldByApi('share-group')
  assert.deepEqual(shareTopics, [
    { topic: 'jobs', partitions: [{ partition: 0, startOffset: theirs[0]!.offset, lag: theirs[0]!.lag }] },
  ])
})

test('configured items that are not there are said to be missing', () => {
  assert.equal(metrics.value('kafka_consumergroup_exists', { consumergroup: 'nobody' }), 0)
  assert.equal(metrics.value('kafka_topic_up', { topic: 'nowhere' }), 0)
})

/** Names that dashboards written for kafka_exporter expect. */
const FORCED_BY_KAFKA_EXPORTER = [
  'kafka_consumergroup_current_offset_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'kafka_consumergroup_lag_sum non-histogram and non-summary metrics should not have "_sum" suffix',
]

test('promtool finds nothing in the live exposition but names that kafka_exporter forces', async () => {
  const { text } = await exporter.scrape()
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
    timeout: 30_000,
  })
  assert.equal(error, undefined, 'promtool has to be installed: npm run setup')
  assert.deepEqual(`${stdout}${stderr}`.trim().split('\n').sort(), FORCED_BY_KAFKA_EXPORTER)
})

test('40 scrapes of an idle cluster have exactly the same series', async () => {
  const first = await exporter.scrape()
  const snapshots = new Set<number | undefined>()
  for (let scrapes = 0; scrapes < 40; scrapes++) {
    const seen = await exporter.scrape()
    assert.deepEqual(seen.series, first.series)
    snapshots.add(seen.value(SNAPSHOT))
    // So that they are of several polls.
    if (scrapes % 10 === 0) {
      await exporter.scrapeUntil('the next poll', next => next.value(SNAPSHOT) !== seen.value(SNAPSHOT))
    }
  }
  assert.ok(snapshots.size >= 4, `of ${snapshots.size} polls`)
})

/** Sent after a poll only; the contract of the reader has them all sent. */
const LOOK_UPS = [FETCH, DESCRIBE_PRODUCERS, LIST_TRANSACTIONS, DESCRIBE_TRANSACTIONS].map(api => api.key)

test('nothing but reading is ever sent, and polls leave nothing behind', async () => {
  const groups = Object.keys(oracle.groups).sort()
  const topics = Object.keys(oracle.topics).sort()
  const { transport, sent } = openRecordedTransport(kafka.internalBrokers[0]!)
  const reader = createClusterReader({
    transport,
    clock: Date.now,
    topics: () => true,
    groups: () => true,
    // Asked for by name, which is where a careless client would have them created.
    expect: { topics: ['nowhere'], groups: ['nobody'] },
    slowEveryMs: 1,
  })
  try {
    for (let poll = 0; poll < 20; poll++) {
      const { errors } = await reader.read(new AbortController().signal, { stableRows: 'all' })
      assert.deepEqual(errors, [])
    }
  } finally {
    await reader.close()
  }
  assert.deepEqual(
    [...sent].filter(key => !API_KEYS_USED.has(key)),
    [],
  )
  assert.deepEqual(
    [...API_KEYS_USED].filter(key => !sent.has(key)),
    LOOK_UPS,
    'every one of them was needed',
  )
  const after = await lab.oracle()
  assert.deepEqual(Object.keys(after.groups).sort(), groups)
  assert.deepEqual(Object.keys(after.topics).sort(), topics)
  for (const [id, { offsets, members }] of Object.entries(after.groups)) {
    assert.deepEqual(members, oracleOf(id).members, `${id} has the members that it had`)
    if (oracleOf(id).type !== 'share') assert.deepEqual(sorted(offsets), sorted(oracleOf(id).offsets))
  }
})

test('the password is nowhere', async () => {
  const seen = [JSON.stringify(exporter.log), (await exporter.scrape()).text]
  for (const path of ['/', '/api/v1/clusters', '/api/v1/groups']) {
    seen.push(await (await fetch(exporter.url + path)).text())
  }
  assert.deepEqual(
    seen.map(text => text.includes(PASSWORD)),
    seen.map(() => false),
  )
})

function sorted(offsets: OracleGroup['offsets']) {
  return [...offsets].map(o => `${o.topic}-${o.partition} ${o.offset}`).sort()
}
