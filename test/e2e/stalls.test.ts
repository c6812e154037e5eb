import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import type { PartitionLag } from '../../src/http/api/partition-lag.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { labelsOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { ALL_FAMILIES, type Cell, cellOf, lagOf, polled, takenAt } from './lag-clock.ts'
import { startTraffic, type Traffic } from './traffic.ts'
import { type Generation, type WatchedExporter, watchExporter } from './watched-exporter.ts'
import { brokerUp } from './world.ts'

const PARTITIONS = 50
const WEDGED = 17
/** By commits of every few seconds: without what is learnt from them, a threshold would be at 2.9 s. */
const SLOW_SECONDS = 5
const UNLEARNT_SECONDS = 2.9
const NO_CONSUMER_SECONDS = 3
const UNHEALTHY = 'kafka_consumergroup_partition_unhealthy_seconds'
const COMMITTED = 'kafka_consumergroup_current_offset'

let kafka: KafkaCluster
let lab: Lab
let exporter: WatchedExporter
let traffic: Traffic[]

before(async () => {
  kafka = await startKafka({ dedicatedController: true })
  lab = await startLab(kafka)
  await lab.createTopics([
    { name: 'many', partitions: PARTITIONS },
    ...['slow', 'idle', 'sparse', 'scaled'].map(name => ({ name })),
    { name: 'rolling', partitions: 6 },
  ])
  await lab.produce(['idle', 'sparse', 'scaled'].map(topic => ({ topic, count: 5 })))
  traffic = [startTraffic(lab, 'many', PARTITIONS), startTraffic(lab, 'slow')]
  await lab.join({ member: 'many', kind: 'classic', group: 'wedge', topics: ['many'] })
  await lab.join({
    ...{ member: 'slow', kind: 'classic', group: 'slow', topics: ['slow'] },
    commitEverySeconds: SLOW_SECONDS,
  })
  await lab.join({ member: 'idle', kind: 'classic', group: 'idle', topics: ['idle'] })
  await lab.join({ member: 'sparse', kind: 'consumer', group: 'sparse', topics: ['sparse'] })
  await lab.join({ member: 'scaled', kind: 'classic', group: 'scaled', topics: ['scaled'] })
  exporter = await watchExporter(`
clusters:
  - brokers: [${kafka.brokers.map(broker => `'${broker}'`).join(', ')}]
    poll_interval: 1s
    request_timeout: 2s
    no_consumer_after: ${NO_CONSUMER_SECONDS}s
    objectives:
      - {groups: ['rolling-.*'], stalled_after: 8s, stalled_after_max: 1m}
      - {groups: ['.*'], stalled_after: 2s, stalled_after_max: 1m}
${ALL_FAMILIES}
web: {listen_address: '127.0.0.1:0'}
`)
  await exporter.until('every partition is read', s => seriesOf(s, COMMITTED).length >= PARTITIONS + 4)
})
after(async () => {
  await Promise.all(traffic?.map(one => one.stop()) ?? [])
  await exporter?.stop()
  await lab?.close()
  await kafka?.close()
})

/** `group topic/partition state` of whatever is in a bad state. */
function unhealthy(samples: Samples, groups: RegExp = /./): string[] {
  return seriesOf(samples, UNHEALTHY)
    .map(labelsOf)
    .filter(({ consumergroup = '' }) => groups.test(consumergroup))
    .map(l => `${l.consumergroup} ${l.topic}/${l.partition} ${l.state}`)
}

function unhealthyInAny(generations: readonly Generation[], groups?: RegExp): string[] {
  return [...new Set(generations.flatMap(({ samples }) => unhealthy(samples, groups)))]
}

function isStalled(samples: Samples, cell: Cell): boolean {
  return valueIn(samples, UNHEALTHY, { ...cell, state: 'stalled' }) !== undefined
}

function committedOf(samples: Samples, cell: Cell): number | undefined {
  return valueIn(samples, COMMITTED, { ...cell })
}

async function ask({ consumergroup, topic, partition }: Cell): Promise<PartitionLag> {
  const detail = (await exporter.json(`/api/v1/groups/${consumergroup}`)) as GroupDetail
  const found = detail.topicList.find(one => one.topic === topic)?.partitions
  return found!.find(one => one.partition === Number(partition))!
}

/** States of a group on a topic and how many partitions are in each. */
function states(samples: Samples, consumergroup: string): Record<string, number> {
  const found = seriesOf(samples, 'kafka_consumergroup_partitions', { consumergroup })
  return Object.fromEntries(
    found.filter(series => samples.get(series)! > 0).map(s => [labelsOf(s).state, samples.get(s)!]),
  )
}

