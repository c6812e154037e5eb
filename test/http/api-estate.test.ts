import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServicesAnswer } from '../../src/http/api-routes.ts'
import type { ServiceView } from '../../src/model/service-status.ts'
import { estateOf, fakeCluster, TAKEN_AT } from '../fakes/estate.ts'
import { incidentSnapshot } from '../fakes/incident.ts'
import { askJson, serveApp } from '../harness/http-app.ts'

test('clusters tell their brokers, the age of the snapshot and how the poll went', async () => {
  const cluster = { ...fakeCluster('eu', incidentSnapshot()), labels: { region: 'eu-1' } }
  await using app = await serveApp({ estate: estateOf([cluster, fakeCluster('us', null)]) })
  const { status, json } = await askJson(`${app.url}/api/v1/clusters`)
  assert.equal(status, 200)
  assert.deepEqual(json, {
    version: '1.2.3',
    clusters: [
      {
        cluster: 'eu',
        labels: { region: 'eu-1' },
        pollIntervalSeconds: 15,
        polled: true,
        snapshot: {
          up: true,
          clusterId: 'lab',
          takenAt: '2026-03-01T12:00:00.000Z',
          ageSeconds: 4,
          topics: 2,
          partitions: 5,
          groups: 5,
          groupPartitions: 7,
          brokers: [
            {
              id: 1,
              host: 'kafka-1',
              port: 9092,
              inMetadata: true,
              up: true,
              responseSeconds: 0.004,
              failure: null,
            },
            {
              id: 2,
              host: 'kafka-2',
              port: 9092,
              inMetadata: false,
              up: false,
              responseSeconds: null,
              failure: { code: 'TIMEOUT', message: 'kafka-2:9092: no answer within 5 s' },
            },
          ],
          missingGroups: [{ cluster: 'eu', name: 'invoicing', reason: 'absent', code: null }],
          missingTopics: [
            { cluster: 'eu', name: 'payments-dlq', reason: 'denied', code: 'TOPIC_AUTHORIZATION_FAILED' },
          ],
          poll: {
            startedAt: '2026-03-01T11:59:59.880Z',
            endedAt: '2026-03-01T12:00:00.000Z',
            durationSeconds: 0.12,
            lastSuccessAt: '2026-03-01T12:00:00.000Z',
            phaseSeconds: { metadata: 0.02 },
            clockStartAt: '2026-02-28T12:00:00.000Z',
            stateWriteErrors: 0,
            errors: [
              { stage: 'log_end', code: 'TIMEOUT', broker: 2, message: 'kafka-2:9092: no answer within 5 s' },
              { stage: 'metadata', code: 'CONNECTION_CLOSED', broker: null, message: 'closed' },
            ],
          },
        },
      },
      { cluster: 'us', labels: {}, pollIntervalSeconds: 15, polled: false, snapshot: null },
    ],
  })
})

test('topics tell their leaders, replicas, readers and failed reads', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, incidentSnapshot())]) })
  const { json } = await askJson(`${app.url}/api/v1/topics?match=audit`)
  assert.deepEqual(json, {
    total: 1,
    topics: [
      {
        cluster: null,
        topic: 'audit',
        topicId: 'id-of-audit',
        up: false,
        configured: false,
        partitions: 2,
        partitionsWithoutLeader: 1,
        partitionsUnderReplicated: 0,
        offsetsHeld: 1800,
        consumerGroups: 1,
        futureTimestamps: null,
        config: null,
        readErrors: [{ code: 'LEADER_NOT_AVAILABLE', count: 7 }],
      },
    ],
    missing: [{ cluster: null, name: 'payments-dlq', reason: 'denied', code: 'TOPIC_AUTHORIZATION_FAILED' }],
    unavailable: [],
  })
})

