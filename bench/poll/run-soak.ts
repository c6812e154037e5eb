import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSimulation } from './clusters.ts'
import { scrape, startMeasured } from './measured-child.ts'
import { megabytes } from './report.ts'

const SAMPLES = 40

export interface SoakResult {
  /** After a collection of garbage, at equal distances. */
  readonly rssBytes: readonly number[]
  /** In use on the heap and in buffers, at the same moments. */
  readonly heldBytes: readonly number[]
  readonly errors: readonly string[]
}

/** Many polls of a small cluster, each saved, published and scraped. */
export async function soak(programs: string, polls: number): Promise<SoakResult> {
  const workload = { topics: 20, partitions: 6, groups: 10, commits: 30, members: 2, hasRecords: true }
  const cluster = await openSimulation(workload)
  const folder = await mkdtemp(join(tmpdir(), 'bench-soak-'))
  const rssBytes: number[] = []
  const heldBytes: number[] = []
  const errors = new Set<string>()
  const every = Math.max(1, Math.floor(polls / SAMPLES))
  try {
    const program = `${programs}measured-exporter.js`
    const exporter = await startMeasured(program, [cluster.brokers, folder], ['--expose-gc'])
    try {
      for (let n = 1; n <= polls; n++) {
        await cluster.advance()
        const report = await exporter.tell({ kind: 'poll' })
        for (const error of report.errors) errors.add(error)
        await scrape(report.url)
        if (n % every !== 0) continue
        const memory = await exporter.tell({ kind: 'look', collect: true })
        rssBytes.push(memory.rssBytes)
        heldBytes.push(memory.heldBytes)
      }
    } finally {
      await exporter.close()
    }
  } finally {
    await cluster.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { rssBytes, heldBytes, errors: [...errors] }
}

export async function runSoak(programs: string, polls: number): Promise<boolean> {
  console.log(`\n${polls} polls of a small cluster, MB after a collection, ${SAMPLES} samples:`)
  const { rssBytes, heldBytes, errors } = await soak(programs, polls)
  console.log(`  RSS:  ${rssBytes.map(bytes => megabytes(bytes).toFixed(1)).join(' ')}`)
  console.log(`  held: ${heldBytes.map(bytes => megabytes(bytes).toFixed(1)).join(' ')}`)
  for (const error of errors) console.log(`  error: ${error}`)
  const growth = growthAfterWarmUp(rssBytes)
  const isFlat = growth <= 0.05
  console.log(
    `  second half against second quarter: ${(growth * 100).toFixed(1)} % (goal 5${isFlat ? '' : ', MISSED'})`,
  )
  return isFlat && errors.length === 0
}

/** Mean of the second half against the mean of the second quarter, less one. */
export function growthAfterWarmUp(samples: readonly number[]): number {
  const mean = (from: number, to: number) => {
    const part = samples.slice(from, to)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  }
  const half = samples.length >> 1
  return mean(half, samples.length) / mean(half >> 1, half) - 1
}
