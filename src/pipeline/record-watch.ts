import { type FollowedTopics, followTopics } from '../domain/tail/follow-topics.ts'
import { codeOf, messageOf } from '../errors.ts'
import { withDeadline } from '../model/deadline.ts'
import { pause } from '../model/pause.ts'
import type { Clock, Log, StateStore } from '../model/ports.ts'
import type { RecordWatcher } from '../model/record-watch.ts'
import { plainOf } from '../model/saved-json.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { RecordTailer } from '../model/tail.ts'
import { EMPTY_TOPOLOGY, type Topology } from '../model/topology.ts'
import { ByteBudget } from './byte-budget.ts'
import { OneWrite } from './one-write.ts'
import { type ReadTroubles, readTroubles } from './read-troubles.ts'
import { WatchPass } from './watch-pass.ts'
import { decodeWatchState, encodeWatchState, type WatchState } from './watch-state.ts'

export interface RecordWatchOptions {
  readonly maxBytesPerSecond: number
  /** How long a write of the positions is waited for. */
  readonly saveTimeoutMs: number
}

export interface RecordWatchParts {
  /** Owned: closed with the watch. */
  readonly tailer: RecordTailer
  /** What the last poll published; null while there is none that counts. */
  readonly snapshot: () => Snapshot | null
  readonly watchers: readonly RecordWatcher[]
  /** Null: nothing outlives a restart. */
  readonly store: StateStore | null
  readonly clock: Clock
  readonly log: Log
}

/** Patterns are matched once for each topology, which stays the same object while no topic comes or goes. */
interface MatchedTopics {
  readonly topology: Topology
  readonly names: ReadonlySet<string>
  readonly wanted: ReadonlySet<string>
}

const EVERY_MS = 1_000
/** At least so long between two writes: each is synced to the disk. */
const SAVE_EVERY_MS = 5_000

/**
 * One cluster's records, watched as they arrive: apart from the polls, by what the last of them has found. Positions
 * and what watchers count are made durable together, so that a record is told of once whatever happens in between.
 */
export class RecordWatch {
  readonly #options: RecordWatchOptions
  readonly #parts: RecordWatchParts
  readonly #stopping = new AbortController()
  readonly #budget: ByteBudget
  readonly #troubles: ReadTroubles
  /** Null where nothing outlives a restart. */
  readonly #writes: OneWrite | null
  readonly #wants: (topic: string) => boolean
  #topics: FollowedTopics = new Map()
  /** Topics of the poll before; null where there was none. */
  #seen: ReadonlySet<string> | null = null
  readonly #beyondEnd = new Map<string, number>()
  #clusterId: string | null = null
  #followed: Snapshot | null = null
  #isRestored = false
  #matched: MatchedTopics = matchTopics(EMPTY_TOPOLOGY, () => false)
  #passedAt: number | null = null
  #savedAt = Number.NEGATIVE_INFINITY
  #isDirty = false
  #isDurable = true
  #loop: Promise<void> = Promise.resolve()

