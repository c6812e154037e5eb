import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { stringify } from 'yaml'
import { freePort } from './free-port.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from './owned-process.ts'
import { waitUntil } from './wait-until.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Target {
  readonly job: string
  readonly url: string
  readonly health: 'up' | 'down' | 'unknown'
  readonly lastError: string
}

export interface Prometheus {
  readonly url: string
  readonly pid: number
  /** An instant vector or a scalar, now. */
  query(expression: string): Promise<Sample[]>
  targets(): Promise<Target[]>
  close(): Promise<void>
}

export interface PrometheusOptions {
  /** As in prometheus.yml. */
  readonly scrapeConfigs: readonly object[]
  readonly scrapeInterval?: string
  readonly ruleFiles?: readonly string[]
  readonly alerting?: object
  /** Puts blocks into the empty folder of the data before it starts. */
  readonly prepareData?: (dataPath: string) => Promise<void>
}

/** Where a program of the PATH is, or null: `findProgram('promtool')`. */
export function findProgram(name: string): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map(dir => join(dir, name))
  return candidates.find(path => existsSync(path)) ?? null
}

/** A real Prometheus on a free loopback port. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const program = findProgram('prometheus')
  if (!program) throw new Error('prometheus is not installed: npm run setup')
  const home = ownDirectory('prometheus')
  const file = (name: string) => join(home, name)
  const config = {
    global: { scrape_interval: options.scrapeInterval ?? '1s', evaluation_interval: '1s' },
    scrape_configs: options.scrapeConfigs,
    ...(options.ruleFiles && { rule_files: options.ruleFiles }),
    ...(options.alerting && { alerting: options.alerting }),
  }
  writeFileSync(file('prometheus.yml'), stringify(config))
  await options.prepareData?.(file('data'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const log = openSync(file('log'), 'a')
  const args = [
    `--config.file=${file('prometheus.yml')}`,
    `--storage.tsdb.path=${file('data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const server = await spawnOwned(program, args, { cwd: home, stdio: ['ignore', log, log] })
  closeSync(log)

  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) })
    const body = (await response.json()) as { status: string; error?: string; data: unknown }
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`)
    return body.data
  }
  const close = async () => {
    await server.end('SIGKILL')
    await removeOwnDirectory(home)
  }
  try {
    await waitUntil('Prometheus is ready', async () => {
      if (server.child.exitCode !== null) throw new Error(`it ended: ${readFileSync(file('log'), 'utf8')}`)
      return (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok
    })
  } catch (error) {
    await close()
    throw error
  }
  return {
    url,
    pid: server.pid,
    async query(expression) {
      const data = (await ask(`/api/v1/query?${new URLSearchParams({ query: expression })}`)) as QueryData
      if (data.resultType === 'scalar') return [{ labels: {}, value: Number(data.result[1]) }]
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    async targets() {
      const data = (await ask('/api/v1/targets')) as { activeTargets: readonly ActiveTarget[] }
      return data.activeTargets.map(({ labels, scrapeUrl, health, lastError }) => ({
        job: labels.job ?? '',
        url: scrapeUrl,
        health,
        lastError,
      }))
    },
    close,
  }
}

type QueryData =
  | { readonly resultType: 'scalar'; readonly result: readonly [number, string] }
  | {
      readonly resultType: 'vector'
      readonly result: readonly { metric: Record<string, string>; value: readonly [number, string] }[]
    }

interface ActiveTarget {
  readonly labels: Readonly<Record<string, string>>
  readonly scrapeUrl: string
  readonly health: Target['health']
  readonly lastError: string
}
