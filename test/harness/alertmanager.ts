import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from './free-port.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from './owned-process.ts'
import { findProgram } from './prometheus.ts'
import { waitUntil } from './wait-until.ts'

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** RFC 3339; firing until then. */
  readonly endsAt?: string
}

export interface KnownAlert {
  readonly annotations: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly receivers: readonly { readonly name: string }[]
  readonly status: {
    readonly state: 'active' | 'suppressed' | 'unprocessed'
    readonly inhibitedBy: readonly string[]
  }
}

export interface Alertmanager {
  readonly url: string
  /** "host:port", for Prometheus. */
  readonly address: string
  post(alerts: readonly PostedAlert[]): Promise<void>
  /** What it knows, inhibited or not. */
  alerts(): Promise<readonly KnownAlert[]>
  close(): Promise<void>
}

/** A real Alertmanager on a free loopback port, without a cluster. */
export async function startAlertmanager(config: object): Promise<Alertmanager> {
  const program = findProgram('prometheus-alertmanager') ?? findProgram('alertmanager')
  if (!program) throw new Error('alertmanager is not installed: npm run setup')
  const home = ownDirectory('alertmanager')
  const file = (name: string) => join(home, name)
  writeFileSync(file('alertmanager.yml'), stringify(config))
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  const log = openSync(file('log'), 'a')
  const args = [
    `--config.file=${file('alertmanager.yml')}`,
    `--storage.path=${file('data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ]
  const server = await spawnOwned(program, args, { cwd: home, stdio: ['ignore', log, log] })
  closeSync(log)
  const close = async () => {
    await server.end('SIGKILL')
    await removeOwnDirectory(home)
  }
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(10_000) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response
  }
  try {
    const isEnded = () => server.child.exitCode !== null
    await waitUntil('Alertmanager is ready', async () => isEnded() || (await ask('/-/ready')).ok)
    if (isEnded()) throw new Error(`Alertmanager has ended: ${readFileSync(file('log'), 'utf8')}`)
  } catch (error) {
    await close()
    throw error
  }
  return {
    url,
    address,
    async post(alerts) {
      await ask('/api/v2/alerts', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
      })
    },
    async alerts() {
      return (await (await ask('/api/v2/alerts')).json()) as readonly KnownAlert[]
    },
    close,
  }
}
