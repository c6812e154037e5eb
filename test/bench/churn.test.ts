import assert from 'node:assert/strict'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { benchSettings, quietLog } from '../../bench/poll/bench-settings.ts'
import { CATALOG, selectFamilies } from '../../src/catalog/catalog.ts'
import { ExporterRegistry } from '../../src/exposition/exporter-registry.ts'
import { SeriesBudget } from '../../src/exposition/series-budget.ts'
import { createPipeline } from '../../src/run.ts'
import { openCluster } from '../fakes/simulated-cluster/opened.ts'

const INTERVAL_MS = 15_000
/** 1,000 a minute. */
const NEW_GROUPS = 230
const NEW_TOPICS = 20
/** Polls that each of them is there for; a group is taken for gone one poll later. */
const LIFE = 2
/** Long, so that whoever keeps the names of the dead is found out. */
const GROUP_PADDING = 'x'.repeat(400)
const TOPIC_PADDING = 'x'.repeat(200)

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heldBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** An exporter of a simulated cluster in which groups and topics come and go with each poll. */
async function openChurn(t: TestContext, maxSeries: number) {
  let now = 1_700_000_000_000
  const cluster = await openCluster(t, { now: () => now, keepRequests: 0, keepBodies: false })
  cluster.state.addTopic({ name: 'orders', partitions: 6, highWatermark: 100 })
  cluster.state.addGroup({ id: 'payments', commits: { orders: [90, 90, 90, 90, 90, 90] } })
  const folder = await mkdtemp(join(tmpdir(), 'churn-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')
  const stateFile = join(folder, 'state')
  const settings = benchSettings(brokers, { stateFile, pollIntervalMs: INTERVAL_MS, probes: false })
  const families = selectFamilies(CATALOG, settings.metrics.families)
  const budget = new SeriesBudget({ families, granularity: [], maxSeries }, quietLog)
  const pipeline = createPipeline(settings.clusters[0]!, settings, {
    log: quietLog,
    clock: () => now,
    beforePublication: (name, snapshot) => budget.weigh(name, snapshot),
  })
  t.after(() => pipeline.stop())
  const detailOf = budget.detailOf.bind(budget)
  const registry = new ExporterRegistry({ clusters: () => [pipeline.handle], families, detailOf })
  let round = 0
  return {
    pipeline,
    /** One generation comes, an older one goes, then a poll and a scrape. @returns the text */
    async turn(): Promise<string> {
      const nameOf = (kind: string, of: number, n: number) =>
        `${kind}-${kind === 'topic' ? TOPIC_PADDING : GROUP_PADDING}-${String(of).padStart(6, '0')}-${String(n).padStart(4, '0')}`
      for (let n = 0; n < NEW_TOPICS; n++) {
        cluster.state.addTopic({ name: nameOf('topic', round, n), partitions: 2, highWatermark: 50 })
        cluster.state.topics.delete(nameOf('topic', round - LIFE, n))
      }
      for (let n = 0; n < NEW_GROUPS; n++) {
        const topic = nameOf('topic', round, n % NEW_TOPICS)
        const commits = { [topic]: [40, 45], orders: [80, 80, 80, 80, 80, 80] }
        cluster.state.addGroup({ id: nameOf('console-consumer', round, n), state: 'Empty', commits })
        cluster.state.deleteGroup(nameOf('console-consumer', round - LIFE, n))
      }
      round++
      now += INTERVAL_MS
      await pipeline.poll()
      const chunks = await registry.scrape({ gzip: false }).body.toArray()
      return Buffer.concat(chunks).toString()
    },
    stateBytes: async () => (await stat(stateFile)).size,
  }
}

/** What is held grows by less than a poll leaves behind that keeps no more than the names of its groups. */
function assertLevel(held: readonly number[]): void {
  const quarter = held.length / 4
  const middle = (part: readonly number[]) => [...part].sort((a, b) => a - b)[part.length >> 1] as number
  const growth = (middle(held.slice(-quarter)) - middle(held.slice(-2 * quarter, -quarter))) / quarter
  const names = NEW_GROUPS * GROUP_PADDING.length
  assert.ok(growth < names, `held grew by ${Math.round(growth)} bytes a poll: ${held.join(' ')}`)
}

function seriesOf(text: string): number {
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length
}

test('of a thousand groups and topics a minute nothing is left when they are gone', async t => {
  const { turn, pipeline, stateBytes } = await openChurn(t, 0)
  const held: number[] = []
  const files: number[] = []
  const series: number[] = []
  for (let poll = 0; poll < 24; poll++) {
    const text = await turn()
    const { layout, topology, groups } = pipeline.handle.snapshot()!
    assert.equal(layout.groups.length, 1 + Math.min(poll + 1, LIFE + 1) * NEW_GROUPS)
    assert.equal(groups.length, layout.groups.length)
    assert.equal(topology.topics.length, 1 + Math.min(poll + 1, LIFE) * NEW_TOPICS)
    series.push(seriesOf(text))
    files.push(await stateBytes())
    held.push(heldBytes())
  }
  // From the second generation on each poll finds as many as the one before.
  const settled = (values: readonly number[]) => new Set(values.slice(10))
  assert.equal(settled(series).size, 1, `series: ${series.join(' ')}`)
  assert.equal(settled(files).size, 1, `bytes of the state: ${files.join(' ')}`)
  assertLevel(held)
})

test('the same under a limit of series, which is kept all the while', async t => {
  const { turn } = await openChurn(t, 25_000)
  const held: number[] = []
  for (let poll = 0; poll < 16; poll++) {
    const text = await turn()
    const series = seriesOf(text)
    assert.ok(series <= 25_000, `${series} series`)
    if (poll > LIFE) assert.ok(series > 22_000, `${series} series`)
    held.push(heldBytes())
  }
  assertLevel(held)
})
