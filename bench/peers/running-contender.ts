import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { freePort } from '../../test/harness/free-port.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from '../../test/harness/owned-process.ts'
import { waitUntil } from '../../test/harness/wait-until.ts'
import type { Contender } from './contender.ts'
import { type TimedScrape, timedScrape } from './timed-scrape.ts'

/** A contender's process, and what Linux tells of it. */
export interface RunningContender {
  readonly contender: Contender
  scrape(timeoutMs?: number): Promise<TimedScrape>
  /** A scrape that costs as little as this contender can make it, to learn which poll is shown. */
  glance(): Promise<TimedScrape>
  /** User and system, all threads. */
  cpuMs(): number
  peakRssBytes(): number
  /** While others are measured. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
export const SCRAPE_TIMEOUT_MS = 120_000

/** Starts it, and waits until it answers. */
export async function runContender(
  contender: Contender,
  brokers: readonly string[],
): Promise<RunningContender> {
  const folder = ownDirectory('contender')
  const port = await freePort()
  const { program, args, env } = contender.command({ brokers, port, folder })
  const stdio = process.env.BENCH_VERBOSE ? 'inherit' : 'ignore'
  const owned = await spawnOwned(program, args, { env: { ...process.env, ...env }, stdio })
  let ended = false
  void owned.exited.then(() => {
    ended = true
  })
  const origin = `http://127.0.0.1:${port}`
  const query = contender.role === 'ours' ? '?name[]=kafka_health_exporter_snapshot_timestamp_seconds' : ''
  const running: RunningContender = {
    contender,
    scrape: (timeoutMs = SCRAPE_TIMEOUT_MS) => timedScrape(`${origin}/metrics`, timeoutMs),
    glance: () => timedScrape(`${origin}/metrics${query}`, SCRAPE_TIMEOUT_MS),
    cpuMs() {
      const [, fields = ''] = readFileSync(`/proc/${owned.pid}/stat`, 'utf8').split(/\) (?=[A-Z] )/)
      const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number]
      return ((user + system) * 1000) / TICKS_PER_SECOND
    },
    peakRssBytes() {
      const status = readFileSync(`/proc/${owned.pid}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
    },
    freeze: () => void owned.signal('SIGSTOP'),
    thaw: () => void owned.signal('SIGCONT'),
    async stop() {
      await owned.end('SIGKILL')
      await removeOwnDirectory(folder)
    },
  }
  await waitUntil(
    `${contender.name} listens`,
    async () => {
      if (ended) throw new Error(`${contender.name} ended; BENCH_VERBOSE=1 shows what it says`)
      // Not /metrics: that would be a scrape.
      return fetch(`${origin}/`, { signal: AbortSignal.timeout(1_000) }).then(
        answer => answer.arrayBuffer().then(() => true),
        () => false,
      )
    },
    { timeoutMs: 60_000 },
  )
  return running
}
