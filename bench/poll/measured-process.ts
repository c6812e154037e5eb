import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { LoopBlock, LoopWatch } from './loop-block.ts'

/** What the benchmark asks of the process that it measures. */
export interface MeasuredCommand {
  /** `poll`: poll once. `look`: nothing; tells what was used since the last report, as by a scrape. */
  readonly kind: 'poll' | 'look'
  /** Watch the event loop from here to the next `look`. The watch never sleeps, so CPU means nothing then. */
  readonly watchLoop?: boolean
  /** Collect garbage before the memory is read; needs `--expose-gc`. */
  readonly collect?: boolean
}

export interface MeasuredReport {
  /** Where to scrape; '' where there is nothing to scrape. */
  readonly url: string
  readonly wallMs: number
  /** User and system, all threads. */
  readonly cpuMs: number
  /** Requests sent, by API; empty where the process cannot tell. */
  readonly requests: Readonly<Record<string, number>>
  readonly rssBytes: number
  /** In use on the heap and in buffers: exact after a collection. */
  readonly heldBytes: number
  /** What keeps the event loop awake, and files and sockets that the kernel holds open. */
  readonly openHandles: number
  readonly openFiles: number
  /** The highest that the kernel has seen (VmHWM). */
  readonly peakRssBytes: number
  /** Of the watch that this `look` ended. */
  readonly block: LoopBlock | null
  /** What went wrong, one line each. */
  readonly errors: readonly string[]
  /** Bytes of records read, and look-ups left for later; 0 where the process does not look at records. */
  readonly probeBytes: number
  readonly deferred: number
}

interface Outcome extends Pick<MeasuredReport, 'probeBytes' | 'deferred'> {
  readonly requests: Readonly<Record<string, number>>
  readonly errors: readonly string[]
}

export interface MeasuredWork {
  readonly url: string
  poll(): Promise<Outcome>
}

export const NOTHING_DONE: Outcome = { requests: {}, errors: [], probeBytes: 0, deferred: 0 }

/** Lets the parent process drive this one; ends with it. */
export function serveMeasurements(work: MeasuredWork, watch: () => LoopWatch): void {
  let cpuBefore = process.cpuUsage()
  let watched: LoopWatch | null = null
  process.on('message', async (command: MeasuredCommand) => {
    if (command.kind === 'poll') {
      cpuBefore = process.cpuUsage()
      if (command.watchLoop) watched ??= watch()
    }
    const start = performance.now()
    const outcome = command.kind === 'poll' ? await work.poll() : NOTHING_DONE
    const wallMs = performance.now() - start
    const { user, system } = process.cpuUsage(cpuBefore)
    const block = command.kind === 'look' && watched !== null ? watched.stop() : null
    if (block !== null) watched = null
    const report: MeasuredReport = {
      url: work.url,
      wallMs,
      cpuMs: (user + system) / 1000,
      ...outcome,
      ...(await memoryNow(command.collect === true)),
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      block,
    }
    cpuBefore = process.cpuUsage()
    process.send?.(report)
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.('ready')
}

async function memoryNow(
  collect: boolean,
): Promise<Pick<MeasuredReport, 'rssBytes' | 'heldBytes' | 'openHandles' | 'openFiles'>> {
  if (collect) {
    globalThis.gc?.()
    // Buffers are let go of by finalizers, which run after a collection: what they held is found by the next one.
    await turn()
    globalThis.gc?.()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  const openHandles = process.getActiveResourcesInfo().length
  return { rssBytes: rss, heldBytes: heapUsed + external, openHandles, openFiles: filesOpen() }
}

/** Without the one that is open to count them. */
function filesOpen(): number {
  return readdirSync('/proc/self/fd').length - 1
}
