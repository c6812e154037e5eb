import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readDashboards, substituted, targetsOf } from '../dashboards/read-dashboards.ts'
import { spawnOwned } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** For how long the demo is scraped before it is asked; KHE_DEMO_SECONDS=300 for a longer look. */
const SCRAPED_SECONDS = Number(process.env.KHE_DEMO_SECONDS ?? 60)

/** What is shown while something is wrong only. */
const FAULTS: ReadonlySet<string> = new Set([
  'Kafka health / Cluster: Topics that lack replicas',
  'Kafka health / Cluster: Partitions not led by their first replica',
  'Kafka health / Topic: Partitions not led by their first replica',
  'Kafka health / Topic: Topics that cannot be read',
  'Kafka health / Exporter: Failed reads meanwhile',
  'Kafka health / Exporter: Failed reads',
])

/** Nobody in the demo works more slowly than retention deletes; test/e2e/lag-seconds.test.ts has that. */
const TIME_TO_LOSS = 'Kafka health / Group: Time to loss'

interface Demo {
  readonly prometheus: string
  readonly broker: number
  readonly postgres: number
}

test('every panel has data, from a Prometheus that scrapes the demo; panels for faults see the faults', async t => {
  const demo = await startDemo(t)
  const ask = async (expression: string) => {
    const now = Date.now() / 1000
    const range = new URLSearchParams({
      query: expression,
      start: String(now - 60),
      end: String(now),
      step: '15',
    })
    const response = await fetch(`${demo.prometheus}/api/v1/query_range?${range}`, {
      signal: AbortSignal.timeout(30_000),
    })
    const body = (await response.json()) as {
      status: string
      error?: string
      data: { result: readonly object[] }
    }
    assert.equal(body.status, 'success', `${expression}: ${body.error}`)
    return body.data.result.length
  }
  const targets = readDashboards().flatMap(targetsOf)
  const empty = async (values: Readonly<Record<string, string>> = {}) => {
    const found: string[] = []
    for (const { where, target } of targets) {
      if ((await ask(substituted(target.expr, values))) === 0) found.push(where)
    }
    return [...new Set(found)]
  }
  await waitUntil(
    'it has been scraped',
    async () =>
      (await ask(
        `count_over_time(kafka_up[${SCRAPED_SECONDS}s]) >= ${Math.floor(SCRAPED_SECONDS / 5) - 1}`,
      )) > 0,
    {
      timeoutMs: (SCRAPED_SECONDS + 60) * 1_000,
      pauseMs: 1_000,
    },
  )
  let missing: readonly string[] = []
  const untilNone = async (except: ReadonlySet<string>) => {
    const isThere = async () => {
      missing = (await empty()).filter(where => !except.has(where) && where !== TIME_TO_LOSS)
      return missing.length === 0
    }
    await waitUntil('all have data', isThere, { timeoutMs: 180_000, pauseMs: 2_000 }).catch(() => {})
    assert.deepEqual(missing, [])
  }
  // The alerts of the demo fire at the next evaluation, and what retention takes, it takes in the end.
  await untilNone(FAULTS)

  const group = (await empty({ consumergroup: 'payments', topic: 'payments' })).filter(where =>
    where.includes('/ Group:'),
  )
  t.diagnostic(`of one healthy group nothing to show: ${group.join('; ') || 'none'}`)
  for (const where of group) assert.match(where, /headroom|loss|caught up/i)

  process.kill(-demo.broker, 'SIGKILL')
  process.kill(demo.postgres, 'SIGQUIT')
  await untilNone(new Set())
  const isDown = (expression: string) => waitUntil(expression, async () => (await ask(expression)) > 0)
  await isDown('kafka_broker_up == 0')
  await isDown('kafka_health_dependency_up == 0')
  await isDown('sum(kafka_topic_partition_under_replicated_partition) > 0')
})

/** The demo as a user starts it; where things are is read off what it prints. */
async function startDemo(t: { after(end: () => Promise<void>): void }): Promise<Demo> {
  const child = await spawnOwned(process.execPath, ['--import', 'tsx', 'demo/main.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.end('SIGTERM', 30_000))
  let printed = ''
  child.child.stdout?.setEncoding('utf8').on('data', text => {
    printed += text
  })
  const find = (pattern: RegExp) => pattern.exec(printed)?.[1] ?? ''
  await waitUntil(
    'the demo is up',
    () => printed.includes('Ctrl-C ends everything') || child.child.exitCode !== null,
    {
      timeoutMs: 180_000,
    },
  )
  assert.equal(child.child.exitCode, null, printed)
  return {
    prometheus: find(/Prometheus\s+\S*?(http:\/\/[\d.:]+)\/graph/),
    broker: Number(find(/kill -9 (\d+)/)),
    postgres: Number(find(/kill -QUIT (\d+)/)),
  }
}