/** The value of the condition in the first scrape that shows it, and what it must lie above and not reach a poll before. */
function onset(seen: readonly Generation[], labels: Readonly<Record<string, string>>) {
  const at = seen.findIndex(({ samples }) => valueIn(samples, UNHEALTHY, labels) !== undefined)
  assert.ok(at > 0, 'the onset was seen')
  const { samples } = seen[at]!
  const seconds = valueIn(samples, UNHEALTHY, labels)!
  const sincePoll = (takenAt(samples) - takenAt(seen[at - 1]!.samples)) / 1_000
  return {
    seconds,
    secondsBefore: seconds - sincePoll,
    since: takenAt(samples) - Math.round(seconds * 1_000),
  }
}

test('the first record of a sparse topic is work that has just begun', async () => {
  const cell = cellOf('sparse', 'sparse')
  const { thresholdSeconds } = await ask(cell)
  await exporter.until('nothing has come for longer than it may wait', s => {
    const age = valueIn(s, 'kafka_consumergroup_offset_advance_age_seconds', { ...cell })
    return age !== undefined && age > thresholdSeconds! + 1
  })
  await lab.steer('sparse', { wedged: [['sparse', 0]] })
  await lab.produce([{ topic: 'sparse', count: 1 }])
  const first = await exporter.until('it waits', s => lagOf(s, cell) === 1)
  assert.deepEqual(states(first.samples, 'sparse'), { advancing: 1 })
  await lab.steer('sparse', { wedged: [] })
  await exporter.until('it is consumed', s => states(s, 'sparse').caught_up === 1)
  assert.deepEqual(unhealthyInAny(exporter.generations, /^sparse$/), [])
})

test('a group that is scaled to zero has no consumer, and back again it has just begun', async () => {
  const cell = cellOf('scaled', 'scaled')
  const observed = exporter.observe()
  await lab.leave('scaled')
  await lab.produce([{ topic: 'scaled', count: 20 }])
  const state = 'no_consumer'
  await exporter.until('it has no consumer', s => unhealthy(s, /^scaled$/).length > 0)
  const { seconds, secondsBefore } = onset(polled(observed.generations()), { ...cell, state })
  assert.ok(seconds > NO_CONSUMER_SECONDS && secondsBefore <= NO_CONSUMER_SECONDS, `${seconds} s`)
  const { thresholdSeconds } = await ask(cell)
  await exporter.until(
    'more time has passed than a consumer may take',
    s => valueIn(s, 'kafka_consumergroup_stalled_seconds', { ...cell })! > thresholdSeconds! + 1,
  )

  // Back, and at first without a commit: a poll sees a member, work and no advance.
  await lab.join({
    ...{ member: 'scaled', kind: 'classic', group: 'scaled', topics: ['scaled'] },
    wedged: [['scaled', 0]],
  })
  const back = await exporter.nextPoll()
  assert.deepEqual(states(back.samples, 'scaled'), { advancing: 1 })
  assert.equal(lagOf(back.samples, cell), 20)
  await lab.steer('scaled', { wedged: [] })
  await exporter.until('it has caught up', s => states(s, 'scaled').caught_up === 1)
  assert.deepEqual(unhealthyInAny(exporter.generations, /^scaled$/), ['scaled scaled/0 no_consumer'])
})

test('a consumer wedged on one of 50 partitions is stalled there, and nowhere else', async t => {
  const cell = cellOf('wedge', 'many', WEDGED)
  const others = Array.from({ length: PARTITIONS }, (_, p) => cellOf('wedge', 'many', p)).filter(
    (_, p) => p !== WEDGED,
  )
  await exporter.until('all are known', s => states(s, 'wedge').unknown === undefined)
  const observed = exporter.observe()
  await lab.steer('many', { wedged: [['many', WEDGED]] })
  const { samples: stalled } = await exporter.until('it is stalled', s => isStalled(s, cell))
  const { thresholdSeconds, owner } = await ask(cell)
  assert.ok(thresholdSeconds! >= 2 && thresholdSeconds! <= 6, `threshold ${thresholdSeconds} s`)
  assert.equal(owner?.clientId, 'many')

  // The clock of the stall began with the last advance, or with the first poll after it that saw work.
  const seen = polled(observed.generations())
  const { seconds, secondsBefore, since } = onset(seen, { ...cell, state: 'stalled' })
  t.diagnostic(`threshold ${thresholdSeconds} s, stalled in the scrape at ${seconds} s`)
  assert.ok(seconds > thresholdSeconds!, `stalled at ${seconds} s, threshold ${thresholdSeconds} s`)
  assert.ok(secondsBefore <= thresholdSeconds!, `not stalled one poll before, at ${secondsBefore} s`)
  const last = committedOf(stalled, cell)
  const still = seen.filter(({ samples }) => committedOf(samples, cell) === last)
  const began = still.find(({ samples }) => lagOf(samples, cell)! > 0)!
  assert.equal(since, takenAt(began.samples))

  for (const { samples } of seen) {
    const { advancing = 0, caught_up = 0, ...bad } = states(samples, 'wedge')
    assert.equal(advancing + caught_up + (isStalled(samples, cell) ? 1 : 0), PARTITIONS, JSON.stringify(bad))
  }
  assert.deepEqual(
    others.filter(other => !(committedOf(stalled, other)! > committedOf(began.samples, other)!)),
    [],
    'all others went on meanwhile',
  )

  await lab.steer('many', { wedged: [] })
  await waitUntil('it has committed', async () => {
    const { offsets } = (await lab.oracle()).groups.wedge!
    return offsets.some(o => o.partition === WEDGED && o.offset > last!)
  })
  const { samples: mended } = await exporter.nextPoll()
  assert.deepEqual(unhealthy(mended, /^wedge$/), [])
  assert.deepEqual(unhealthyInAny(observed.generations(), /^wedge$/), [`wedge many/${WEDGED} stalled`])
  assert.deepEqual(observed.broken, [])
})

