/** What the evaluation of the shipped rules costs a Prometheus; see README.md. Prints Markdown. */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from '../../test/harness/owned-process.ts'
import { startPrometheus } from '../../test/harness/prometheus.ts'
import { waitUntil } from '../../test/harness/wait-until.ts'
import { BASELINE } from './baseline.ts'
import type { EstateSize } from './estate.ts'
import { EvaluationTimes } from './evaluation-times.ts'
import { writeHistory } from './history.ts'
import { dearestRules, groupTable } from './report.ts'

const { values: flags } = parseArgs({
  options: {
    cells: { type: 'string', default: '200000' },
    minutes: { type: 'string', default: '14' },
    /** Exporters of one cluster: 2 is a pair for high availability. */
    replicas: { type: 'string', default: '1' },
  },
})
const groups = Math.round(Number(flags.cells) / 100)
const size: EstateSize = {
  groups,
  topics: Math.max(2, Math.round(groups / 5)),
  partitionsPerTopic: 50,
  topicsPerGroup: 2,
}
const minutes = Number(flags.minutes)
const replicas = Number(flags.replicas)

const home = ownDirectory('rules')
const ruleFile = join(home, 'rules.yml')
writeFileSync(
  ruleFile,
  stringify({
    groups: [
      ...renderGroups(RULE_SETS['kafka-health-exporter'], DEFAULT_CHOICES),
      ...renderGroups(RULE_SETS['kafka-exporter'], DEFAULT_CHOICES),
      BASELINE,
    ],
  }),
)
const exporters = await Promise.all(
  Array.from({ length: replicas }, () =>
    spawnOwned(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, 'exporter.ts'), JSON.stringify(size)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  ),
)
const ready = await Promise.all(
  exporters.map(async ({ child }) => {
    for await (const line of child.stdout!)
      return JSON.parse(String(line)) as { port: number; series: number }
    throw new Error('the exporter ended')
  }),
)
const targets = ready.map(({ port }) => `127.0.0.1:${port}`)
const prometheus = await startPrometheus({
  scrapeInterval: '30s',
  scrapeConfigs: [{ job_name: 'kafka', scrape_timeout: '29s', static_configs: [{ targets }] }],
  ruleFiles: [ruleFile],
  prepareData: dataPath =>
    writeHistory(
      dataPath,
      size,
      targets.map(instance => ({ job: 'kafka', instance })),
      Math.floor(Date.now() / 1000),
    ),
})
try {
  await waitUntil(
    'every exporter is scraped',
    async () => (await prometheus.query('sum(up)'))[0]?.value === replicas,
    { timeoutMs: 120_000 },
  )
  const times = new EvaluationTimes(prometheus.url)
  const end = Date.now() + minutes * 60_000
  await waitUntil(
    'the windows are full',
    async () => {
      await times.read()
      return Date.now() > end
    },
    { timeoutMs: minutes * 60_000 + 120_000, pauseMs: 5_000 },
  )
  const [scraped] = await prometheus.query('sum(scrape_samples_scraped)')
  const [slowest] = await prometheus.query('max(max_over_time(scrape_duration_seconds[5m]))')
  const [firing] = await prometheus.query('count(ALERTS{alertstate="firing"})')
  console.log(
    `${groups * 100} group-partitions, ${replicas} exporter${replicas > 1 ? 's' : ''}, ${scraped?.value} series, scraped in ${slowest?.value.toFixed(1)} s, ${firing?.value} alerts firing; ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}\n`,
  )
  // Windows of ten minutes are full in the last third only.
  console.log(groupTable(times, minutes * 20_000))
  console.log(dearestRules(times, 8))
} finally {
  await prometheus.close()
  await Promise.all(exporters.map(exporter => exporter.end('SIGKILL')))
  await removeOwnDirectory(home)
}
