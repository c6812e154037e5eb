import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { LagReport } from '../../src/cli/lag-report.ts'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import { createClusterReader } from '../../src/kafka/cluster-reader.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import { expectedFastRequests } from '../../src/kafka/reader/expected-requests.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import type { OracleAnswer } from '../harness/lab-types.ts'
import { runCommand } from './command.ts'
import { describeGroup, getOffsets } from './kafka-tools.ts'
import { createLargeEstate, groupOf, topicOf } from './large-estate.ts'
import type { Metrics } from './metrics-text.ts'
import { committed, differences, partitionValues, sumsByTopic } from './oracle-values.ts'
import { hasPolled, runExporter, type TestExporter } from './running-exporter.ts'

/** Asking for descriptions, configurations and log directories, which is not part of every poll. */
const SLOW_APIS = ['DescribeGroups', 'ConsumerGroupDescribe', 'DescribeConfigs', 'DescribeLogDirs']

let kafka: KafkaCluster
let lab: Lab
let oracle: OracleAnswer
let exporter: TestExporter
let metrics: Metrics

before(async () => {
  kafka = await startKafka({ heapMb: 512 })
  lab = await startLab(kafka)
  await createLargeEstate(lab)
  oracle = await lab.oracle()
  exporter = await runExporter({
    'kafka.brokers': kafka.brokers.join(','),
    'poll.interval': '2s',
    // What is compared here keeps this process, and the exporter in it, busy for seconds.
    'poll.max-reading-age': '5m',
  })
  metrics = await exporter.scrapeUntil('the first poll', hasPolled)
})
after(async () => {
  await exporter?.stop()
  await lab?.close()
  await kafka?.close()
})

/** By every label value in a given order. */
function valuesOf(name: string, labels: readonly string[]): Map<string, number> {
  return new Map(metrics.all(name).map(s => [JSON.stringify(labels.map(l => s.labels[l])), s.value]))
}

const none: string[] = []

test("every committed offset and lag is what Kafka's Admin client says", () => {
  const cell = ['consumergroup', 'topic', 'partition']
  const offsets = valuesOf('kafka_consumergroup_current_offset', cell)
  const lags = valuesOf('kafka_consumergroup_lag', cell)
  assert.deepEqual([offsets.size, lags.size], [50_000, 50_000])
  assert.deepEqual(differences(offsets, committed(oracle, 'offset')), none)
  assert.deepEqual(differences(lags, committed(oracle, 'lag')), none)
  assert.ok([...lags.values()].filter(lag => lag > 0).length > 30_000, 'there is lag to compare')

  const block = ['consumergroup', 'topic']
  const offsetSums = valuesOf('kafka_consumergroup_current_offset_sum', block)
  assert.deepEqual(differences(offsetSums, sumsByTopic(committed(oracle, 'offset'))), none)
  const lagSums = valuesOf('kafka_consumergroup_lag_sum', block)
  assert.deepEqual(differences(lagSums, sumsByTopic(committed(oracle, 'lag'))), none)
})

test("every log start, end and leader is what Kafka's Admin client says", () => {
  const row = ['topic', 'partition']
  const ends = valuesOf('kafka_topic_partition_current_offset', row)
  const starts = valuesOf('kafka_topic_partition_oldest_offset', row)
  assert.deepEqual([ends.size, starts.size], [2_000, 2_000])
  assert.deepEqual(differences(ends, partitionValues(oracle, 'end')), none)
  assert.deepEqual(differences(starts, partitionValues(oracle, 'start')), none)
  assert.deepEqual(
    differences(valuesOf('kafka_topic_partition_leader', row), partitionValues(oracle, 'leader')),
    none,
  )
  assert.ok(
    [...starts.values()].some(start => start === 5),
    'some logs have lost their beginning',
  )
})

test('the API says the same of every group', async () => {
  const offsets = new Map<string, number>()
  const lags = new Map<string, number>()
  const ends = new Map<string, number>()
  const coordinators: string[] = []
  for (const [id, group] of Object.entries(oracle.groups)) {
    // A path cannot carry '..': clients take it for a step up.
    const path = id === '..' ? 'group?id=..' : `groups/${encodeURIComponent(id)}`
    const detail = await exporter.api<GroupDetail>(`/api/v1/${path}`)
    assert.deepEqual(
      [detail.group, detail.kind, detail.state, detail.truncated],
      [id, 'classic', 'Empty', false],
    )
    if (detail.coordinator !== group.coordinator) coordinators.push(id)
    for (const { topic, partitions } of detail.topicList) {
      for (const { partition, committedOffset, lag, endOffset } of partitions) {
        offsets.set(JSON.stringify([id, topic, String(partition)]), committedOffset ?? Number.NaN)
        lags.set(JSON.stringify([id, topic, String(partition)]), lag ?? Number.NaN)
        ends.set(JSON.stringify([topic, String(partition)]), endOffset ?? Number.NaN)
      }
    }
  }
  assert.deepEqual([offsets.size, ends.size], [50_000, 2_000])
  assert.deepEqual(differences(offsets, committed(oracle, 'offset')), none)
  assert.deepEqual(differences(lags, committed(oracle, 'lag')), none)
  assert.deepEqual(differences(ends, partitionValues(oracle, 'end')), none)
  assert.deepEqual(coordinators, [])
})

