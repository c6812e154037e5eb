import { CATALOG } from '../../src/catalog/catalog.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { readTextFile } from '../../src/config/read-file.ts'
import type { Log } from '../../src/model/ports.ts'
import { startExporter } from '../../src/run.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { parseExposition, type Samples } from './exposition-text.ts'
import { fetchText } from './watched-exporter.ts'

/** The real exporter in this process, over any number of clusters. */
export interface EstateExporter {
  /** Messages of warnings and errors with the cluster that they are about, in order. */
  readonly logged: readonly (readonly [cluster: string, message: string])[]
  until(what: string, holds: (samples: Samples) => boolean): Promise<Samples>
  get(path: string): Promise<string>
  stop(): Promise<void>
}

export async function startEstateExporter(yaml: string): Promise<EstateExporter> {
  const logged: (readonly [string, string])[] = []
  const note = (fields: object, message: string) => {
    const { kafka_cluster: cluster = '' } = fields as { readonly kafka_cluster?: string }
    logged.push([cluster, message])
  }
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note }
  const settings = loadSettings({
    argvFlags: new Map([['config', ['e2e.yml']]]),
    env: {},
    readFile: (path, maxBytes) => (path === 'e2e.yml' ? yaml : readTextFile(path, maxBytes)),
    knownFamilies: CATALOG.map(family => family.name),
  })
  const exporter = await startExporter(settings, { log, version: '0.0.0-e2e' })
  const get = async (path: string) => (await fetchText(exporter.url + path)).body
  return {
    logged,
    until: (what, holds) =>
      waitUntil(
        what,
        async () => {
          const { samples } = parseExposition(await get('/metrics'))
          return holds(samples) && samples
        },
        { pauseMs: 200 },
      ),
    get,
    stop: () => exporter.stop(),
  }
}
