import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { CATALOG } from '../../src/catalog/catalog.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { readTextFile } from '../../src/config/read-file.ts'
import type { Settings } from '../../src/config/settings.ts'
import type { Log } from '../../src/model/ports.ts'
import { type RunningExporter, startExporter } from '../../src/run.ts'
import { type Metrics, scrape } from '../e2e/metrics-text.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'

export interface ReloadableExporter extends RunningExporter {
  /** Of its files. */
  readonly dir: string
  /** `level message`, in order, without debug. */
  readonly logged: readonly string[]
  readonly reloaded: readonly Settings[]
  write(config: string): void
  scrape(): Promise<Metrics>
  scrapeUntil(what: string, holds: (metrics: Metrics) => boolean): Promise<Metrics>
}

/** An exporter within this process, on a free port, whose configuration file can be written anew. */
export async function startReloadable(
  t: TestContext,
  config: string | ((dir: string) => string),
): Promise<ReloadableExporter> {
  const dir = ownDirectory('reload')
  const file = join(dir, 'exporter.yml')
  const write = (text: string) =>
    writeFileSync(file, /^web:/m.test(text) ? text : `${text}\nweb: {listen_address: '127.0.0.1:0'}\n`)
  const load = () =>
    loadSettings({
      argvFlags: new Map([['config', [file]]]),
      env: {},
      readFile: readTextFile,
      knownFamilies: CATALOG.map(family => family.name),
    })
  const logged: string[] = []
  const reloaded: Settings[] = []
  const note = (level: string) => (_fields: object, message: string) =>
    void logged.push(`${level} ${message}`)
  const log: Log = { debug() {}, info: note('info'), warn: note('warn'), error: note('error') }
  write(typeof config === 'string' ? config : config(dir))
  const exporter = await startExporter(load(), {
    log,
    version: '0.0.0-test',
    load,
    onReload: settings => void reloaded.push(settings),
  })
  t.after(async () => {
    await exporter.stop()
    await removeOwnDirectory(dir)
  })
  return {
    ...exporter,
    dir,
    logged,
    reloaded,
    write,
    scrape: () => scrape(exporter.url),
    scrapeUntil: (what, holds) =>
      waitUntil(
        what,
        async () => {
          const metrics = await scrape(exporter.url)
          return holds(metrics) && metrics
        },
        { timeoutMs: 20_000, pauseMs: 20 },
      ),
  }
}
