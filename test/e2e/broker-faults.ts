import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byLabel, seriesOf, valueIn } from './exposition-text.ts'
import type { Generation, Observed } from './watched-exporter.ts'
import {
  brokerUp,
  groupsServed,
  inSync,
  isWhole,
  ledBy,
  MAX_READING_AGE_SECONDS,
  missing,
  pollErrors,
  readableWithout,
  report,
  type World,
} from './world.ts'

const END = 'kafka_topic_partition_current_offset'
const UNREACHABLE = ['BACKING_OFF', 'CONNECTION_CLOSED', 'CONNECTION_REFUSED', 'TIMEOUT']

/** Faults of brokers: one of three, and all of them. */
export function registerBrokerFaults(world: () => World): void {
  test('one of three brokers is killed: its topic without another replica is leaderless; it returns on its port', async t => {
    const { kafka, exporter } = world()
    await inSync(world())
    const before = exporter.now()
    const alone = ledBy(before, 2, 'solo')
    assert.deepEqual(alone, ['1'])
    const untouched = readableWithout(before, [2])
    const observed = exporter.observe()
    const lastSeenAt = takenAt(before)

    await kafka.broker(2).kill()
    const lost = { topic: 'solo', partition: '1' }
    const without = await exporter.until(
      'its own partition is withdrawn',
      s => valueIn(s, END, lost) === undefined,
    )
    assert.ok(takenAt(without.samples) - lastSeenAt > MAX_READING_AGE_SECONDS, 'not before max_reading_age')
    const leaderless = await exporter.until(
      'the others lead what it led',
      s =>
        seriesOf(s, END, { topic: 'orders' }).length === 6 &&
        valueIn(s, 'kafka_topic_up', { topic: 'solo' }) === 0,
    )
    assert.deepEqual(brokerUp(leaderless.samples), { 1: 1, 2: 0, 3: 1 })
    assert.equal(valueIn(leaderless.samples, 'kafka_topic_up', { topic: 'orders' }), 1)
    assert.equal(valueIn(leaderless.samples, 'kafka_topic_partition_leader', lost), undefined)
    const groupOnLost = { consumergroup: 'billing', ...lost }
    const served = await exporter.until('all groups are served', s =>
      Object.values(byLabel(s, 'kafka_consumergroup_up', 'consumergroup')).every(up => up === 1),
    )
    assert.equal(valueIn(served.samples, 'kafka_consumergroup_current_offset', groupOnLost), 6)
    assert.equal(valueIn(served.samples, 'kafka_consumergroup_lag', groupOnLost), undefined)
    const solo = { consumergroup: 'billing', topic: 'solo' }
    assert.equal(valueIn(served.samples, 'kafka_consumergroup_lag_sum', solo), undefined)
    assert.equal(
      valueIn(served.samples, 'kafka_consumergroup_lag_sum', { consumergroup: 'billing', topic: 'orders' }),
      24,
    )
    assert.ok(pollErrors(served.samples, 'log_start').includes('LEADER_NOT_AVAILABLE'))
    assertUnreachable(served.samples)
    const reason = { topic: 'solo', code: 'LEADER_NOT_AVAILABLE' }
    await exporter.until('the topic tells why', s => valueIn(s, 'kafka_topic_read_errors_total', reason)! > 0)
    await assertToldByApi(world(), 2, 1)

    await kafka.broker(2).restart()
    await kafka.ready()
    await assertRecovers(world())
    assertHarmless(observed, untouched)
    report(t, observed)
  })

  test('one of three brokers is stopped: a poll waits for it, and nobody else does', async t => {
    const { kafka, exporter } = world()
    await inSync(world())
    const before = exporter.now()
    const untouched = readableWithout(before, [3])
    const observed = exporter.observe()
    const lastSeenAt = takenAt(before)

    kafka.broker(3).stop()
    const blocked = await exporter.until('it is down', s => brokerUp(s)[3] === 0)
    const scrapes = exporter.scrapesDuring(blocked)
    assert.ok(scrapes >= 5, `${scrapes} scrapes were answered while the poll waited for the broker`)
    const { phases, errors } = await lastPoll(world())
    t.diagnostic(`${scrapes} scrapes during the poll that waited: ${JSON.stringify(phases)}`)
    assert.ok(errors.some(error => error.broker === 3 && UNREACHABLE.includes(error.code)))
    const lost = { topic: 'solo', partition: '2' }
    const without = await exporter.until(
      'its own partition is withdrawn',
      s => valueIn(s, END, lost) === undefined,
    )
    assert.ok(takenAt(without.samples) - lastSeenAt > MAX_READING_AGE_SECONDS, 'not before max_reading_age')
    const fenced = await exporter.until(
      'the others lead what it led',
      s =>
        seriesOf(s, END, { topic: 'orders' }).length === 6 &&
        valueIn(s, 'kafka_topic_up', { topic: 'solo' }) === 0,
    )
    assert.deepEqual(brokerUp(fenced.samples), { 1: 1, 2: 1, 3: 0 })
    assert.ok(pollErrors(fenced.samples, 'log_start').includes('TIMEOUT'))

    kafka.broker(3).cont()
    await kafka.ready()
    await assertRecovers(world())
    assertHarmless(observed, untouched)
    report(t, observed)
  })

  test('all brokers are down and back', async t => {
    const { kafka, exporter } = world()
    await inSync(world())
    const before = exporter.now()
    const observed = exporter.observe()
    const lastSeenAt = takenAt(before)
    const brokers = [1, 2, 3].map(id => kafka.broker(id))

    await Promise.all(brokers.map(broker => broker.kill()))
    const down = await exporter.until('it is told', s => valueIn(s, 'kafka_up') === 0)
    assert.deepEqual(brokerUp(down.samples), { 1: 0, 2: 0, 3: 0 })
    assert.equal(valueIn(down.samples, 'kafka_brokers'), undefined)
    assertUnreachable(down.samples, 'metadata')
    const empty = await exporter.until('the readings are withdrawn', s => seriesOf(s, END).length === 0)
    assert.ok(takenAt(empty.samples) - lastSeenAt > MAX_READING_AGE_SECONDS, 'not before max_reading_age')
    for (const name of ['kafka_consumergroup_lag', 'kafka_consumergroup_lag_sum', 'kafka_topic_up']) {
      assert.deepEqual(seriesOf(empty.samples, name), [], name)
    }
    assert.equal(valueIn(empty.samples, 'kafka_consumergroup_up', { consumergroup: 'billing' }), 0)
    assert.equal(valueIn(empty.samples, 'kafka_up'), 0)

    await Promise.all(brokers.map(broker => broker.restart()))
    await kafka.ready()
    await groupsServed(world())
    await assertRecovers(world())
    const after = exporter.now()
    assert.equal(valueIn(after, 'kafka_up'), 1)
    const clock = { consumergroup: 'billing', topic: 'orders', partition: '0' }
    const age = 'kafka_consumergroup_offset_advance_age_seconds'
    assert.ok(valueIn(after, age, clock)! > valueIn(before, age, clock)!, 'the clock went on')
    assert.ok(observed.generations().every(({ samples }) => valueIn(samples, 'kafka_up') !== undefined))
    assert.deepEqual(observed.broken, [])
    report(t, observed)
  })
}

