import type { FollowedTopics } from '../domain/tail/follow-topics.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Clock, Log } from '../model/ports.ts'
import type { RecordWatcher } from '../model/record-watch.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { RecordTailer, TailAnswer, TailPosition } from '../model/tail.ts'
import { topicOfRow } from '../model/topology.ts'
import type { ReadTroubles } from './read-troubles.ts'

export interface WatchPassParts {
  readonly snapshot: Snapshot
  /** Their positions are moved on. */
  readonly topics: FollowedTopics
  readonly watchers: readonly RecordWatcher[]
  readonly troubles: ReadTroubles
  /** Since when positions lie behind the end of their log, by `topic/partition`; changed by each pass. */
  readonly beyondEnd: Map<string, number>
  readonly clock: Clock
  readonly log: Log
}

/** Of what is wanted of a topic, for one partition. */
const LEAST_SHARE = 0.1
/** Longer than any batch that a broker takes by default, ten times over. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024

/** One pass: what is read, handed to who wants it, and how far that moves each partition. */
export class WatchPass {
  /** Whether any position has moved. */
  hasMoved = false
  readonly #parts: WatchPassParts
  /** By row, the end as it was last heard of, where only some records were wanted. */
  readonly #sampledEnds = new Map<number, number>()

  constructor(parts: WatchPassParts) {
    this.#parts = parts
  }

  /** @returns bytes of records that came */
  async read(tailer: RecordTailer, maxBytes: number, seconds: number, signal: AbortSignal): Promise<number> {
    const { topology, partitions, brokers } = this.#parts.snapshot
    const positions = this.#positions(seconds)
    if (positions.length === 0 || maxBytes <= 0) return 0
    const map = { topology, leader: partitions.leader, brokers: brokers.filter(b => b.inMetadata) }
    const limits = { maxBytes, maxBatchBytes: MAX_BATCH_BYTES }
    const { troubles } = this.#parts
    for (const { row } of positions) {
      // One without a leader is not asked for.
      if ((map.leader[row] as number) >= 0) troubles.asked(this.#placeOf(row).topic, row)
    }
    let bytes: number
    try {
      bytes = await tailer.read(map, positions, limits, answer => this.#take(answer, signal), signal)
    } finally {
      troubles.endPass()
    }
    // What was not wanted is not caught up with: the next pass begins with what arrives from now on.
    for (const [row, end] of this.#sampledEnds) await this.#jumpTo(row, end)
    return bytes
  }

  #positions(seconds: number): readonly TailPosition[] {
    const { topics, troubles, watchers, snapshot } = this.#parts
    const positions: TailPosition[] = []
    for (const [topic, { next, goneSince }] of topics) {
      const t = snapshot.topology.indexOf.get(topic)
      if (t === undefined || goneSince !== null || !troubles.isReadable(topic)) continue
      const first = snapshot.topology.start[t] as number
      const rate = Math.max(...watchers.map(watcher => watcher.wants(topic)))
      // What arrives lies in few partitions as a rule: none has to do with less than a tenth of what the topic may have.
      const share = seconds * Math.max(1 / next.length, LEAST_SHARE)
      // A clock that stands still or was set back takes no share of all.
      const maxRecords = rate === Number.POSITIVE_INFINITY ? rate : Math.ceil(rate * share)
      for (let p = 0; p < next.length; p++) {
        // The end of a new partition may have been out of reach.
        if (Number.isNaN(next[p])) next[p] = snapshot.partitions.highWatermark[first + p] as number
        if (!Number.isNaN(next[p])) positions.push({ row: first + p, offset: next[p] as number, maxRecords })
      }
    }
    return positions.sort((a, b) => a.row - b.row)
  }

  async #take(answer: TailAnswer, signal: AbortSignal): Promise<void> {
    const { topic, next, partition } = this.#placeOf(answer.row)
    if (answer.kind === 'failed') return this.#parts.troubles.failed(topic, answer.code, answer.message)
    this.#parts.troubles.answered(topic, answer.row)
    if (answer.kind === 'out_of_range') return this.#returnToRange(answer.row)
    this.#parts.beyondEnd.delete(`${topic}/${partition}`)
    const { records, unreadable, nextOffset, end } = answer
    if (records.length > 0) await this.#each(topic, watcher => watcher.take(topic, records, signal), signal)
    if (unreadable > 0) await this.#each(topic, watcher => watcher.passOver(topic, unreadable, 'unreadable'))
    this.hasMoved ||= nextOffset !== next[partition]
    next[partition] = nextOffset
    if (this.#isSampled(topic)) this.#sampledEnds.set(answer.row, end)
  }

  #isSampled(topic: string): boolean {
    return !this.#parts.watchers.some(watcher => watcher.wants(topic) === Number.POSITIVE_INFINITY)
  }

  /**
   * Retention was quicker, or the log was cut off. Positions run ahead of the last poll: where the log ends now is only
   * known of one that began after this was seen.
   */
  async #returnToRange(row: number): Promise<void> {
    const { snapshot, beyondEnd, clock } = this.#parts
    const { logStart, highWatermark, readAt } = snapshot.partitions
    const { topic, next, partition } = this.#placeOf(row)
    const [start, end] = [logStart[row] as number, highWatermark[row] as number]
    const place = `${topic}/${partition}`
    if ((next[partition] as number) < start) return this.#jumpTo(row, start)
    const since = beyondEnd.get(place) ?? clock()
    beyondEnd.set(place, since)
    const isSeenSince = snapshot.poll.startedAt > since && (readAt[row] as number) >= snapshot.poll.startedAt
    if (!isSeenSince || !((next[partition] as number) > end)) return
    beyondEnd.delete(place)
    next[partition] = end
    this.hasMoved = true
  }

  async #jumpTo(row: number, offset: number): Promise<void> {
    const { topic, next, partition } = this.#placeOf(row)
    const count = offset - (next[partition] as number)
    if (!(count > 0)) return
    next[partition] = offset
    this.hasMoved = true
    await this.#each(topic, watcher => watcher.passOver(topic, count, 'jumped'))
  }

  /** A defect of one watcher costs the others nothing. */
  async #each(
    topic: string,
    tell: (watcher: RecordWatcher) => void | Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    for (const watcher of this.#parts.watchers) {
      if (!(watcher.wants(topic) > 0)) continue
      try {
        await tell(watcher)
      } catch (error) {
        // It has given up: they are read again by whoever goes on from here.
        if (signal?.aborted && error === signal.reason) throw error
        const told = `${watcher.name}: records of ${topic} are not counted: ${messageOf(error)}`
        this.#parts.log.error({ err: error, code: codeOf(error), topic }, told)
      }
    }
  }

  #placeOf(row: number) {
    const { topology } = this.#parts.snapshot
    const t = topicOfRow(topology, row)
    const topic = topology.topics[t] as string
    const { next } = this.#parts.topics.get(topic) ?? { next: new Float64Array(0) }
    return { topic, next, partition: row - (topology.start[t] as number) }
  }
}
