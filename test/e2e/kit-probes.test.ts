import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { API } from '../harness/kafka-gate.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand } from './command.ts'
import { type KitService, startKitService, watchLiveness } from './kit-service.ts'
import { type KitWorld, startKitWorld } from './kit-world.ts'

/** Short, so that what is stuck is seen soon; a service would have minutes. */
const STALLED_AFTER_MS = '2000'
const TOPIC = 'advisories'
/** An idle loop turns more often. */
const IDLE_TURN_S = 6

let world: KitWorld
/** One service for most cases, as in production: each case leaves it as well as it found it. */
let service: KitService
let database: pg.Client
let written = 0
/** Has nothing to do from the beginning to the end, whatever happens to Kafka meanwhile. */
let idle: KitService
let idleAnswers: ReturnType<typeof watchLiveness>

before(async () => {
  world = await startKitWorld()
  await world.lab.createTopics([
    { name: TOPIC, partitions: 3 },
    { name: 'quiet', partitions: 3 },
  ])
  const quiet = {
    KAFKA_BROKERS: world.kafka.brokers.join(),
    KAFKA_TOPIC: 'quiet',
    KAFKA_GROUP: 'idle',
    STALLED_AFTER_MS: '1000',
  }
  ;[service, idle] = await Promise.all([startPipeline({}), startPipeline(quiet)])
  await idle.until('startupz', 200)
  idleAnswers = watchLiveness(idle)
  database = new pg.Client({ connectionString: world.postgres.url })
  // Ended by the case that stops PostgreSQL.
  database.on('error', () => {})
  await database.connect()
})
after(async () => {
  await idleAnswers?.stop()
  await Promise.all([service?.end('SIGTERM'), idle?.end('SIGTERM')])
  await database?.end().catch(() => {})
  await world?.close()
})

function startPipeline(env: Readonly<Record<string, string>>): Promise<KitService> {
  return startKitService('cve-pipeline', {
    KAFKA_BROKERS: world.brokers,
    KAFKA_TOPIC: TOPIC,
    KAFKA_GROUP: 'cve-pipeline',
    DATABASE_URL: world.postgres.url,
    STALLED_AFTER_MS,
    END_OFFSETS_INTERVAL_MS: '500',
    // A broker that comes back waits so long for members that it remembers.
    SESSION_TIMEOUT_MS: '10000',
    ...env,
  })
}

/** The ids of advisories that are written to these partitions, one each. */
async function write(topic: string, ...partitions: readonly number[]): Promise<string[]> {
  const ids = partitions.map(() => `CVE-2026-${String(++written).padStart(5, '0')}`)
  const value = (id: string) =>
    JSON.stringify({ id, severity: 'high', summary: 'Found', modified: '2026-11-27T00:00:00Z' })
  await world.lab.produce(partitions.map((partition, i) => ({ topic, partition, values: [value(ids[i]!)] })))
  return ids
}

async function kept(ids: readonly string[]): Promise<void> {
  await waitUntil(`${ids} are in PostgreSQL`, async () => {
    const { rows } = await database.query('SELECT 1 FROM advisories WHERE id = ANY($1)', [ids])
    return rows.length === ids.length
  })
}

test('it is alive and ready once it works', async () => {
  await service.until('startupz', 200)
  const { body } = await service.until('readyz', 200)
  assert.deepEqual(
    body.checks.map(({ name, ok }) => [name, ok]),
    [
      ['group cve-pipeline', true],
      ['kafka', true],
      [`topic ${TOPIC}`, true],
      ['postgres', true],
    ],
  )
  await kept(await write(TOPIC, 0, 1, 2))
  assert.deepEqual(await service.probe('livez'), {
    status: 200,
    body: { status: 'pass', faults: [], faultCount: 0 },
  })
})

