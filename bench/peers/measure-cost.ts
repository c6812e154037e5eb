import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../poll/report.ts'
import type { Contender } from './contender.ts'
import type { Estate } from './estates.ts'
import { nextGeneration, pollerTurn } from './poller-turn.ts'
import { type RunningContender, runContender } from './running-contender.ts'
import { ScrapeFailure, type TimedScrape } from './timed-scrape.ts'

/** Of one contender that reads the brokers directly; NaN where nothing came within the time. */
export interface Cost {
  readonly firstByteMs: number
  readonly wholeMs: number
  readonly series: number
  readonly bytes: number
  /** The slower of two scrapers that ask at the same moment. */
  readonly twoMs: number
  /** Of a scrape, and of a poll where it polls by itself. */
  readonly cpuMs: number
  readonly peakRssBytes: number
}

const WARM_POLLS = 3
/** In which Go and Rust put away what a scrape has left. */
const AFTERMATH_MS = 1_000

/**
 * All are started and warmed up; then they take turns, and who polls is frozen while others are measured. One that asks
 * Kafka on each scrape has a scrape before each turn of a poller, so that the machine's moods fall on all.
 */
export async function measureCosts(
  estate: Estate,
  contenders: readonly Contender[],
  polls: number,
): Promise<ReadonlyMap<Contender, Cost>> {
  const running: RunningContender[] = []
  const costs = new Map<Contender, Cost>()
  try {
    for (const contender of contenders) running.push(await runContender(contender, estate.brokers))
    const pollers = running.filter(one => one.contender.model === 'poll')
    for (let n = 0; n < WARM_POLLS; n++) {
      await Promise.all(pollers.map(nextGeneration))
      for (const poller of pollers) await poller.scrape()
      await estate.advance()
    }
    for (const poller of pollers) poller.freeze()
    const direct = running
      .filter(one => one.contender.model === 'scrape')
      .map(one => ({ one, scrapes: [] as TimedScrape[], cpu: [] as number[], isOut: false }))
    const directTurn = async (keep: boolean) => {
      for (const peer of direct) {
        if (peer.isOut) continue
        const cpuBefore = peer.one.cpuMs()
        const scrape = await orNull(peer.one.scrape())
        peer.isOut = scrape === null
        await pause(AFTERMATH_MS)
        if (scrape === null || !keep) continue
        peer.scrapes.push({ ...scrape, page: '' })
        peer.cpu.push(peer.one.cpuMs() - cpuBefore)
      }
    }
    await directTurn(false)
    for (const poller of pollers) {
      await directTurn(true)
      poller.thaw()
      const { scrapes, cpuMs } = await pollerTurn(poller, polls, () => estate.advance())
      await nextGeneration(poller)
      const twoMs = await twoAtOnce(poller)
      poller.freeze()
      costs.set(poller.contender, costOf(poller, scrapes, [cpuMs], twoMs))
    }
    for (const { one, scrapes, cpu, isOut } of direct) {
      const twoMs = isOut ? Number.NaN : await twoAtOnce(one)
      costs.set(one.contender, costOf(one, scrapes, cpu, twoMs))
    }
    return costs
  } finally {
    await Promise.all(running.map(one => one.stop()))
  }
}

async function twoAtOnce(one: RunningContender): Promise<number> {
  const both = await Promise.all([orNull(one.scrape()), orNull(one.scrape())])
  return Math.max(...both.map(scrape => scrape?.wholeMs ?? Number.NaN))
}

/** What came in the time, or nothing. */
export async function orNull(scrape: Promise<TimedScrape>): Promise<TimedScrape | null> {
  try {
    return await scrape
  } catch (error) {
    if (!(error instanceof ScrapeFailure)) throw error
    console.log(`  ${error.message}`)
    return null
  }
}

function costOf(
  one: RunningContender,
  scrapes: readonly TimedScrape[],
  cpuMs: readonly number[],
  twoMs: number,
): Cost {
  const of = (pick: (scrape: TimedScrape) => number) => median(scrapes.map(pick))
  return {
    firstByteMs: of(scrape => scrape.firstByteMs),
    wholeMs: of(scrape => scrape.wholeMs),
    series: of(scrape => scrape.series),
    bytes: of(scrape => scrape.bytes),
    twoMs,
    cpuMs: median(cpuMs),
    peakRssBytes: one.peakRssBytes(),
  }
}