test('a topic of which nothing is known has nulls', async () => {
  const whole = incidentSnapshot()
  const unknown = new Float64Array(whole.topology.topics.length).fill(Number.NaN)
  const snapshot = {
    ...whole,
    topics: { ...whole.topics, up: unknown, consumerGroups: unknown },
    partitions: { ...whole.partitions, highWatermark: new Float64Array(5).fill(Number.NaN) },
  }
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const { json } = await askJson(`${app.url}/api/v1/topics?limit=1`)
  const answer = json as { total: number; topics: Record<string, unknown>[] }
  const [topic] = answer.topics
  assert.deepEqual([answer.total, answer.topics.length], [2, 1])
  assert.deepEqual([topic?.up, topic?.consumerGroups, topic?.offsetsHeld], [null, null, null])
})

test('dependencies tell whether they answer, how fast, and why not', async () => {
  const kind = 'postgres' as const
  const failure = { code: 'CONNECTION_REFUSED', message: 'connection refused' }
  const estate = estateOf(
    [],
    [
      { name: 'orders-db', kind, up: true, pingMs: 1.5, checkedAt: TAKEN_AT, failure: null },
      { name: 'ledger-db', kind, up: false, pingMs: null, checkedAt: TAKEN_AT, failure },
      { name: 'new-db', kind, up: null, pingMs: null, checkedAt: null, failure: null },
    ],
  )
  await using app = await serveApp({ estate })
  const { json } = await askJson(`${app.url}/api/v1/dependencies`)
  const checkedAt = '2026-03-01T12:00:00.000Z'
  assert.deepEqual(json, {
    dependencies: [
      { name: 'orders-db', kind, up: true, pingSeconds: 0.0015, checkedAt, failure: null },
      { name: 'ledger-db', kind, up: false, pingSeconds: null, checkedAt, failure },
      { name: 'new-db', kind, up: null, pingSeconds: null, checkedAt: null, failure: null },
    ],
  })
})

const CHECKED: ServiceView = {
  name: 'bff',
  address: 'bff:50051',
  status: 'serving',
  since: TAKEN_AT - 60_000,
  checkMs: 2,
  checkedAt: TAKEN_AT,
  failure: null,
  resources: null,
}

test('services stand the worst first, counted by what their last check found', async () => {
  const failure = { code: 'TIMEOUT', message: 'no answer' }
  const services: readonly ServiceView[] = [
    CHECKED,
    { ...CHECKED, name: 'new', status: null, since: null, checkMs: null, checkedAt: null },
    { ...CHECKED, name: 'hung', status: 'unhealthy', failure },
    { ...CHECKED, name: 'other', status: 'unknown', failure },
    { ...CHECKED, name: 'draining', status: 'not_serving' },
    { ...CHECKED, name: 'gone', status: 'offline', failure },
    { ...CHECKED, name: 'bff-2', resources: { cpuRatio: 0.5, memoryBytes: null, failure } },
  ]
  await using app = await serveApp({ estate: estateOf([], [], services) })
  const ask = async (query: string) => {
    const { json } = await askJson(`${app.url}/api/v1/services${query}`)
    return json as ServicesAnswer
  }
  const all = await ask('')
  assert.deepEqual(
    all.services.map(({ name }) => name),
    ['gone', 'hung', 'draining', 'other', 'new', 'bff', 'bff-2'],
  )
  assert.deepEqual(all.counts, {
    offline: 1,
    unhealthy: 1,
    not_serving: 1,
    unknown: 1,
    serving: 2,
    unchecked: 1,
  })
  const some = await ask('?match=BFF&limit=1')
  assert.deepEqual([some.total, some.counts.serving, some.services.map(({ name }) => name)], [2, 2, ['bff']])
  assert.deepEqual(await ask('?match=/^(new|bff-2)$/'), {
    total: 2,
    counts: { offline: 0, unhealthy: 0, not_serving: 0, unknown: 0, serving: 1, unchecked: 1 },
    services: [
      {
        name: 'new',
        address: 'bff:50051',
        status: null,
        since: null,
        checkSeconds: null,
        checkedAt: null,
        failure: null,
        resources: null,
      },
      {
        name: 'bff-2',
        address: 'bff:50051',
        status: 'serving',
        since: '2026-03-01T11:59:00.000Z',
        checkSeconds: 0.002,
        checkedAt: '2026-03-01T12:00:00.000Z',
        failure: null,
        resources: { cpuRatio: 0.5, memoryBytes: null, failure },
      },
    ],
  })
})
