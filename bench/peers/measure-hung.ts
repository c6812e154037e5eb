import { setTimeout as pause } from 'node:timers/promises'
import type { Contender } from './contender.ts'
import { orNull } from './measure-cost.ts'
import type { RunningContender } from './running-contender.ts'

const SECONDS = 20
const TIMEOUT_MS = 30_000

/** The longest scrape in the time in which a broker hangs: one a second of who polls, one of who asks Kafka for it. */
export async function measureHung(
  hang: (isHung: boolean) => void,
  pollers: readonly RunningContender[],
  direct: readonly RunningContender[],
): Promise<ReadonlyMap<Contender, number>> {
  const longest = new Map<Contender, number>(pollers.map(one => [one.contender, 0]))
  hang(true)
  try {
    const asking = direct.map(async one => {
      const scrape = await orNull(one.scrape(TIMEOUT_MS))
      longest.set(one.contender, scrape?.wholeMs ?? Number.POSITIVE_INFINITY)
    })
    for (let second = 0; second < SECONDS; second++) {
      for (const one of pollers) {
        const { wholeMs } = await one.scrape()
        longest.set(one.contender, Math.max(wholeMs, longest.get(one.contender)!))
      }
      await pause(1_000)
    }
    await Promise.all(asking)
  } finally {
    hang(false)
  }
  return longest
}