function takenAt(samples: Generation['samples']): number {
  return valueIn(samples, 'kafka_health_exporter_snapshot_timestamp_seconds') ?? Number.NaN
}

/** The first poll that begins after the broker's return finds everything. */
async function assertRecovers({ exporter }: World): Promise<void> {
  const { samples } = await exporter.nextPoll()
  assert.deepEqual(missing(samples), [])
  assert.ok(isWhole(samples))
}

/** No gap in what does not need the broker, no broken invariant, and Kafka was up all the time. */
function assertHarmless(observed: Observed, untouched: readonly string[]): void {
  assert.ok(untouched.length > 100, 'most can be read without it')
  assert.deepEqual(observed.gapsOf(untouched), [])
  assert.deepEqual(observed.broken, [])
  assert.ok(observed.generations().every(({ samples }) => valueIn(samples, 'kafka_up') === 1))
}

function assertUnreachable(samples: Generation['samples'], stage = 'log_start'): void {
  const codes = pollErrors(samples, stage)
  assert.ok(
    codes.some(code => UNREACHABLE.includes(code)),
    `${stage} failed with ${codes}`,
  )
}

interface ClusterAnswer {
  readonly snapshot: {
    readonly brokers: readonly { readonly id: number; readonly up: boolean; readonly failure: unknown }[]
    readonly poll: {
      readonly phaseSeconds: Readonly<Record<string, number>>
      readonly errors: readonly { readonly code: string; readonly broker: number | null }[]
    }
  }
}

async function clusterAnswer({ exporter }: World): Promise<ClusterAnswer['snapshot']> {
  const { clusters } = (await exporter.json('/api/v1/clusters')) as { clusters: ClusterAnswer[] }
  return clusters[0]!.snapshot
}

async function lastPoll(world: World) {
  const { phaseSeconds, errors } = (await clusterAnswer(world)).poll
  return { phases: phaseSeconds, errors }
}

async function assertToldByApi(world: World, broker: number, partitionsWithoutLeader: number): Promise<void> {
  const { brokers } = await clusterAnswer(world)
  const told = brokers.find(one => one.id === broker)
  assert.equal(told?.up, false)
  assert.notEqual(told?.failure, null)
  const { topics } = (await world.exporter.json('/api/v1/topics?match=solo')) as {
    topics: { topic: string; up: boolean; partitionsWithoutLeader: number }[]
  }
  assert.deepEqual(
    topics.map(topic => [topic.topic, topic.up, topic.partitionsWithoutLeader]),
    [['solo', false, partitionsWithoutLeader]],
  )
}
