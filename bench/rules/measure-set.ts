import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import {
  type OwnedProcess,
  ownDirectory,
  removeOwnDirectory,
  spawnOwned,
} from '../../test/harness/owned-process.ts'
import { type Prometheus, startPrometheus } from '../../test/harness/prometheus.ts'
import { waitUntil } from '../../test/harness/wait-until.ts'
import type { EstateSize } from './estate.ts'
import { EvaluationTimes } from './evaluation-times.ts'
import { writeHistory } from './history.ts'
import { dearestRules, groupTable } from './report.ts'
import { RULE_FILES, type RuleFileName } from './rule-files.ts'
import { windowsOf } from './windows.ts'

const now = () => Math.floor(Date.now() / 1000)

/** Scrapes an estate and evaluates one rule file over it. What came of it, as Markdown. */
export async function measureSet(
  set: RuleFileName,
  size: EstateSize,
  replicas: number,
  minutes: number,
): Promise<string> {
  const { groups, families } = RULE_FILES[set]
  const home = ownDirectory('rules')
  const ruleFile = join(home, 'rules.yml')
  writeFileSync(ruleFile, stringify({ groups }))
  const exporters: OwnedProcess[] = []
  let prometheus: Prometheus | undefined
  try {
    const args = [
      '--import',
      'tsx',
      join(import.meta.dirname, 'exporter.ts'),
      JSON.stringify({ size, families }),
    ]
    for (let i = 0; i < replicas; i++) {
      exporters.push(await spawnOwned(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
    }
    const ports = await Promise.all(exporters.map(portOf))
    const targets = ports.map(port => `127.0.0.1:${port}`)
    prometheus = await startPrometheus({
      scrapeInterval: '30s',
      scrapeConfigs: [{ job_name: 'kafka', scrape_timeout: '29s', static_configs: [{ targets }] }],
      ruleFiles: [ruleFile],
      prepareData: async dataPath => {
        const labels = targets.map(instance => ({ job: 'kafka', instance }))
        await writeHistory(dataPath, size, families, windowsOf(groups), labels, now())
      },
    })
    const times = await evaluations(prometheus, replicas, minutes)
    const [scraped] = await prometheus.query('sum(scrape_samples_scraped)')
    const [slowest] = await prometheus.query('max(max_over_time(scrape_duration_seconds[5m]))')
    const [firing] = await prometheus.query('count(ALERTS{alertstate="firing"})')
    return [
      `${set}: ${scraped?.value} series, scraped in ${slowest?.value.toFixed(1)} s, ${firing?.value ?? 0} alerts firing\n`,
      groupTable(times),
      dearestRules(times, 6),
    ].join('\n')
  } finally {
    await prometheus?.close()
    await Promise.all(exporters.map(exporter => exporter.end('SIGKILL')))
    await removeOwnDirectory(home)
  }
}

async function portOf({ child }: OwnedProcess): Promise<number> {
  for await (const line of child.stdout!) return (JSON.parse(String(line)) as { port: number }).port
  throw new Error('the exporter ended')
}

/** Those of so many minutes, from when every exporter has been scraped. */
async function evaluations(
  prometheus: Prometheus,
  replicas: number,
  minutes: number,
): Promise<EvaluationTimes> {
  await waitUntil(
    'every exporter is scraped',
    async () => (await prometheus.query('sum(up)'))[0]?.value === replicas,
    { timeoutMs: 120_000 },
  )
  const times = new EvaluationTimes(prometheus.url)
  const end = Date.now() + minutes * 60_000
  await waitUntil(
    'the time is over',
    async () => {
      await times.read()
      return Date.now() > end
    },
    { timeoutMs: minutes * 60_000 + 120_000, pauseMs: 5_000 },
  )
  return times
}