test('a handler that hangs is told with its partition and offset, and is well again when it goes on', async () => {
  const [stuck] = await write(TOPIC, 1)
  await kept([stuck!])
  await database.query('BEGIN')
  await database.query('SELECT 1 FROM advisories WHERE id = $1 FOR UPDATE', [stuck])
  // The same advisory, newer: PostgreSQL lets it wait for the lock.
  const value = JSON.stringify({ id: stuck, severity: 'low', modified: '2026-11-28T00:00:00Z' })
  const [{ first } = { first: 0 }] = await world.lab.produce([
    { topic: TOPIC, partition: 1, values: [value] },
  ])

  const { body } = await service.until('livez', 503)
  assert.deepEqual(
    body.faults.map(({ reason, topic, partition, offset }) => ({ reason, topic, partition, offset })),
    [{ reason: 'stalled', topic: TOPIC, partition: 1, offset: first }],
  )
  assert.match(body.faults[0]!.message, /advisories\[1\] has not advanced at offset \d+ for /)
  assert.equal((await service.probe('readyz')).status, 200)
  assert.equal(await service.grpc('liveness'), 'NOT_SERVING')
  assert.equal(await service.grpc(''), 'NOT_SERVING')
  assert.equal(await service.grpc('readiness'), 'SERVING')
  await service.heartbeatStops()

  await database.query('COMMIT')
  await service.until('livez', 200)
  await waitUntil('the heartbeat file is touched again', () => service.removeHeartbeat())
  assert.equal(await service.grpc('liveness'), 'SERVING')
})

test('fetches that are lost while there is data are no idleness', async () => {
  world.gate.lose(API.fetch)
  // The one that is under way still gets its answer, when there is a record at the latest.
  await waitUntil('a fetch is lost', () => world.gate.lost() > 0)
  const ids = await write(TOPIC, 0, 2)
  const { body } = await service.until('livez', 503)
  assert.deepEqual(body.faults.map(({ reason, partition }) => `${reason} ${partition}`).sort(), [
    'stalled 0',
    'stalled 2',
  ])
  // Turns that only fail touch nothing. Asked by the age of the file, where a hang is asked by its absence.
  await waitUntil('the heartbeat file is old', async () => {
    const { mtimeMs } = await stat(service.heartbeatFile)
    return Date.now() - mtimeMs > IDLE_TURN_S * 1_000
  })
  const age = await runCommand(['heartbeat-check', service.heartbeatFile, `--max-age=${IDLE_TURN_S}s`])
  assert.notEqual(age.code, 0)
  world.gate.lose()
  world.gate.cut()
  await service.until('livez', 200)
  await kept(ids)
})

/** The checks that keep it from being ready. */
async function failing(each: KitService): Promise<string[]> {
  const { body } = await each.probe('readyz')
  return body.checks.filter(({ ok }) => !ok).map(({ name }) => name)
}

/** Each removes the file, and finds one. */
async function twoProbes(each: KitService): Promise<void> {
  for (const time of ['first', 'second']) await waitUntil(`the ${time} probe`, each.removeHeartbeat)
}

/** Stays alive for so long; asked ten times a second. */
async function staysAlive(each: KitService, ms: number): Promise<void> {
  const watched = watchLiveness(each)
  try {
    await waitUntil('it was watched for long enough', () => watched.forMs() >= ms)
  } finally {
    await watched.stop()
  }
  assert.deepEqual(watched.failures(), [])
}

test('PostgreSQL that is away makes it unready, not dead, and no advisory is lost', async () => {
  await database.end()
  await world.postgres.stop()
  const ids = await write(TOPIC, 0, 1, 2)
  const { body } = await service.until('readyz', 503)
  assert.deepEqual(
    body.checks.filter(({ ok }) => !ok).map(({ name }) => name),
    ['postgres'],
  )
  await waitUntil('gRPC tells it', async () => (await service.grpc('cve.Pipeline')) === 'NOT_SERVING')
  await staysAlive(service, 3 * Number(STALLED_AFTER_MS))

  await world.postgres.start()
  database = new pg.Client({ connectionString: world.postgres.url })
  await database.connect()
  await kept(ids)
  await service.until('readyz', 200)
  await service.until('livez', 200)
})

