import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { type Samples, valueIn } from './exposition-text.ts'
import { ALL_FAMILIES, type Cell, cellOf, lagMs, lagOf, polled, takenAt, uncertaintyMs } from './lag-clock.ts'
import { type WatchedExporter, watchExporter } from './watched-exporter.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const USER = { name: 'describer', password: 'describer-secret' }

/** By partition: how old the first unconsumed record is when the test begins, and how far apart those before it are. */
const HEADS = [
  { age: 3 * SECOND, step: 100 },
  { age: 20 * SECOND, step: 7 * SECOND },
  { age: 2 * MINUTE, step: SECOND },
  { age: 15 * MINUTE, step: 5 * MINUTE },
  { age: HOUR, step: 30 * SECOND },
  { age: 7 * HOUR, step: 4 * HOUR },
  { age: 36 * HOUR, step: 10 * MINUTE },
  { age: 6 * DAY, step: DAY },
] as const
const CONSUMED = 20
const WAITING = 20
/** A consumer that works off a week, a hundred minutes with each commit. */
const BACKLOG = { count: 2_000, step: 5 * MINUTE, perCommit: 20 } as const

let kafka: KafkaCluster
let lab: Lab
let exporter: WatchedExporter
let start: number
/** Time stamps by offset. */
const moving: number[] = []
let backlogFrom: number
let stopMoving: () => Promise<void>

before(async () => {
  kafka = await startKafka({
    brokers: 1,
    listeners: 'sasl_plaintext',
    users: [USER],
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // The brokers themselves and the lab, on the listeners without authentication.
      'super.users': 'User:ANONYMOUS',
    },
  })
  lab = await startLab(kafka)
  const describe = { user: USER.name, operation: 'Describe' } as const
  await lab.grant([
    { ...describe, resource: 'cluster', name: 'kafka-cluster' },
    { ...describe, resource: 'group', name: '*' },
    { ...describe, resource: 'topic', name: '*' },
    { user: USER.name, resource: 'topic', name: 'open', operation: 'Read' },
  ])
  const configs = { 'retention.ms': '-1' }
  await lab.createTopics([
    ...['closed', 'open'].map(name => ({ name, partitions: HEADS.length, configs })),
    ...['moving', 'backlog'].map(name => ({ name, configs })),
  ])
  start = Date.now()
  backlogFrom = start - BACKLOG.count * BACKLOG.step
  await lab.produce([
    ...['closed', 'open'].flatMap(topic =>
      HEADS.flatMap(({ age, step }, partition) => {
        const before = { count: CONSUMED, timestamp: start - age - CONSUMED * step, timestampStepMs: step }
        const after = { count: WAITING, timestamp: start - age, timestampStepMs: age / WAITING }
        return [before, after].map(batch => ({ topic, partition, ...batch }))
      }),
    ),
    { topic: 'backlog', count: BACKLOG.count, timestamp: backlogFrom, timestampStepMs: BACKLOG.step },
  ])
  await lab.commitOffsets([
    {
      group: 'still',
      offsets: ['closed', 'open'].flatMap(topic => HEADS.map((_, p) => [topic, p, CONSUMED] as const)),
    },
  ])
  stopMoving = startMoving()
  exporter = await watchExporter(`
clusters:
  - brokers: ['${kafka.brokers[0]}']
    poll_interval: 1s
    sasl: {mechanism: plain, username: ${USER.name}, password: ${USER.password}}
${ALL_FAMILIES}
web: {listen_address: '127.0.0.1:0'}
`)
  await exporter.until('something is known', s => lagMs(s, cellOf('still', 'open')) !== undefined)
  for (let poll = 0; poll < 8; poll++) await exporter.nextPoll()
})
after(async () => {
  await stopMoving?.()
  await exporter?.stop()
  await lab?.close()
  await kafka?.close()
})

/** A producer and its consumer 3 s behind, and one that works off what is older. Neither ever rests. */
function startMoving(): () => Promise<void> {
  let isOn = true
  const running = (async () => {
    let worked = 0
    while (isOn) {
      const timestamp = Date.now()
      await lab.produce([{ topic: 'moving', count: 5, timestamp }])
      for (let i = 0; i < 5; i++) moving.push(timestamp)
      const behind = moving.findIndex(at => at > timestamp - 3 * SECOND)
      worked = Math.min(BACKLOG.count - 1, worked + BACKLOG.perCommit)
      await lab.commitOffsets([
        {
          group: 'moving',
          offsets: [
            ['moving', 0, behind],
            ['backlog', 0, worked],
          ],
        },
      ])
      // The pace of the producer.
      await pause(200)
    }
  })()
  return async () => {
    isOn = false
    await running
  }
}

/**
 * Every scrape that showed lag, from the second poll on, told an age within max(2 s, 5 %) of the truth, and within what
 * it said of itself. One poll has six rounds of questions, and days need some more.
 */
function assertClose(cell: Cell, stampOf: (committed: number) => number): void {
  const all = polled(exporter.generations)
  const first = takenAt(all[0]!.samples)
  const behind = all.filter(({ samples }) => takenAt(samples) > first && (lagOf(samples, cell) ?? 0) > 0)
  assert.ok(behind.length >= 8, `${behind.length} scrapes of ${cell.topic} with lag`)
  for (const { samples } of behind) {
    const truth = takenAt(samples) - stampOf(committedIn(samples, cell))
    const told = lagMs(samples, cell)
    const name = `${cell.topic}/${cell.partition}: told ${told}, truth ${truth}`
    assert.ok(told !== undefined && told >= 0, name)
    assert.ok(Math.abs(told - truth) <= Math.max(2 * SECOND, truth / 20), name)
    const uncertainty = uncertaintyMs(samples, cell)!
    assert.ok(Math.abs(told - truth) <= uncertainty + 2, `${name}, uncertainty ${uncertainty}`)
  }
}

function committedIn(samples: Samples, cell: Cell): number {
  const committed = valueIn(samples, 'kafka_consumergroup_current_offset', { ...cell })
  assert.ok(committed !== undefined)
  return committed
}

for (const [p, { age }] of HEADS.entries()) {
  test(`without READ the age of a record from ${age / SECOND} s ago is found, ever anew while it grows`, () => {
    assertClose(cellOf('still', 'closed', p), () => start - age)
  })
}

test('without READ the lag of a consumer that always moves is found in every poll', () => {
  assertClose(cellOf('moving', 'moving'), committed => moving[committed]!)
})

test('without READ a consumer that works off a week is dated at every place', () => {
  const cell = cellOf('moving', 'backlog')
  assertClose(cell, committed => backlogFrom + committed * BACKLOG.step)
  const places = new Set(polled(exporter.generations).map(({ samples }) => committedIn(samples, cell)))
  assert.ok(places.size >= 6, `${places.size} places`)
})

test('with READ on one topic alone its records are read, to the millisecond', () => {
  for (const [p, { age }] of HEADS.entries()) {
    const cell = cellOf('still', 'open', p)
    for (const { samples } of polled(exporter.generations)) {
      assert.equal(lagMs(samples, cell), takenAt(samples) - (start - age))
      assert.equal(uncertaintyMs(samples, cell), 0)
    }
  }
})

test('the API tells which is which', async () => {
  const { topicList } = (await exporter.json('/api/v1/groups/still')) as GroupDetail
  const readable = topicList.map(({ topic, partitions }) => [topic, ...partitions.map(p => p.readable)])
  assert.deepEqual(readable, [
    ['closed', ...HEADS.map(() => false)],
    ['open', ...HEADS.map(() => true)],
  ])
})
