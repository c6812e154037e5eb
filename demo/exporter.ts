import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from '../test/harness/free-port.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from '../test/harness/owned-process.ts'
import { waitUntil } from '../test/harness/wait-until.ts'

export interface DemoExporter {
  readonly url: string
  /** "host:port", for a scrape configuration. */
  readonly address: string
  readonly configFile: string
  readonly logFile: string
  close(): Promise<void>
}

export interface WatchedParts {
  readonly brokers: readonly string[]
  readonly databaseUrl: string
  readonly registryUrl: string
  /** As in the configuration. */
  readonly services: readonly object[]
}

/** The exporter from source, in a process of its own, with a configuration file as a user would write it. */
export async function startExporter({
  brokers,
  databaseUrl,
  registryUrl,
  services,
}: WatchedParts): Promise<DemoExporter> {
  const home = ownDirectory('exporter')
  const address = `127.0.0.1:${await freePort()}`
  const configFile = join(home, 'exporter.yaml')
  const logFile = join(home, 'exporter.log')
  const config = {
    clusters: [
      {
        brokers,
        poll_interval: '5s',
        // Shorter than anybody would have them: a demo is looked at for minutes.
        no_consumer_after: '30s',
        objectives: [
          { groups: ['payments'], lag_seconds: '30s', stalled_after: '15s' },
          { groups: ['billing'], lag_seconds: '30s' },
        ],
        dlq: { drained_by: { 'orders-dlq': 'redriver' } },
        expect: { groups: ['billing', 'payments', 'reports'], topics: ['orders', 'payments'] },
      },
    ],
    schemas: [{ topics: ['events'], registry: registryUrl, sample: '10/s' }],
    services,
    dependencies: [{ name: 'orders-db', kind: 'postgres', url_env: 'ORDERS_DB_URL', interval: '5s' }],
    state_file: join(home, 'state'),
    web: { listen_address: address },
    log: { format: 'pretty' },
  }
  writeFileSync(configFile, stringify(config))
  const log = openSync(logFile, 'a')
  const args = ['--import', 'tsx', 'src/main.ts', 'serve', `--config=${configFile}`]
  const exporter = await spawnOwned(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ORDERS_DB_URL: databaseUrl },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const close = async () => {
    await exporter.end('SIGTERM')
    await removeOwnDirectory(home)
  }
  const url = `http://${address}`
  try {
    await waitUntil('the exporter is ready', async () => {
      if (exporter.child.exitCode !== null) throw new Error(`it ended:\n${readFileSync(logFile, 'utf8')}`)
      return (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok
    })
  } catch (error) {
    await close()
    throw error
  }
  return { url, address, configFile, logFile, close }
}