test('without a broker it is alive and unready, and goes on when there is one', async () => {
  await world.kafka.broker(1).kill()
  await waitUntil('the broker is missed', async () => (await failing(service)).includes('kafka'))
  await Promise.all([twoProbes(service), staysAlive(service, 3 * Number(STALLED_AFTER_MS))])
  await world.kafka.broker(1).restart()
  await service.until('readyz', 200)
  await kept(await write(TOPIC, 0, 1, 2))
  await service.until('livez', 200)
})

test('a topic that is missing makes it unready until somebody makes it', async t => {
  const other = await startPipeline({ KAFKA_TOPIC: 'later', KAFKA_GROUP: 'early' })
  t.after(() => other.end('SIGTERM'))
  await waitUntil(
    'group and topic are missed, and they alone',
    async () => String(await failing(other)) === 'group early,topic later',
  )
  await staysAlive(other, 2 * Number(STALLED_AFTER_MS))
  await world.lab.createTopics([{ name: 'later' }])
  await other.until('readyz', 200)
  await other.until('startupz', 200)

  // Deleted under it: KafkaJS gives up, and starts again and again.
  await world.lab.deleteTopics(['later'])
  await waitUntil('the topic is missed', async () => (await failing(other)).includes('topic later'))
  const { body } = await other.probe('readyz')
  assert.equal(body.checks.find(({ name }) => name === 'topic later')?.reason, 'there is no such topic')
  await waitUntil('KafkaJS starts again', () => /Restarting the consumer/.test(other.output()))
  assert.deepEqual(await failing(other), ['group early', 'topic later'])
  await Promise.all([twoProbes(other), staysAlive(other, 2 * Number(STALLED_AFTER_MS))])
  await world.lab.createTopics([{ name: 'later' }])
  await other.until('readyz', 200)
  await kept(await write('later', 0))
  await other.until('livez', 200)
})

test('who has nothing to do is alive, all the time', async () => {
  await waitUntil('ten thresholds have passed', () => idleAnswers.forMs() >= 10_000)
  assert.deepEqual(idleAnswers.failures(), [])
})

/** Not live, not ready, and started. */
async function isCrashed(): Promise<void> {
  const ready = await service.probe('readyz')
  assert.equal(ready.status, 503)
  assert.equal(
    ready.body.checks.find(({ name }) => name === 'group cve-pipeline')?.reason,
    'has not joined its group',
  )
  assert.equal((await service.probe('startupz')).status, 200)
  assert.equal((await service.probe('livez')).status, 503)
}

test('after a crash for good it is dead until it is started anew', async () => {
  const [{ first } = { first: 0 }] = await world.lab.produce([
    { topic: TOPIC, partition: 2, values: ['no advisory'] },
  ])
  const { body } = await service.until('livez', 503)
  assert.deepEqual(
    body.faults.map(({ reason }) => reason),
    ['crashed'],
  )
  assert.match(body.faults[0]!.message, /: KafkaJSNonRetriableError$/)
  assert.match(service.output(), /the record is refused for good/)
  await isCrashed()

  // Kubernetes starts it anew; until somebody passes the record, that ends alike. The start is over: the startup probe
  // must not hold up what the liveness probe has to tell.
  await service.end('SIGTERM')
  service = await startPipeline({})
  await service.until('livez', 503)
  await isCrashed()
  await service.end('SIGTERM')
  await world.lab.commitOffsets([{ group: 'cve-pipeline', offsets: [[TOPIC, 2, first + 1]] }])
  service = await startPipeline({})
  await service.until('readyz', 200)
  await kept(await write(TOPIC, 2))
  await service.until('livez', 200)
})
