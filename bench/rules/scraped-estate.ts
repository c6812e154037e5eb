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
import { writeHistory } from './history.ts'
import { RULE_FILES, type RuleFileName } from './rule-files.ts'
import { windowsOf } from './windows.ts'

export interface ScrapedEstate {
  readonly prometheus: Prometheus
  close(): Promise<void>
}

/**
 * A Prometheus that scrapes an estate, with as much of its past as the rules of the set look back at, once every
 * exporter has been scraped. It evaluates the rules where `evaluates` is true.
 */
export async function scrapedEstate(
  set: RuleFileName,
  size: EstateSize,
  replicas: number,
  evaluates: boolean,
): Promise<ScrapedEstate> {
  const { groups, families } = RULE_FILES[set]
  const home = ownDirectory('rules')
  const ruleFile = join(home, 'rules.yml')
  writeFileSync(ruleFile, stringify({ groups: evaluates ? groups : [] }))
  const exporters: OwnedProcess[] = []
  let prometheus: Prometheus | undefined
  const close = async () => {
    await prometheus?.close()
    await Promise.all(exporters.map(exporter => exporter.end('SIGKILL')))
    await removeOwnDirectory(home)
  }
  try {
    const program = join(import.meta.dirname, 'exporter.ts')
    const args = ['--import', 'tsx', program, JSON.stringify({ size, families })]
    for (let i = 0; i < replicas; i++) {
      exporters.push(await spawnOwned(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
    }
    const ports = await Promise.all(exporters.map(portOf))
    const targets = ports.map(port => `127.0.0.1:${port}`)
    const labels = targets.map(instance => ({ job: 'kafka', instance }))
    const started = await startPrometheus({
      scrapeInterval: '30s',
      scrapeConfigs: [{ job_name: 'kafka', scrape_timeout: '29s', static_configs: [{ targets }] }],
      ruleFiles: [ruleFile],
      prepareData: dataPath =>
        writeHistory(dataPath, size, families, windowsOf(groups), labels, Math.floor(Date.now() / 1000)),
    })
    prometheus = started
    await waitUntil(
      'every exporter is scraped',
      async () => (await started.query('sum(up)'))[0]?.value === replicas,
      { timeoutMs: 120_000 },
    )
    return { prometheus: started, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function portOf({ child }: OwnedProcess): Promise<number> {
  for await (const line of child.stdout!) return (JSON.parse(String(line)) as { port: number }).port
  throw new Error('the exporter ended')
}
