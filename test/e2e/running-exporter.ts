import { EVERY_FAMILY } from '../../src/catalog/catalog.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { readTextFile } from '../../src/config/read-file.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Log } from '../../src/model/ports.ts'
import { type RunningExporter, startExporter } from '../../src/run.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type Metrics, scrape } from './metrics-text.ts'

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: object
  readonly message: string
}

/** An exporter inside this process. */
export interface TestExporter extends RunningExporter {
  readonly log: readonly LogLine[]
  readonly settings: Settings
  scrape(): Promise<Metrics>
  /** The answer of GET, as JSON. */
  api<Answer>(path: string): Promise<Answer>
  /** The first exposition that fulfils it, asking anew after each poll. */
  scrapeUntil(what: string, holds: (metrics: Metrics) => boolean, timeoutMs?: number): Promise<Metrics>
}

/** Settings as the command line gives them: every flag of `serve` by its name. */
export function settingsOf(
  flags: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
): Settings {
  return loadSettings({
    argvFlags: new Map(
      Object.entries({ 'web.listen-address': '127.0.0.1:0', ...flags }).map(([name, value]) => [
        name,
        [value],
      ]),
    ),
    env,
    readFile: readTextFile,
    knownFamilies: EVERY_FAMILY.map(family => family.name),
  })
}

export async function runExporter(flags: Readonly<Record<string, string>>): Promise<TestExporter> {
  const settings = settingsOf(flags)
  const log: LogLine[] = []
  const note = (level: LogLine['level']) => (fields: object, message: string) =>
    void log.push({ level, fields, message })
  const exporter = await startExporter(settings, {
    log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') } satisfies Log,
    version: '0.0.0-test',
  })
  return {
    ...exporter,
    log,
    settings,
    scrape: () => scrape(exporter.url),
    api: path => fetchJson(exporter.url + path),
    scrapeUntil: (what, holds, timeoutMs = 60_000) =>
      waitUntil(
        what,
        async () => {
          const metrics = await scrape(exporter.url)
          return holds(metrics) && metrics
        },
        { timeoutMs },
      ),
  }
}

export async function fetchJson<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  if (answer.status !== 200) throw new Error(`${url}: status ${answer.status}`)
  return (await answer.json()) as Answer
}

/** Whether the first poll, descriptions included, has ended. */
export function hasPolled(metrics: Metrics): boolean {
  return metrics.value('kafka_up') === 1
}
