import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ChildReply,
  type RemoteCluster,
  runSimulatedCluster,
} from '../../test/fakes/simulated-cluster/run-simulated-cluster.ts'
import { workloadGroup } from '../../test/fakes/simulated-cluster/workload.ts'
import { type MeasuredChild, scrape, startMeasured } from './measured-child.ts'
import type { MeasuredReport } from './measured-process.ts'

const WORKLOAD = { topics: 10, partitions: 3, groups: 10, commits: 9, members: 2, hasRecords: true }
const SAMPLES = 40
const MOST_POLLS_PER_SAMPLE = 100
/** A connection is tried again after a pause by the wall, while polls here follow each other without one. */
const HEALED_WITHIN = 25
const API = [
  'api/v1/clusters',
  'api/v1/groups',
  `api/v1/groups/${workloadGroup(3)}`,
  `api/v1/groups/${workloadGroup(4)}/health`,
  'api/v1/topics',
  'api/v1/dlq',
  'api/v1/schemas',
  '',
  `groups/${workloadGroup(5)}`,
]

/** After a collection of garbage. */
export interface SoakSample {
  readonly poll: number
  readonly rssBytes: number
  /** In use on the heap and in buffers. */
  readonly heldBytes: number
  readonly openHandles: number
  readonly openFiles: number
}

export interface SoakResult {
  readonly polls: number
  readonly seconds: number
  /** User and system, of polls alone. */
  readonly cpuSeconds: number
  /** In the last page. */
  readonly series: number
  readonly samples: readonly SoakSample[]
  /** Polls with an error while something was broken or had just been, and how many of each error they told. */
  readonly faultyPolls: number
  readonly expected: ReadonlyMap<string, number>
  /** What went wrong while nothing was broken. */
  readonly errors: readonly string[]
  readonly churned: ChildReply['churned']
}

export interface SoakOptions {
  readonly polls: number
  /** `orderly`: much of the cluster comes and goes. `faulty`: some of it breaks as well. */
  readonly churn?: 'none' | 'orderly' | 'faulty'
  /** After each sample, with all there is so far. */
  readonly onSample?: (soFar: SoakResult) => void
}

/** Many polls of a small cluster, back to back, each saved, published, scraped and asked about; records are watched. */
export async function soak(programs: string, options: SoakOptions): Promise<SoakResult> {
  const { polls, churn = 'none' } = options
  const cluster = await runSimulatedCluster({ workload: WORKLOAD, churnFaults: churn === 'faulty' })
  const folder = await mkdtemp(join(tmpdir(), 'bench-soak-'))
  try {
    const brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')
    const program = `${programs}measured-exporter.js`
    const exporter = await startMeasured(program, [brokers, folder, 'on', 'watched'], ['--expose-gc'])
    try {
      const run = new SoakRun(cluster, exporter)
      const every = Math.max(1, Math.min(MOST_POLLS_PER_SAMPLE, Math.floor(polls / SAMPLES)))
      for (let n = 1; n <= polls; n++) {
        await run.turn(n, churn !== 'none')
        if (n % every !== 0) continue
        await run.sample(n)
        options.onSample?.(run.result())
      }
      return run.result()
    } finally {
      await exporter.close()
    }
  } finally {
    await cluster.close()
    await rm(folder, { recursive: true, force: true })
  }
}

class SoakRun {
  readonly #cluster: RemoteCluster
  readonly #exporter: MeasuredChild
  readonly #startedAt = performance.now()
  readonly #samples: SoakSample[] = []
  readonly #expected = new Map<string, number>()
  readonly #errors = new Set<string>()
  #churned: ChildReply['churned'] = {}
  #brokenAt = Number.NEGATIVE_INFINITY
  #polls = 0
  #cpuMs = 0
  #series = 0
  #faultyPolls = 0

  constructor(cluster: RemoteCluster, exporter: MeasuredChild) {
    this.#cluster = cluster
    this.#exporter = exporter
  }

  async turn(n: number, hasChurn: boolean): Promise<void> {
    const { churned, isFaulty } = await (hasChurn ? this.#cluster.churn() : this.#cluster.advance())
    this.#churned = churned
    if (isFaulty) this.#brokenAt = n
    const report = await this.#exporter.tell({ kind: 'poll' })
    this.#polls = n
    this.#cpuMs += report.cpuMs
    this.#note(n, report)
    const api = new URL(`/${API[n % API.length]}`, report.url).href
    const [page] = await Promise.all([scrape(report.url), scrape(api)])
    this.#series = page.series
  }

  async sample(poll: number): Promise<void> {
    const look = await this.#exporter.tell({ kind: 'look', collect: true })
    const { rssBytes, heldBytes, openHandles, openFiles } = look
    this.#samples.push({ poll, rssBytes, heldBytes, openHandles, openFiles })
  }

  result(): SoakResult {
    return {
      polls: this.#polls,
      seconds: (performance.now() - this.#startedAt) / 1_000,
      cpuSeconds: this.#cpuMs / 1_000,
      series: this.#series,
      samples: this.#samples,
      faultyPolls: this.#faultyPolls,
      expected: this.#expected,
      errors: [...this.#errors],
      churned: this.#churned,
    }
  }

  #note(n: number, { errors }: MeasuredReport): void {
    if (errors.length === 0) return
    if (n - this.#brokenAt > HEALED_WITHIN) {
      for (const error of errors) this.#errors.add(`poll ${n}: ${error}`)
      return
    }
    this.#faultyPolls++
    for (const error of errors) {
      const [kind = ''] = error.split(':')
      this.#expected.set(kind, (this.#expected.get(kind) ?? 0) + 1)
    }
  }
}
