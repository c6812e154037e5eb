import { setTimeout as pause } from 'node:timers/promises'
import { median } from '../poll/report.ts'
import { type Contender, POLL_INTERVAL_S } from './contender.ts'
import type { Estate } from './estates.ts'
import { nextGeneration, pollerTurn } from './poller-turn.ts'
import { type RunningContender, runContender } from './running-contender.ts'
import { ScrapeFailure, type TimedScrape } from './timed-scrape.ts'

/** Of one contender that reads the brokers directly; NaN where nothing came within the time. */
export interface Cost {
  /** How many the medians are of. */
  readonly scrapes: number
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

/** Code that has run a few times only is slow in Node. */
const WARM_POLLS = 8
/** In which Go and Rust put away what a scrape has left. */
const AFTERMATH_MS = 1_000

/**
 * All are started and warmed up; then they take turns. Who asks Kafka on each scrape is scraped before and behind the
 * turn of those that poll, which are frozen meanwhile and else poll and are scraped one after the other.
 */
export async function measureCosts(
  estate: Estate,
  contenders: readonly Contender[],
  { rounds, polls }: { readonly rounds: number; readonly polls: number },
): Promise<ReadonlyMap<Contender, Cost>> {
  const running: RunningContender[] = []
  try {
    for (const contender of contenders) running.push(await runContender(contender, estate.brokers))
    const books = running.map(one => ({
      one,
      scrapes: [] as TimedScrape[],
      cpuMs: [] as number[],
      twoMs: [] as number[],
    }))
    const pollers = books.filter(({ one }) => one.contender.model === 'poll')
    const direct = books.filter(({ one }) => one.contender.model === 'scrape')
    const slotMs = (POLL_INTERVAL_S * 1000) / pollers.length

    const scrapeDirect = async (isWarm: boolean) => {
      for (const { one, scrapes, cpuMs } of [...direct]) {
        const cpuBefore = one.cpuMs()
        const scrape = await orNull(one.scrape())
        // Who does not come to an end is not asked again.
        if (scrape === null)
          direct.splice(
            direct.findIndex(book => book.one === one),
            1,
          )
        await pause(AFTERMATH_MS)
        if (scrape === null || !isWarm) continue
        scrapes.push({ ...scrape, page: '' })
        cpuMs.push(one.cpuMs() - cpuBefore)
      }
    }
    const pollAll = (count: number, isWarm: boolean) =>
      Promise.all(
        pollers.map(async ({ one, scrapes, cpuMs, twoMs }, n) => {
          await pause(n * slotMs)
          one.thaw()
          const advance = async () => void (n === 0 && (await estate.advance()))
          const turn = await pollerTurn(one, { polls: count, settleMs: slotMs / 2, betweenPolls: advance })
          await nextGeneration(one)
          const two = await twoAtOnce(one)
          one.freeze()
          if (!isWarm) return
          scrapes.push(...turn.scrapes)
          cpuMs.push(turn.cpuMs)
          twoMs.push(two)
        }),
      )
    await pollAll(WARM_POLLS, false)
    await scrapeDirect(false)
    for (let round = 0; round < rounds; round++) {
      await scrapeDirect(true)
      await pollAll(polls, true)
    }
    await scrapeDirect(true)
    for (const { one, twoMs } of direct) twoMs.push(await twoAtOnce(one))
    return new Map(books.map(({ one, ...book }) => [one.contender, costOf(one, book)]))
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
  book: {
    readonly scrapes: readonly TimedScrape[]
    readonly cpuMs: readonly number[]
    readonly twoMs: readonly number[]
  },
): Cost {
  const of = (pick: (scrape: TimedScrape) => number) => median(book.scrapes.map(pick))
  return {
    scrapes: book.scrapes.length,
    firstByteMs: of(scrape => scrape.firstByteMs),
    wholeMs: of(scrape => scrape.wholeMs),
    series: of(scrape => scrape.series),
    bytes: of(scrape => scrape.bytes),
    twoMs: median(book.twoMs),
    cpuMs: median(book.cpuMs),
    peakRssBytes: one.peakRssBytes(),
  }
}
