import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { runSimulatedCluster } from '../../test/fakes/simulated-cluster/run-simulated-cluster.ts'
import type { Workload } from '../../test/fakes/simulated-cluster/workload.ts'

/** A cluster to read, in a process of its own. */
export interface BenchCluster {
  /** host:port with commas between. */
  readonly brokers: string
  /** Lets logs and commits move; how many commits did, NaN where it cannot be told. */
  advance(): Promise<number>
  /** Since the start; NaN where it cannot be told. */
  bytesSent(): Promise<number>
  /** Requests received since the start, without the making of connections; NaN where it cannot be told. */
  requests(): Promise<number>
  /** Partitions in the answers to Fetch since the start; NaN where it cannot be told. */
  partitionsFetched(): Promise<number>
  close(): Promise<void>
}

export async function openSimulation(workload: Workload, brokers = 3): Promise<BenchCluster> {
  const remote = await runSimulatedCluster({ brokers, workload })
  let moved = 0
  return {
    brokers: remote.bootstrap.map(({ host, port }) => `${host}:${port}`).join(','),
    advance: async () => {
      const before = moved
      moved = (await remote.advance()).commitsMoved
      return moved - before
    },
    partitionsFetched: async () => (await remote.look()).partitionsFetched,
    bytesSent: async () => (await remote.look()).bytesSent,
    requests: async () => {
      const { ApiVersions: _, ...counted } = (await remote.look()).requests
      return Object.values(counted).reduce((sum, count) => sum + count, 0)
    },
    close: () => remote.close(),
  }
}

/** franz-go's fake cluster: the binary that KFAKE names, or else built here by Go, its modules from the module proxy. */
export async function openKfake(workload: Workload, brokers = 3): Promise<BenchCluster> {
  const binary = process.env.KFAKE ?? buildKfake()
  const sizes = Object.entries({ brokers, ...workload, members: undefined, hasRecords: undefined })
  const args = sizes.filter(([, value]) => value !== undefined).map(([name, value]) => `-${name}=${value}`)
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done) throw new Error('kfake ended before it was ready')
  return {
    brokers: (JSON.parse(first.value) as { brokers: string[] }).brokers.join(','),
    async advance() {
      child.stdin.write('\n')
      await lines.next()
      return Number.NaN
    },
    bytesSent: async () => Number.NaN,
    requests: async () => Number.NaN,
    partitionsFetched: async () => Number.NaN,
    async close() {
      child.stdin.end()
      await exited
    },
  }
}

function buildKfake(): string {
  const folder = fileURLToPath(new URL('../../.cache/bench/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const cwd = fileURLToPath(new URL('kfake/', import.meta.url))
  execFileSync('go', ['build', '-o', `${folder}kfake`, '.'], { cwd, stdio: 'inherit' })
  return `${folder}kfake`
}