  constructor(options: RecordWatchOptions, parts: RecordWatchParts) {
    this.#options = options
    this.#parts = parts
    this.#budget = new ByteBudget(options.maxBytesPerSecond, EVERY_MS)
    this.#troubles = readTroubles(parts.log, parts.clock)
    this.#writes =
      parts.store && new OneWrite(parts.store, options.saveTimeoutMs, 'saving the positions of records')
    this.#wants = topic => parts.watchers.some(watcher => watcher.wants(topic) > 0)
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** Before `start`: goes on from there instead of from what was saved. */
  inherit(state: WatchState): void {
    this.#adopt(state)
    this.#isRestored = true
  }

  /** Where it stands; null where it has not begun. */
  get memory(): WatchState | null {
    return this.#isRestored ? this.#state() : null
  }

  /** Why each topic that cannot be read cannot be, by topic. */
  get unreadable(): ReadonlyMap<string, string> {
    return this.#troubles.codes()
  }

  /** Ends the pass under way, saves where it stands and closes the tailer. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#loop
    if (this.#isDirty) await this.#save()
    await this.#parts.tailer.close()
    for (const watcher of this.#parts.watchers) await watcher.close?.()
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#parts
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const startedAt = clock()
      try {
        await this.pass()
      } catch (error) {
        if (!signal.aborted)
          log.error({ err: error, code: codeOf(error) }, `watching records failed: ${messageOf(error)}`)
      }
      await pause(Math.max(0, Math.min(EVERY_MS, startedAt + EVERY_MS - clock())), signal)
    }
  }

  /** One pass over all that is watched, and a save where one is due. For `start`, and for tests. */
  async pass(): Promise<void> {
    const { tailer, clock, snapshot: latest, watchers, log } = this.#parts
    const snapshot = latest()
    if (snapshot === null || !this.#hasWork(snapshot)) return
    if (!this.#isRestored) await this.#restore()
    this.#follow(snapshot)
    const now = clock()
    const seconds = this.#passedAt === null ? 1 : Math.min(5, Math.max(0, now - this.#passedAt) / 1_000)
    this.#passedAt = now
    const maxBytes = this.#budget.available(now)
    const pass = new WatchPass({
      snapshot,
      topics: this.#topics,
      watchers,
      troubles: this.#troubles,
      beyondEnd: this.#beyondEnd,
      clock,
      log,
    })
    const bytes = await pass.read(tailer, maxBytes, seconds, this.#stopping.signal)
    this.#budget.spend(bytes)
    this.#isDirty ||= pass.hasMoved
    const sinceSave = clock() - this.#savedAt
    if (this.#isDirty && (sinceSave >= SAVE_EVERY_MS || sinceSave < 0)) await this.#save()
  }

  /** Before any topic is wanted no file is read and nothing is followed, but which topics there are is kept in mind. */
  #hasWork(snapshot: Snapshot): boolean {
    if (this.#matched.topology !== snapshot.topology)
      this.#matched = matchTopics(snapshot.topology, this.#wants)
    if (this.#isRestored || this.#matched.wanted.size > 0) return true
    if (snapshot.up) this.#seen = this.#matched.names
    return false
  }

  #follow(snapshot: Snapshot): void {
    if (snapshot === this.#followed) return
    this.#followed = snapshot
    const known = this.#topics
    if (this.#clusterId !== null && snapshot.clusterId !== null && this.#clusterId !== snapshot.clusterId) {
      const ids = { saved: this.#clusterId, cluster: snapshot.clusterId }
      this.#parts.log.warn(ids, 'positions of records belong to another cluster: they begin at the ends')
      this.#topics = new Map()
      this.#seen = null
    }
    this.#clusterId = snapshot.clusterId ?? this.#clusterId
    const before = this.#topics
    const { names, wanted } = this.#matched
    const wants = (topic: string) => wanted.has(topic) || (!names.has(topic) && this.#wants(topic))
    this.#topics = followTopics(before, this.#seen, snapshot, wants)
    if (snapshot.up) this.#seen = names
    for (const place of this.#beyondEnd.keys()) {
      if (!this.#topics.has(place.slice(0, place.lastIndexOf('/')))) this.#beyondEnd.delete(place)
    }
    this.#troubles.keepOnly(this.#topics)
    for (const watcher of this.#parts.watchers) {
      watcher.keepOnly(new Set([...this.#topics.keys()].filter(topic => watcher.wants(topic) > 0)))
    }
    for (const [topic, { topicId }] of this.#topics) {
      const earlier = known.get(topic)?.topicId
      // Without ids nobody knows.
      if (!earlier || topicId === '' || earlier === topicId) continue
      for (const watcher of this.#parts.watchers) if (watcher.wants(topic) > 0) watcher.begunAnew?.(topic)
    }
    // A topic that is followed anew is there with its counters at 0 before anything is counted.
    this.#isDirty ||= [...this.#topics].some(([topic, { topicId }]) => before.get(topic)?.topicId !== topicId)
  }

  async #restore(): Promise<void> {
    const { store, log } = this.#parts
    this.#isRestored = true
    if (store === null) return
    try {
      const bytes = await withDeadline(
        store.load(),
        this.#options.saveTimeoutMs,
        'reading the positions of records',
      )
      if (bytes !== null) this.#adopt(decodeWatchState(bytes))
    } catch (error) {
      const told = `positions of records are ignored, they begin at the ends: ${messageOf(error)}`
      log.warn({ code: codeOf(error) }, told)
    }
  }

  #adopt({ clusterId, topics, watchers }: WatchState): void {
    this.#clusterId = clusterId
    this.#topics = topics
    for (const watcher of this.#parts.watchers) {
      if (watchers[watcher.name] !== undefined) watcher.restore(plainOf(watchers[watcher.name]))
    }
    for (const watcher of this.#parts.watchers) watcher.publish()
  }

  #state(): WatchState {
    const watchers = Object.fromEntries(this.#parts.watchers.map(w => [w.name, w.save()]))
    return { clusterId: this.#clusterId, topics: this.#topics, watchers }
  }

  /** What cannot be made durable is published all the same: counters may then go back with a restart. */
  async #save(): Promise<void> {
    const { log, clock, watchers } = this.#parts
    this.#savedAt = clock()
    try {
      // First of all: what it saves is what a watcher publishes, store or not.
      const state = this.#state()
      await this.#writes?.save(() => encodeWatchState(state))
      this.#isDirty = false
      if (!this.#isDurable) log.info({}, 'positions of records are durable again')
      this.#isDurable = true
    } catch (error) {
      if (this.#isDurable)
        log.warn({ code: codeOf(error) }, `positions of records are not durable: ${messageOf(error)}`)
      this.#isDurable = false
    }
    for (const watcher of watchers) watcher.publish()
  }
}

function matchTopics(topology: Topology, wants: (topic: string) => boolean): MatchedTopics {
  const { topics } = topology
  return { topology, names: new Set(topics), wanted: new Set(topics.filter(wants)) }
}
