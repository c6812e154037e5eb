import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchCluster, openSimulation } from './clusters.ts'
import { startMeasured } from './measured-child.ts'
import type { MeasuredReport } from './measured-process.ts'
import { median, megabytes, table } from './report.ts'
import { SIZES } from './sizes.ts'

const POLLS = 6

interface Sum {
  readonly cpuMs: number
  readonly wallMs: number
  readonly requests: number
  readonly peakRssMb: number
}

/** The exporter beside kafkajs' public admin, which only reads; at a size that the latter can do. */
export async function runBaseline(programs: string): Promise<void> {
  const { title, workload } = SIZES.small
  console.log(`\n${title}; the exporter beside kafkajs' public admin, medians of ${POLLS - 1} polls`)
  const cluster = await openSimulation(workload)
  const folder = await mkdtemp(join(tmpdir(), 'bench-poll-'))
  try {
    const ours = await measure(cluster, `${programs}measured-exporter.js`, [cluster.brokers, folder])
    const admins = await measure(cluster, `${programs}measured-admin.js`, [cluster.brokers])
    const ratio: Sum = {
      cpuMs: admins.cpuMs / ours.cpuMs,
      wallMs: admins.wallMs / ours.wallMs,
      requests: admins.requests / ours.requests,
      peakRssMb: admins.peakRssMb / ours.peakRssMb,
    }
    console.log('  rows: exporter, public admin, how many times as much')
    table([ours, admins, ratio].map(row => ({ ...row })))
  } finally {
    await cluster.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(cluster: BenchCluster, program: string, args: readonly string[]): Promise<Sum> {
  const child = await startMeasured(program, args)
  try {
    const polls: MeasuredReport[] = []
    const requests: number[] = []
    for (let n = 0; n < POLLS; n++) {
      await cluster.advance()
      const before = await cluster.requests()
      polls.push(await child.tell({ kind: 'poll' }))
      requests.push((await cluster.requests()) - before)
    }
    for (const error of new Set(polls.flatMap(poll => poll.errors))) console.log(`  error: ${error}`)
    const steady = polls.slice(1)
    return {
      cpuMs: median(steady.map(poll => poll.cpuMs)),
      wallMs: median(steady.map(poll => poll.wallMs)),
      requests: median(requests.slice(1)),
      peakRssMb: megabytes(polls.at(-1)!.peakRssBytes),
    }
  } finally {
    await child.close()
  }
}
