import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSimulation } from './clusters.ts'
import { scrape, startMeasured } from './measured-child.ts'
import { megabytes } from './report.ts'

const SAMPLES = 40
const SHOWN_ERRORS = 20

export interface SoakResult {
  /** After a collection of garbage, at equal distances. */
  readonly rssBytes: readonly number[]
  /** In use on the heap and in buffers, at the same moments. */
  readonly heldBytes: readonly number[]
  readonly openHandles: readonly number[]
  readonly openFiles: readonly number[]
  readonly errors: readonly string[]
}

/** Many polls of a small cluster, each saved, published and scraped; with `churn`, much of it comes and goes. */
export async function soak(programs: string, polls: number, churn = false): Promise<SoakResult> {
  const workload = { topics: 20, partitions: 6, groups: 10, commits: 30, members: 2, hasRecords: true }
  const cluster = await openSimulation(workload)
  const folder = await mkdtemp(join(tmpdir(), 'bench-soak-'))
  const samples = { rssBytes: [], heldBytes: [], openHandles: [], openFiles: [] } as Record<
    'rssBytes' | 'heldBytes' | 'openHandles' | 'openFiles',
    number[]
  >
  const errors = new Set<string>()
  const every = Math.max(1, Math.floor(polls / SAMPLES))
  try {
    const program = `${programs}measured-exporter.js`
    const exporter = await startMeasured(program, [cluster.brokers, folder], ['--expose-gc'])
    try {
      for (let n = 1; n <= polls; n++) {
        if (churn) await cluster.churn()
        await cluster.advance()
        const report = await exporter.tell({ kind: 'poll' })
        for (const error of report.errors) errors.add(error)
        await scrape(report.url)
        if (n % every !== 0) continue
        const now = await exporter.tell({ kind: 'look', collect: true })
        for (const of of Object.keys(samples) as (keyof typeof samples)[]) samples[of].push(now[of])
      }
    } finally {
      await exporter.close()
    }
  } finally {
    await cluster.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...samples, errors: [...errors] }
}

export async function runSoak(programs: string, polls: number): Promise<boolean> {
  console.log(
    `\n${polls} polls of a small cluster in which groups, topics and brokers come and go, MB after a collection, ${SAMPLES} samples:`,
  )
  const { rssBytes, heldBytes, openHandles, openFiles, errors } = await soak(programs, polls, true)
  console.log(`  RSS:     ${rssBytes.map(bytes => megabytes(bytes).toFixed(1)).join(' ')}`)
  console.log(`  held:    ${heldBytes.map(bytes => megabytes(bytes).toFixed(1)).join(' ')}`)
  console.log(`  handles: ${openHandles.join(' ')}`)
  console.log(`  files:   ${openFiles.join(' ')}`)
  for (const error of errors.slice(0, SHOWN_ERRORS)) console.log(`  error: ${error}`)
  let isFlat = true
  for (const [what, samples] of [
    ['RSS', rssBytes],
    ['handles', openHandles],
    ['files', openFiles],
  ] as const) {
    const growth = growthAfterWarmUp(samples)
    const isReached = growth <= 0.05
    isFlat &&= isReached
    console.log(
      `  ${what}, second half against second quarter: ${(growth * 100).toFixed(1)} % (goal 5${isReached ? '' : ', MISSED'})`,
    )
  }
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
