import { BenchExporter, POLL_INTERVAL_MS } from '../../../bench/accuracy/exporter.ts'
import { EPOCH, PollTimer, type PollTimes } from '../../../bench/accuracy/poll-times.ts'
import { CATALOG, selectFamilies } from '../../../src/catalog/catalog.ts'
import { labelsOf } from '../../../src/catalog/family.ts'
import { samplesOf } from '../../../src/exposition/registered-family.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import type { Restart, Scenario } from './scenario.ts'
import { ScriptedCluster } from './scripted-cluster.ts'
import { isWatched } from './watched.ts'

/** What a scrape brings, by the text of the series. */
export type Page = ReadonlyMap<string, number>

/** Milliseconds since the beginning, and what is published from then on; null while the exporter is not there. */
export type Publication = readonly [from: number, page: Page | null]

export interface Life {
  /** When the exporter begins, and how much later than the clock says it polls. */
  readonly from: number
  readonly phase: number
  readonly restart: Restart | undefined
}

const DOWN_MS = 60_000

/** What one exporter publishes of a scenario: the program's own domain and families, on a virtual clock. */
export function publish(scenario: Scenario, { from, phase, restart }: Life): readonly Publication[] {
  const begin = () => new BenchExporter(new ScriptedCluster(scenario), true, scenario.options)
  const timer = new PollTimer(POLL_INTERVAL_MS, 1 + phase)
  const publications: Publication[] = [[0, null]]
  let exporter = begin()
  let isRestarted = false
  for (let poll = Math.ceil(from / POLL_INTERVAL_MS); ; poll++) {
    const times = later(timer.at(poll), phase)
    if (times.endedAt >= scenario.trace.durationMs) return publications
    if (restart && times.startedAt >= restart.at) {
      if (times.startedAt < restart.at + DOWN_MS) {
        if (publications.at(-1)?.[1] !== null) publications.push([restart.at, null])
        continue
      }
      if (!isRestarted) {
        isRestarted = true
        if (restart.hasState) exporter.restart()
        else exporter = begin()
      }
    }
    const polled = exporter.poll(times)
    const topics = scenario.schemas?.(times.endedAt)
    const snapshot = topics === undefined ? polled : { ...polled, schemas: { topics } }
    if (restart?.hasState && !isRestarted) exporter.save()
    publications.push([times.endedAt + 100, pageOf(snapshot)])
  }
}

function later(times: PollTimes, by: number): PollTimes {
  const { startedAt, logStartAt, commitsAt, logEndAt, endedAt } = times
  return {
    startedAt: startedAt + by,
    logStartAt: logStartAt + by,
    commitsAt: commitsAt + by,
    logEndAt: logEndAt + by,
    endedAt: endedAt + by,
  }
}

const FAMILIES = selectFamilies(CATALOG, { include: [], exclude: [] })
  .filter(family => family.kind !== 'instrument')
  .filter(family => isWatched(family.name))

function pageOf(snapshot: Snapshot): Page {
  const page = new Map<string, number>([['up', 1]])
  page.set('kafka_health_exporter_build_info{version="1.0.0", node_version="v24.0.0"}', 1)
  for (const family of FAMILIES) {
    const names = labelsOf(family)
    // The clock of the tests begins at 0.
    const from = family.name.endsWith('_timestamp_seconds') ? EPOCH / 1000 : 0
    for (const [value, ...own] of samplesOf(family, snapshot)) {
      if (Number.isNaN(value)) continue
      const labels = names.map((name, i) => `${name}=${JSON.stringify(own[i])}`).join(', ')
      page.set(labels === '' ? family.name : `${family.name}{${labels}}`, value - from)
    }
  }
  return page
}
