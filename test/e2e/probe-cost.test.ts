import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createPipeline } from '../../src/run.ts'
import { FormulaLog } from '../fakes/simulated-cluster/log/formula-log.ts'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { settingsOf } from './running-exporter.ts'

const TOPICS = 100
const PARTITIONS = 100
const LAGGING = TOPICS * PARTITIONS
const END = 5_000
const INTERVAL_MS = 15_000
const MOVED = 1_000
/** A batch of ten records, as they lie in the simulated logs. */
const BATCH_BYTES = 1_400
const SMALL_BUDGET_PER_SECOND = 64 * 1024

const topicOf = (t: number) => `topic-${String(t).padStart(3, '0')}`

let cluster: SimulatedCluster
let now = 1_800_000_000_000

before(async () => {
  cluster = await startSimulatedCluster({ keepRequests: 10_000, now: () => now })
  const group = cluster.state.addGroup({ id: 'behind' })
  const formula = { timestampAt: (offset: number) => 1_800_000_000_000 - (END - offset) * 60_000 }
  for (let t = 0; t < TOPICS; t++) {
    const { name, partitions } = cluster.state.addTopic({ name: topicOf(t), partitions: PARTITIONS })
    for (const [p, partition] of partitions.entries()) {
      partition.log = new FormulaLog({ ...formula, recordsPerBatch: 10 }, { end: END })
      group.commit(name, p, END - 1_000 + p)
    }
  }
})
after(() => cluster?.close())

function pipelineWith(flags: Readonly<Record<string, string>>) {
  const brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')
  const settings = settingsOf({
    'kafka.brokers': brokers,
    'poll.interval': `${INTERVAL_MS / 1_000}s`,
    ...flags,
  })
  const quiet = () => {}
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  return createPipeline(settings.clusters[0]!, settings, { log, clock: () => now })
}

/** What one poll asked of the brokers, by their own books. */
class Bill {
  /** How often each `topic/partition@offset` was asked for. */
  readonly asked = new Map<string, number>()
  /** By the exporter's counter. */
  bytes = 0
  deferred = 0
  /** By the sockets: all that the brokers sent. */
  sent = 0
}

interface FetchBody {
  readonly topics: readonly {
    /** Up to v12. */
    readonly topic?: string
    readonly topicId?: string
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: bigint | number }[]
  }[]
}

function bookkeeping(pipeline: ReturnType<typeof pipelineWith>) {
  let bytesBefore = 0
  return async (): Promise<Bill> => {
    cluster.clearRequests()
    const sentBefore = cluster.bytesSent
    now += INTERVAL_MS
    const { poll, cells } = await pipeline.poll()
    assert.equal(cells.lag.length, LAGGING)
    const bill = new Bill()
    bill.bytes = poll.probeBytes - bytesBefore
    bytesBefore = poll.probeBytes
    bill.deferred = poll.probesDeferred
    bill.sent = cluster.bytesSent - sentBefore
    for (const request of cluster.requestsOf('Fetch')) {
      for (const { topic, topicId, partitions } of (request.body() as unknown as FetchBody).topics) {
        for (const { partition, fetchOffset } of partitions) {
          const place = `${topic || topicId}/${partition}@${fetchOffset}`
          bill.asked.set(place, (bill.asked.get(place) ?? 0) + 1)
        }
      }
    }
    return bill
  }
}

const most = (asked: ReadonlyMap<string, number>) => Math.max(0, ...asked.values())

test('10,000 lagging partitions are looked at once for each place that they come to', async () => {
  const pipeline = pipelineWith({})
  const next = bookkeeping(pipeline)
  const first = await next()
  assert.deepEqual([first.asked.size, most(first.asked), first.deferred], [LAGGING, 1, 0])
  const still = await next()
  assert.deepEqual([still.asked.size, still.bytes], [0, 0])

  // Some move on: by one record within a batch, or far.
  const group = cluster.group('behind')
  for (let i = 0; i < MOVED; i++) {
    const topic = topicOf(i % TOPICS)
    const p = Math.floor(i / TOPICS)
    group.commit(topic, p, group.commits.get(topic)!.get(p)! + (i % 2 === 0 ? 1 : 100))
  }
  const moved = await next()
  assert.ok(moved.asked.size >= MOVED / 2 && moved.asked.size <= MOVED, `${moved.asked.size} looked at`)
  assert.equal(most(moved.asked), 1)
  const after = await next()
  assert.equal(after.asked.size, 0)

  // The end of the log moving on says nothing new of the record that waits.
  for (const { partitions } of cluster.topics.values())
    for (const { log } of partitions) if (log instanceof FormulaLog) log.end += 10
  assert.equal((await next()).asked.size, 0)
  await pipeline.stop()
})

test('a small budget is kept in every poll, what it leaves for later is told, and all is known in the end', async t => {
  const pipeline = pipelineWith({ 'probe.max-bytes-per-second': `${SMALL_BUDGET_PER_SECOND / 1024}KiB` })
  const next = bookkeeping(pipeline)
  const budget = (SMALL_BUDGET_PER_SECOND * INTERVAL_MS) / 1_000
  const idle: number[] = []
  const bills: Bill[] = []
  do bills.push(await next())
  while (bills.at(-1)!.deferred > 0 && bills.length < 100)
  for (let n = 0; n < 2; n++) idle.push((await next()).sent)

  t.diagnostic(
    `looked at, by poll: ${bills.map(({ asked }) => asked.size)}; bytes ${bills.map(b => b.bytes)}`,
  )
  assert.ok(bills.length > 5, `${bills.length} polls`)
  for (const [n, { bytes, sent, deferred }] of bills.entries()) {
    assert.ok(bytes <= budget + BATCH_BYTES, `poll ${n} read ${bytes} bytes, may ${budget}`)
    // Heads of answers and of partitions in them come on top of the records.
    if (n > 0) assert.ok(sent - Math.max(...idle) <= 1.2 * budget, `poll ${n} was sent ${sent}`)
    if (n < bills.length - 1) assert.ok(deferred > 0)
  }
  const all = new Map<string, number>()
  for (const { asked } of bills)
    for (const [place, times] of asked) all.set(place, (all.get(place) ?? 0) + times)
  assert.deepEqual([all.size, most(all)], [LAGGING, 1])
  await pipeline.stop()
})
