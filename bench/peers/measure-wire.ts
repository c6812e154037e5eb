import { median } from '../poll/report.ts'
import type { Contender } from './contender.ts'
import type { Estate } from './estates.ts'
import { type Gates, openGates } from './gates.ts'
import type { GateCounts } from './kafka-gate.ts'
import { orNull } from './measure-cost.ts'
import { measureHung } from './measure-hung.ts'
import { nextGeneration } from './poller-turn.ts'
import { type RunningContender, runContender } from './running-contender.ts'

/** Of one contender whose requests pass a gate. */
export interface Wire {
  /** For a scrape, and for two at the same moment; of who polls, for a poll, slow clocks in proportion. */
  readonly requests: number
  readonly requestsOfTwo: number
  readonly bytesFromKafka: number
  /** A scrape through the gate, and with 1 ms more for each request. */
  readonly wholeMs: number
  readonly delayedMs: number
  /** The longest scrape while a broker hangs; NaN where none can, Infinity where it did not end. */
  readonly hungMs: number
}

const DELAY_MS = 1
/** Four polls: descriptions and the like are asked for once a minute. */
const COUNTED_POLLS = 4
const DELAYED_POLLS = 2
const DELAYED_TIMEOUT_MS = 60_000

export async function measureWire(
  estate: Estate,
  contenders: readonly Contender[],
): Promise<ReadonlyMap<Contender, Wire>> {
  const gates = await openGates(estate.brokers, contenders.length)
  const running: RunningContender[] = []
  try {
    for (const [n, contender] of contenders.entries()) {
      running.push(await runContender(contender, gates.brokersFor(n)))
    }
    const pollers = running.filter(one => one.contender.model === 'poll')
    const direct = running.filter(one => one.contender.model === 'scrape')
    await Promise.all(pollers.map(nextGeneration))
    const wires = new Map<Contender, Omit<Wire, 'delayedMs' | 'hungMs'>>()
    for (const poller of pollers) poller.freeze()
    for (const one of direct) wires.set(one.contender, await countScrapes(one, countsOf(gates, running, one)))
    for (const poller of pollers) poller.thaw()
    await Promise.all(
      pollers.map(async one =>
        wires.set(
          one.contender,
          await countPolls(one, countsOf(gates, running, one), () => estate.advance()),
        ),
      ),
    )
    const delayed = await measureDelayed(gates, pollers, direct)
    const hung = estate.hang === null ? null : await measureHung(estate.hang, pollers, direct)
    return new Map(
      [...wires].map(([contender, wire]) => [
        contender,
        { ...wire, delayedMs: delayed.get(contender)!, hungMs: hung?.get(contender) ?? Number.NaN },
      ]),
    )
  } finally {
    await Promise.all(running.map(one => one.stop()))
    await gates.close()
  }
}

type Counting = () => Promise<GateCounts>

const countsOf =
  (gates: Gates, running: readonly RunningContender[], one: RunningContender): Counting =>
  async () =>
    (await gates.counts())[running.indexOf(one)]!

async function countScrapes(one: RunningContender, counts: Counting) {
  const nothing = {
    requests: Number.NaN,
    requestsOfTwo: Number.NaN,
    bytesFromKafka: Number.NaN,
    wholeMs: Number.NaN,
  }
  // The first one connects.
  if ((await orNull(one.scrape())) === null) return nothing
  const before = await counts()
  const scrape = await orNull(one.scrape())
  const after = await counts()
  await Promise.all([orNull(one.scrape()), orNull(one.scrape())])
  const afterTwo = await counts()
  return {
    requests: total(after) - total(before),
    requestsOfTwo: total(afterTwo) - total(after),
    bytesFromKafka: after.bytesFromKafka - before.bytesFromKafka,
    wholeMs: scrape?.wholeMs ?? Number.NaN,
  }
}

async function countPolls(one: RunningContender, counts: Counting, advance: () => Promise<void>) {
  await nextGeneration(one)
  const before = await counts()
  const wholeMs: number[] = []
  for (let n = 0; n < COUNTED_POLLS; n++) {
    if (one.contender.families === 'all') await advance()
    await nextGeneration(one)
    wholeMs.push((await one.scrape()).wholeMs)
  }
  const after = await counts()
  const sent = total(after) - total(before)
  // Who polls and is not seen to has found a way past the gate: that is not known then, and no goal reached.
  const requests = sent === 0 ? Number.NaN : sent / COUNTED_POLLS
  return {
    requests,
    // Polls know nothing of scrapes.
    requestsOfTwo: requests,
    bytesFromKafka: (after.bytesFromKafka - before.bytesFromKafka) / COUNTED_POLLS,
    wholeMs: median(wholeMs),
  }
}

async function measureDelayed(
  gates: Gates,
  pollers: readonly RunningContender[],
  direct: readonly RunningContender[],
): Promise<ReadonlyMap<Contender, number>> {
  const delayed = new Map<Contender, number>()
  await gates.delay(DELAY_MS)
  for (const poller of pollers) poller.freeze()
  for (const one of direct) {
    delayed.set(
      one.contender,
      (await orNull(one.scrape(DELAYED_TIMEOUT_MS)))?.wholeMs ?? Number.POSITIVE_INFINITY,
    )
  }
  for (const poller of pollers) poller.thaw()
  await Promise.all(
    pollers.map(async one => {
      const wholeMs: number[] = []
      for (let n = 0; n < DELAYED_POLLS; n++) {
        await nextGeneration(one)
        wholeMs.push((await one.scrape()).wholeMs)
      }
      delayed.set(one.contender, median(wholeMs))
    }),
  )
  await gates.delay(0)
  return delayed
}

function total({ requests }: GateCounts): number {
  return Object.values(requests).reduce((sum, count) => sum + count, 0)
}
