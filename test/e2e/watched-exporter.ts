import { get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { EVERY_FAMILY } from '../../src/catalog/catalog.ts'
import { loadSettings } from '../../src/config/load-settings.ts'
import { readTextFile } from '../../src/config/read-file.ts'
import type { Clock, Log } from '../../src/model/ports.ts'
import { startExporter } from '../../src/run.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { nameOf, parseExposition, type Samples, valueIn } from './exposition-text.ts'
import { createInvariants } from './scrape-invariants.ts'

/** All scrapes between the ends of two polls: they show the same. */
export interface Generation {
  /** Unix seconds; 0 while no poll is shown. */
  readonly pollStartedAt: number
  readonly pollEndedAt: number
  readonly samples: Samples
}

export interface WatchedExporter {
  readonly url: string
  /** Everything that every scrape showed. */
  readonly generations: readonly Generation[]
  /** Messages of warnings and errors. */
  readonly logged: readonly string[]
  /** The newest generation. */
  now(): Samples
  /** Waits for a generation that fulfils the condition and returns it. */
  until(what: string, holds: (samples: Samples) => boolean): Promise<Generation>
  /** The first poll that began after the call. */
  nextPoll(): Promise<Generation>
  /** Scrapes that were answered between the beginning and the end of the poll. */
  scrapesDuring(poll: Generation): number
  /** Begins a case: what follows is told by `slowestMs`, `count` and `broken`. */
  observe(mayRestart?: RegExp): Observed
  json(path: string): Promise<unknown>
  /** Ends the scraping alone. */
  rest(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

export interface Observed {
  readonly slowestMs: number
  readonly count: number
  /** Invariants that a scrape broke, and scrapes that were not answered. */
  readonly broken: readonly string[]
  generations(): readonly Generation[]
  /** Which of the series any scrape since lacked. */
  gapsOf(series: readonly string[]): string[]
}

/** Series that tell of a moment, not of the cluster. */
const OF_PROCESS = /^(nodejs|process)_|^kafka_health_(exporter_series|dependency)/

/** The real exporter in this process, scraped without a pause; every scrape is held against the invariants. */
export async function watchExporter(yaml: string, clock: Clock = Date.now): Promise<WatchedExporter> {
  const logged: string[] = []
  const note = (_fields: object, message: string) => void logged.push(message)
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note }
  const settings = loadSettings({
    argvFlags: new Map([['config', ['e2e.yml']]]),
    env: {},
    readFile: (path, maxBytes) => (path === 'e2e.yml' ? yaml : readTextFile(path, maxBytes)),
    knownFamilies: EVERY_FAMILY.map(family => family.name),
  })
  const exporter = await startExporter(settings, { log, version: '0.0.0-e2e', clock })

  const generations: (Generation & { readonly key: string })[] = []
  const answeredAt: number[] = []
  let mayRestart: RegExp | null = null
  const invariants = createInvariants(() => mayRestart)
  let current = { slowestMs: 0, count: 0, broken: [] as string[] }

  const scrape = async () => {
    const began = performance.now()
    const { status, body } = await fetchText(`${exporter.url}/metrics`)
    current.slowestMs = Math.max(current.slowestMs, performance.now() - began)
    current.count++
    if (status !== 200) current.broken.push(`/metrics answered ${status}`)
    answeredAt.push(clock() / 1000)
    const exposition = parseExposition(body)
    current.broken.push(...invariants(exposition))
    const { samples } = exposition
    const key = keyOf(samples)
    if (key === generations.at(-1)?.key) return
    const pollEndedAt = valueIn(samples, 'kafka_health_exporter_last_poll_timestamp_seconds') ?? 0
    generations.push({ key, samples, pollEndedAt, pollStartedAt: pollEndedAt - secondsOfPoll(samples) })
  }
  let scraping: Promise<void> = Promise.resolve()
  let isScraping = false
  const resume = () => {
    isScraping = true
    scraping = (async () => {
      while (isScraping) {
        await scrape().catch(error => current.broken.push(String(error)))
        // Only spares the CPU for the brokers.
        await pause(20)
      }
    })()
  }
  const rest = async () => {
    isScraping = false
    await scraping
  }
  resume()

  const newest = () => generations.at(-1)?.samples ?? new Map<string, number>()
  return {
    url: exporter.url,
    generations,
    logged,
    now: newest,
    until: (what, holds) =>
      waitUntil(
        what,
        () => {
          const generation = generations.at(-1)
          return generation !== undefined && holds(generation.samples) && generation
        },
        { pauseMs: 20 },
      ),
    nextPoll() {
      const from = generations.length
      const now = clock() / 1000
      return waitUntil(
        'another poll',
        () => generations.slice(from).find(generation => generation.pollStartedAt >= now),
        { pauseMs: 20 },
      )
    },
    scrapesDuring: ({ pollStartedAt, pollEndedAt }) =>
      answeredAt.filter(at => at >= pollStartedAt && at < pollEndedAt).length,
    observe(restarting) {
      mayRestart = restarting ?? null
      const observed = { slowestMs: 0, count: 0, broken: [] as string[] }
      current = observed
      const from = Math.max(0, generations.length - 1)
      const since = () => generations.slice(from)
      return Object.assign(observed, {
        generations: since,
        gapsOf: (series: readonly string[]) =>
          series.filter(one => since().some(({ samples }) => !samples.has(one))),
      })
    },
    json: async path => JSON.parse((await fetchText(exporter.url + path)).body),
    rest,
    resume,
    async stop() {
      await rest()
      await exporter.stop()
    },
  }
}

/** Differs when a poll has ended, or when a series came or went without that. */
function keyOf(samples: Samples): string {
  const ended = valueIn(samples, 'kafka_health_exporter_last_poll_timestamp_seconds')
  let count = 0
  for (const series of samples.keys()) if (!OF_PROCESS.test(nameOf(series))) count++
  return `${ended} ${count}`
}

function secondsOfPoll(samples: Samples): number {
  let seconds = 0
  for (const [series, value] of samples) {
    if (nameOf(series) === 'kafka_health_exporter_poll_duration_seconds') seconds += value
  }
  return seconds
}

/** On a connection of its own, so that nothing stays open between two scrapes. */
export function fetchText(url: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, headers: { connection: 'close' } }, response => {
      response.setEncoding('utf8')
      let body = ''
      response.on('data', chunk => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}