test("Kafka's command line tools say the same of a sample", async () => {
  const group = groupOf(150)
  const described = await describeGroup(kafka, group)
  assert.equal(described.length, 250)
  for (const row of described) {
    const labels = { topic: row.topic, partition: String(row.partition) }
    const ofGroup = { ...labels, consumergroup: group }
    assert.deepEqual(
      [
        metrics.value('kafka_consumergroup_current_offset', ofGroup),
        metrics.value('kafka_topic_partition_current_offset', labels),
        metrics.value('kafka_consumergroup_lag', ofGroup),
      ],
      [row.committed, row.end, row.lag],
      JSON.stringify(row),
    )
  }
  const topic = topicOf(1_000)
  for (const [time, name] of [
    ['latest', 'kafka_topic_partition_current_offset'],
    ['earliest', 'kafka_topic_partition_oldest_offset'],
  ] as const) {
    const told = await getOffsets(kafka, topic.replaceAll('.', '\\.'), time)
    const ours = metrics.all(name, { topic }).map(s => [`${topic}-${s.labels.partition}`, s.value] as const)
    assert.equal(told.size, 20)
    assert.deepEqual(differences(new Map(ours), told), none)
  }
})

/** One poll of the fast loop by its formula, from what Kafka's Admin client says of leaders and coordinators. */
/** @param asksStable last stable offsets are asked for, as wherever a group waits that does not move */
function expectedRequests(asksStable = false): number {
  const count = (items: readonly (number | null)[], id: number) => items.filter(item => item === id).length
  const leaders = [...partitionValues(oracle, 'leader').values()]
  const ids = Object.keys(oracle.groups).sort()
  const rowsPerLeader = [1, 2, 3].map(id => count(leaders, id))
  return expectedFastRequests({
    brokers: 3,
    rowsPerLeader,
    ...(asksStable ? { stableRowsPerLeader: rowsPerLeader } : {}),
    commitsPerCoordinator: [1, 2, 3].map(broker =>
      ids.flatMap(id => {
        const group = oracle.groups[id]
        return group?.coordinator === broker ? [group.offsets.length] : []
      }),
    ),
  })
}

test('a poll of the fast loop takes the requests of its formula, at most 22', async () => {
  assert.ok(expectedRequests(true) <= 22, `${expectedRequests(true)} requests`)
  const reader = createClusterReader({
    transport: openKafkajsTransport({
      seeds: exporter.settings.clusters[0]!.brokers,
      tls: null,
      sasl: null,
      clientId: 'truth',
    }),
    clock: Date.now,
    topics: name => !name.startsWith('__'),
    groups: () => true,
    expect: { topics: [], groups: [] },
  })
  try {
    for (const poll of ['first', 'second']) {
      const { requests, errors } = await reader.read(new AbortController().signal)
      assert.deepEqual(errors, [])
      const sum = [...requests.values()].reduce((total, n) => total + n, 0)
      assert.equal(sum, expectedRequests(), `${poll} poll: ${JSON.stringify([...requests])}`)
    }
  } finally {
    await reader.close()
  }
})

test('the exporter itself sends those, and asks for last stable offsets where groups stand still', async () => {
  const name = 'kafka_health_exporter_requests_total'
  const count = (seen: Metrics, api: string) => seen.value(name, { api }) ?? 0
  const slow = (seen: Metrics) => SLOW_APIS.reduce((sum, api) => sum + count(seen, api), 0)
  const polled = (seen: Metrics, from: Metrics) => count(seen, 'Metadata') - count(from, 'Metadata')
  // A slow clock may tick in between once a minute: then from there again.
  let from = await exporter.scrape()
  const to = await exporter.scrapeUntil('two polls without a slow clock', seen => {
    if (slow(seen) !== slow(from)) from = seen
    return polled(seen, from) >= 2
  })
  const sum = (seen: Metrics) => seen.all(name).reduce((total, sample) => total + sample.value, 0)
  assert.equal((sum(to) - sum(from)) / polled(to, from), expectedRequests(true))
})

test('`lag` says the same from a running exporter and straight from the brokers', async () => {
  const flags = ['--partitions', '--group=^group\\.domain-3', '--output=json']
  const [asked, direct] = await Promise.all([
    runCommand(['lag', `--url=${exporter.url}`, ...flags]),
    runCommand(['lag', `--kafka.brokers=${kafka.brokers.join(',')}`, ...flags]),
  ])
  assert.deepEqual([asked.code, asked.stderr, direct.code, direct.stderr], [0, '', 0, ''])
  const numbers = ({ stdout }: { stdout: string }) => {
    const { partitions } = JSON.parse(stdout) as LagReport
    const cells = partitions ?? []
    return new Map(
      cells.map(p => [
        JSON.stringify([p.group, p.topic, String(p.partition)]),
        [p.committedOffset, p.endOffset, p.lag],
      ]),
    )
  }
  const theirs = [...committed(oracle, 'lag')].filter(([key]) => /^\["group\.domain-3/.test(key))
  assert.equal(theirs.length, 28 * 250)
  assert.deepEqual(new Map([...numbers(asked)].sort()), new Map([...numbers(direct)].sort()))
  const lags = new Map([...numbers(direct)].map(([key, [, , lag]]) => [key, lag ?? Number.NaN]))
  assert.deepEqual(differences(lags, new Map(theirs)), none)

  const table = ['--group=^group\\.domain-3', '--limit=5']
  const tables = await Promise.all([
    runCommand(['lag', `--url=${exporter.url}`, ...table]),
    runCommand(['lag', `--kafka.brokers=${kafka.brokers.join(',')}`, ...table]),
  ])
  for (const { code, stdout } of tables) {
    assert.equal(code, 0)
    assert.match(stdout, /^28 groups, at least 5 behind\n\n(?:.+\n)+\nGROUP /)
    assert.match(stdout, /\n23 more groups; see --limit and --group\n$/)
  }
})

test('no series stands twice, and nothing was logged as going wrong', () => {
  assert.equal(new Set(metrics.series).size, metrics.series.length)
  assert.deepEqual(
    exporter.log.filter(line => line.level === 'warn' || line.level === 'error'),
    [],
  )
})