test('who commits every few seconds is never stalled, nor is who has nothing to do', async t => {
  const cell = cellOf('slow', 'slow')
  const commits = () => new Set(exporter.generations.map(({ samples }) => committedOf(samples, cell))).size
  await exporter.until('its pace is learnt', () => commits() > 11)
  const slowest = polled(exporter.generations)
    .slice(-10)
    .map(({ samples }) => valueIn(samples, 'kafka_consumergroup_stalled_seconds', { ...cell })!)
  assert.ok(Math.max(...slowest) > UNLEARNT_SECONDS, `${slowest}: what was learnt was needed`)
  t.diagnostic(`without an advance for up to ${Math.max(...slowest)} s`)
  assert.deepEqual(unhealthyInAny(exporter.generations, /^(slow|idle)$/), [])
  assert.deepEqual(states(exporter.now(), 'idle'), { caught_up: 1 })
  await Promise.all(traffic.splice(0).map(one => one.stop()))
  for (const member of ['many', 'slow', 'idle', 'sparse', 'scaled']) await lab.leave(member)
})

const ROLLING = [
  { group: 'rolling-classic', kind: 'classic' },
  { group: 'rolling-consumer', kind: 'consumer' },
] as const

async function join(group: string, kind: 'classic' | 'consumer', n: number): Promise<void> {
  await lab.join({ member: `${group}-${n}`, kind, group, topics: ['rolling'], awaitAssigned: false })
}

function assertMoved(t: TestContext, from: Samples, to: Samples): void {
  const moved = ROLLING.flatMap(({ group }) =>
    Array.from({ length: 6 }, (_, p) => cellOf(group, 'rolling', p)).map(
      cell => committedOf(to, cell)! - committedOf(from, cell)!,
    ),
  )
  t.diagnostic(`records consumed meanwhile, by partition: ${moved}`)
  assert.ok(moved.every(records => records > 0))
}

test('neither consumers nor brokers that are restarted one after the other make a stall', async t => {
  traffic.push(startTraffic(lab, 'rolling', 6))
  for (const { group, kind } of ROLLING) for (const n of [1, 2, 3]) await join(group, kind, n)
  const isQuiet = (s: Samples) =>
    ROLLING.every(({ group }) => {
      const { advancing = 0, caught_up = 0 } = states(s, group)
      return advancing + caught_up === 6
    })
  const start = await exporter.until('all partitions are consumed', isQuiet)
  const observed = exporter.observe()

  for (const n of [1, 2, 3]) {
    for (const { group, kind } of ROLLING) {
      await lab.leave(`${group}-${n}`)
      await join(group, kind, n)
    }
    await exporter.nextPoll()
  }
  const consumersDone = await exporter.nextPoll()
  assertMoved(t, start.samples, consumersDone.samples)

  for (const id of [1, 2, 3]) {
    await kafka.broker(id).kill()
    await exporter.until(`broker ${id} is down`, s => brokerUp(s)[id] === 0)
    await kafka.broker(id).restart()
    await kafka.ready()
    await exporter.until(`broker ${id} is back and in sync`, s => {
      const under = seriesOf(s, 'kafka_topic_partition_under_replicated_partition')
      return brokerUp(s)[id] === 1 && under.every(series => s.get(series) === 0)
    })
  }
  const end = await exporter.until('all is as before', isQuiet)
  assertMoved(t, consumersDone.samples, end.samples)
  const thresholds = await Promise.all(ROLLING.map(({ group }) => ask(cellOf(group, 'rolling', 0))))
  const lasted = (takenAt(end.samples) - takenAt(start.samples)) / 1_000
  const stood = observed
    .generations()
    .flatMap(({ samples }) =>
      seriesOf(samples, 'kafka_consumergroup_stalled_seconds', { topic: 'rolling' }).map(
        s => samples.get(s)!,
      ),
    )
  t.diagnostic(
    `${lasted} s, thresholds ${thresholds.map(one => one.thresholdSeconds)} s, one stood for ${Math.max(...stood)} s`,
  )
  assert.deepEqual(unhealthyInAny(observed.generations(), /^rolling-/), [])
  assert.deepEqual(observed.broken, [])
})
