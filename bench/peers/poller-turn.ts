import { setTimeout as pause } from 'node:timers/promises'
import { waitUntil } from '../../test/harness/wait-until.ts'
import { POLL_INTERVAL_S } from './contender.ts'
import type { RunningContender } from './running-contender.ts'
import type { TimedScrape } from './timed-scrape.ts'

const INTERVAL_MS = POLL_INTERVAL_S * 1000

export interface Turn {
  /** The first of each generation. */
  readonly scrapes: readonly TimedScrape[]
  /** Of one poll and one scrape, on average, with what is idled in between. */
  readonly cpuMs: number
}

/** Until a poll that ended after the call is published. */
export async function nextGeneration(running: RunningContender): Promise<string> {
  const generation = async () => running.contender.generationOf((await running.glance()).page)
  const before = await generation()
  return waitUntil(
    `the next poll of ${running.contender.name}`,
    async () => {
      const now = await generation()
      return now !== null && now !== before && now
    },
    { timeoutMs: 180_000, pauseMs: 250 },
  )
}

/**
 * Lets it poll so many times at its own pace and scrapes once in the same time behind each poll. It must not be frozen
 * in between.
 */
export async function pollerTurn(
  running: RunningContender,
  options: {
    readonly polls: number
    /** Longer than a poll takes. */
    readonly settleMs: number
    readonly betweenPolls: () => Promise<void>
  },
): Promise<Turn> {
  let generation: string | null = await nextGeneration(running)
  const polledAt = performance.now()
  await pause(options.settleMs)
  await running.scrape()
  const cpuBefore = running.cpuMs()
  const scrapes: TimedScrape[] = []
  for (let n = 1; n <= options.polls; n++) {
    await options.betweenPolls()
    await pause(Math.max(0, polledAt + n * INTERVAL_MS + options.settleMs - performance.now()))
    const scrape = await running.scrape()
    const shown = running.contender.generationOf(scrape.page)
    // One that takes longer than its interval is measured by the polls that it does.
    if (shown !== generation) scrapes.push({ ...scrape, page: '' })
    generation = shown
  }
  return { scrapes, cpuMs: (running.cpuMs() - cpuBefore) / scrapes.length }
}
