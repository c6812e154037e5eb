/** Measures the exposition beside prom-client and client_golang; see README.md. Prints Markdown. */
import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ContenderProcess } from './contender-process.ts'
import type { LongestBlock } from './contender-server.ts'
import { SERIES_PER_GROUP } from './estate.ts'
import { goals, type Measured, machine, table } from './report.ts'
import { scrape } from './scrape-client.ts'

const { values: options } = parseArgs({
  options: {
    series: { type: 'string', default: '1000000' },
    generations: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
})
const groups = Math.round(Number(options.series) / SERIES_PER_GROUP)
const generations = Number(options.generations)

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const BUILT = here('../../.cache/bench-exposition')

interface Competitor {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly hasEventLoop: boolean
}

function build(): readonly Competitor[] {
  execFileSync(
    process.execPath,
    [here('../../node_modules/typescript/bin/tsc'), '-p', here('tsconfig.json')],
    {
      stdio: 'inherit',
    },
  )
  const node = (name: string, file: string): Competitor => ({
    name,
    command: [process.execPath, `${BUILT}/bench/exposition/${file}`, String(groups)],
    hasEventLoop: true,
  })
  const competitors = [
    node('kafka-health-exporter', 'contender-columnar.js'),
    node('prom-client 15.1.3', 'contender-prom-client.js'),
  ]
  const binary = `${BUILT}/client-golang`
  const go = spawnSync('go', ['build', '-o', binary, '.'], {
    cwd: here('go'),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (go.status === 0) {
    competitors.push({
      name: 'client_golang 1.23.2',
      command: [binary, String(groups)],
      hasEventLoop: false,
    })
  } else {
    console.error('The Go program was not built (is Go installed?): measured without client_golang.')
  }
  return competitors
}

/** A process of its own for each measurement, so that no memory or compiled code is shared. */
async function measure(competitor: Competitor, gzip: boolean): Promise<Measured> {
  const process = await ContenderProcess.start(competitor.command)
  try {
    const firsts: number[] = []
    const seconds: number[] = []
    const cpus: number[] = []
    const updates: number[] = []
    let bytes = 0
    let peakRssBytes = 0
    const blocks: LongestBlock[] = []
    for (let generation = 0; generation < generations; generation++) {
      updates.push((await process.ask('/next')) as number)
      if (competitor.hasEventLoop) await process.ask('/reset')
      const cpuBefore = process.cpuMs()
      const first = await scrape(process.port, '/metrics', gzip)
      cpus.push(process.cpuMs() - cpuBefore)
      if (competitor.hasEventLoop) blocks.push((await process.ask('/block')) as LongestBlock)
      if (generation === 0) peakRssBytes = process.peakRssBytes()
      firsts.push(first.ms)
      bytes = first.bytes
      seconds.push((await scrape(process.port, '/metrics', gzip)).ms)
    }
    return {
      name: competitor.name,
      gzip,
      series: await countSeries(process.port),
      coldMs: firsts[0] as number,
      firstMs: median(firsts.slice(1)),
      secondMs: median(seconds),
      cpuMs: median(cpus.slice(1)),
      updateMs: median(updates),
      longestBlock: competitor.hasEventLoop
        ? {
            wallMs: Math.max(...blocks.map(block => block.wallMs)),
            onCpuMs: Math.max(...blocks.map(block => block.onCpuMs)),
          }
        : null,
      peakRssBytes,
      bytes,
    }
  } finally {
    await process.stop()
  }
}

async function countSeries(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { 'accept-encoding': 'identity' },
  })
  let series = 0
  let startsLine = true
  for await (const chunk of response.body ?? []) {
    for (const byte of chunk as Uint8Array) {
      if (startsLine && byte !== 0x23 && byte !== 0x0a) series++
      startsLine = byte === 0x0a
    }
  }
  return series
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] as number
}

const competitors = build().filter(competitor => competitor.name.includes(options.only))
const results: Measured[] = []
for (const gzip of [false, true]) {
  for (const competitor of competitors) {
    console.error(`measuring ${competitor.name}, ${gzip ? 'gzip' : 'plain'}`)
    results.push(await measure(competitor, gzip))
  }
}
console.log([machine(), table(results), ...(options.only === '' ? [goals(results)] : [])].join('\n\n'))
