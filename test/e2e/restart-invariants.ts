import type { Metrics } from './metrics-text.ts'
import { EVENTS, type EventKind, LOST, type MovingCluster } from './moving-cluster.ts'

const SNAPSHOT = 'kafka_health_exporter_snapshot_timestamp_seconds'
const ADVANCED = 'kafka_consumergroup_offset_advance_timestamp_seconds'
const CLOCK_START = 'kafka_health_exporter_clock_start_timestamp_seconds'
const STUCK = { consumergroup: 'stuck' }
/** Clocks of a partition that never moves: they began once. */
const CLOCKS = [
  { name: 'kafka_consumergroup_offset_advance_age_seconds', labels: STUCK },
  { name: 'kafka_consumergroup_stalled_seconds', labels: STUCK },
  { name: 'kafka_consumergroup_partition_unhealthy_seconds', labels: { ...STUCK, state: 'stalled' } },
]
const KEPT_UP = 'kafka_consumergroup_kept_up_seconds'
const POLL_SECONDS = 1
/** Of a floating-point number that was printed and read again. */
const ROUNDING = 0.002

/** Everything that may never happen from one exposition to a later one, whatever was killed in between. */
export class RestartInvariants {
  readonly #cluster: MovingCluster
  readonly #counters = new Map<string, number>()
  /** Time of the advance as it was first exposed, and the newest snapshot that did not show it, by topic. */
  readonly #advances = new Map<string, number>()
  readonly #unmoved = new Map<string, number>()
  #clockStart: number | undefined
  /** When each of CLOCKS began as it was first exposed. */
  readonly #began = new Map<string, number>()
  #keptUp: { readonly seconds: number; readonly snapshot: number } | undefined
  readonly violations: string[] = []
  expositions = 0

  constructor(cluster: MovingCluster) {
    this.#cluster = cluster
  }

  check(metrics: Metrics): void {
    const snapshot = metrics.value(SNAPSHOT)
    // Before its first poll an exporter has nothing to say.
    if (snapshot === undefined) return
    this.expositions++
    this.#checkCounters(metrics)
    this.#checkTruth(metrics)
    for (let i = 0; i < EVENTS; i++) this.#checkAdvance(metrics, `advance-${i}`, snapshot, i)
    for (const { name, labels } of CLOCKS)
      this.#checkClock(name, snapshot - (metrics.value(name, labels) ?? Number.NaN))
    this.#checkKeptUp(metrics.value(KEPT_UP, { consumergroup: 'busy' }), snapshot)
    const start = metrics.value(CLOCK_START)
    this.#clockStart ??= start
    if (start !== this.#clockStart) this.#violated(`clocks began at ${this.#clockStart}, now at ${start}`)
  }

  /** Advances that were exposed. */
  get advances(): ReadonlyMap<string, number> {
    return this.#advances
  }

  /** How long the busy group was seen to have kept up. */
  get keptUpSeconds(): number {
    return this.#keptUp?.seconds ?? 0
  }

  /** Whether the stall was exposed. */
  get isStallKnown(): boolean {
    return this.#began.has('kafka_consumergroup_partition_unhealthy_seconds')
  }

  /** Once begun it is there in every exposition, as alerts need it, and the wall time alone moves it. */
  #checkClock(name: string, began: number): void {
    const known = this.#began.get(name)
    if (known === undefined) {
      if (!Number.isNaN(began)) this.#began.set(name, began)
      return
    }
    if (!(Math.abs(began - known) <= POLL_SECONDS))
      this.#violated(`${name} began at ${known}, then at ${began}`)
  }

  /** It pauses while nobody watches; it neither goes back nor gains. */
  #checkKeptUp(seconds: number | undefined, snapshot: number): void {
    const before = this.#keptUp
    if (seconds === undefined) {
      if (before !== undefined) this.#violated('the time kept up has gone')
      return
    }
    this.#keptUp = { seconds, snapshot }
    if (before === undefined) return
    const gained = seconds - before.seconds
    if (gained < -ROUNDING || gained > snapshot - before.snapshot + ROUNDING)
      this.#violated(
        `kept up for ${before.seconds} s, ${snapshot - before.snapshot} s later for ${seconds} s`,
      )
  }

  #checkCounters(metrics: Metrics): void {
    for (const { series, value } of metrics.counters()) {
      const before = this.#counters.get(series)
      if (before !== undefined && value < before) this.#violated(`${series} fell from ${before} to ${value}`)
      this.#counters.set(series, value)
    }
    for (const [series, before] of this.#counters) {
      if (before > 0 && !metrics.has(series)) this.#violated(`${series} was ${before} and has gone`)
    }
  }

  /** What happened once may be counted once, and not before it happened. */
  #checkTruth(metrics: Metrics): void {
    const atMost = (what: string, value: number | undefined, most: number) => {
      if (value !== undefined && value > most) this.#violated(`${what} is ${value}, truth ${most}`)
    }
    const did = (kind: EventKind, i: number) => (this.#cluster.happenedAt(kind, i) === undefined ? 0 : 1)
    for (let i = 0; i < EVENTS; i++) {
      const rewinds = metrics.value('kafka_consumergroup_rewinds_total', { topic: `rewind-${i}` })
      atMost(`rewinds of rewind-${i}`, rewinds, did('rewind', i))
      const lost = metrics.value('kafka_consumergroup_lost_offsets_total', { topic: `loss-${i}` })
      atMost(`offsets lost of loss-${i}`, lost, LOST * did('loss', i))
      const future = metrics.value('kafka_topic_future_timestamps_total', { topic: `future-${i}` })
      atMost(`future records of future-${i}`, future, did('future', i))
      const rebalances = metrics.value('kafka_consumergroup_rebalances_total', {
        consumergroup: `member-${i}`,
      })
      atMost(`rebalances of member-${i}`, rebalances, did('rebalance', i))
      const errors = metrics.value('kafka_topic_read_errors_total', { topic: `fault-${i}` })
      atMost(`read errors of fault-${i}`, errors, did('fault', i))
    }
    for (const { labels, value } of metrics.all('kafka_health_exporter_requests_total')) {
      atMost(`requests ${labels.api}`, value, this.#cluster.simulated.requestCounts.get(labels.api!) ?? 0)
    }
  }

  /** It is dated into the poll that saw it first, and the date never moves. */
  #checkAdvance(metrics: Metrics, topic: string, snapshot: number, index: number): void {
    const at = metrics.value(ADVANCED, { topic })
    const known = this.#advances.get(topic)
    if (known !== undefined) {
      if (at !== known) this.#violated(`${topic} advanced at ${known}, later at ${at}`)
      return
    }
    const truth = this.#cluster.happenedAt('advance', index)
    if (at === undefined) {
      this.#unmoved.set(topic, snapshot)
      return
    }
    this.#advances.set(topic, at)
    const before = this.#unmoved.get(topic) ?? Number.POSITIVE_INFINITY
    if (truth === undefined || at * 1_000 < truth)
      this.#violated(`${topic} advanced at ${at}, truth ${truth}`)
    if (!(at > before && at <= snapshot))
      this.#violated(`${topic} advanced at ${at}, not after ${before} and by ${snapshot}`)
  }

  #violated(what: string): void {
    if (this.violations.length < 20) this.violations.push(what)
  }
}
