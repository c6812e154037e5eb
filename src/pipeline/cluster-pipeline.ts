import { stableRowsWanted } from '../domain/lag/stable-rows.ts'
import { isAnotherCluster, type Placed, place } from '../domain/place.ts'
import { type ClusterState, initialState } from '../domain/state.ts'
import { track } from '../domain/track.ts'
import type { TrackOptions } from '../domain/track-options.ts'
import { codeOf, messageOf } from '../errors.ts'
import { withDeadline } from '../model/deadline.ts'
import { type Evidence, NO_EVIDENCE } from '../model/evidence.ts'
import type { Observation } from '../model/observation.ts'
import { pause } from '../model/pause.ts'
import type { Clock, ClusterHandle, ClusterReader, Log, StateStore } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { inSlices, type Steps } from '../model/steps.ts'
import { OneWrite } from './one-write.ts'
import { Prober } from './prober.ts'
import { decodeState, encodeState } from './state-codec.ts'
import { troubleLog } from './trouble-log.ts'

export interface PipelineOptions extends Omit<TrackOptions, 'stateWriteErrors'> {
  readonly name: string | null
  readonly labels: Readonly<Record<string, string>>
  /** Bytes of records that may be read to learn their time stamps; 0: none are. */
  readonly probeBytesPerSecond: number
  /** Whether the last stable offset of every partition is published. */
  readonly readsAllStable: boolean
  /** How long publication waits for the state to be durable before it goes ahead without. */
  readonly saveTimeoutMs: number
}

export interface PipelineParts {
  readonly reader: ClusterReader
  /** Null: nothing outlives a restart. */
  readonly store: StateStore | null
  readonly clock: Clock
  readonly log: Log
  /** Work on each snapshot that has to be done before it is published. */
  readonly beforePublication?: (snapshot: Snapshot) => Steps<void>
  /** What others than the polls have to say of the cluster, as it is to be published with the next one. */
  readonly views?: () => Partial<Snapshot>
}

/** What a pipeline remembers, for the one that takes its place. */
export interface PipelineMemory {
  readonly state: ClusterState
  readonly snapshot: Snapshot | null
  readonly stateWriteErrors: number
}

/**
 * One cluster's loop: observe, look up, track, make durable, publish. Polls start at multiples of the interval; one that
 * overruns skips the starts it missed instead of queueing them. Nothing here waits for a scrape.
 */
export class ClusterPipeline {
  readonly #options: PipelineOptions
  readonly #parts: PipelineParts
  readonly #stopping = new AbortController()
  readonly #noteTrouble: (observation: Observation) => void
  readonly #prober: Prober
  /** Null where nothing outlives a restart. */
  readonly #writes: OneWrite | null
  #state: ClusterState | null = null
  #snapshot: Snapshot | null = null
  #stateWriteErrors = 0
  #isDurable = true
  #scratch: Uint8Array | undefined
  #loop: Promise<void> = Promise.resolve()

  constructor(options: PipelineOptions, parts: PipelineParts) {
    this.#options = options
    this.#parts = parts
    this.#noteTrouble = troubleLog(parts.log)
    this.#writes = parts.store && new OneWrite(parts.store, options.saveTimeoutMs, 'saving the state')
    this.#prober = new Prober(parts.reader, parts.clock, {
      maxBytesPerSecond: options.probeBytesPerSecond,
      pollIntervalMs: options.pollIntervalMs,
      hungAfterMs: options.hungAfterMs,
      isDeadLetterTopic: options.isDeadLetterTopic,
    })
  }

  /** What the HTTP side and the exposition see of this cluster. */
  get handle(): ClusterHandle {
    const { name, labels, pollIntervalMs, maxReadingAgeMs } = this.#options
    return {
      name,
      labels,
      pollIntervalMs,
      maxReadingAgeMs,
      snapshot: () => this.#freshSnapshot(),
      polled: () => this.#snapshot !== null,
    }
  }

  start(): void {
    this.#loop = this.#run()
  }

  /** What was remembered when it was stopped; null where it had not begun to. */
  get memory(): PipelineMemory | null {
    if (this.#state === null) return null
    return { state: this.#state, snapshot: this.#snapshot, stateWriteErrors: this.#stateWriteErrors }
  }

  /**
   * Before `start`: goes on from there, without the state file. A snapshot is published until the first poll has ended,
   * or until it is too old.
   */
  inherit({ state, snapshot, stateWriteErrors }: PipelineMemory): void {
    this.#state = state
    this.#snapshot = snapshot
    this.#stateWriteErrors = stateWriteErrors
  }

  /**
   * Ends the poll under way and the loop, and closes the reader. A write that is under way has until its deadline,
   * one that hangs is left behind: the file holds the state before it.
   */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#parts.reader.close()
    await this.#loop
  }

  /** One poll, published; for `start` and for a single direct look. */
  async poll(): Promise<Snapshot> {
    const { reader, log } = this.#parts
    this.#state ??= await this.#restore()
    const { readsAllStable, objectiveOf } = this.#options
    const stableRows = readsAllStable
      ? ('all' as const)
      : await inSlices(stableRowsWanted(this.#state, objectiveOf))
    const observation = await reader.read(this.#stopping.signal, { stableRows })
    // A pass that was cut short says nothing about the cluster.
    this.#stopping.signal.throwIfAborted()
    this.#noteTrouble(observation)
    if (this.#state.isRestored && isAnotherCluster(this.#state, observation.cluster)) {
      const ids = { saved: this.#state.clusterId, cluster: observation.cluster?.clusterId }
      log.warn(ids, 'state file belongs to another cluster and is ignored: clocks and counters start anew')
    }
    const options = { ...this.#options, stateWriteErrors: this.#stateWriteErrors }
    const placed = await inSlices(place(this.#state, observation, options))
    const evidence = await this.#look(placed)
    this.#stopping.signal.throwIfAborted()
    const { state, snapshot } = await inSlices(track(placed, evidence, options))
    this.#state = state
    const isDurable = await this.#save(state)
    const poll = isDurable ? snapshot.poll : { ...snapshot.poll, stateWriteErrors: this.#stateWriteErrors }
    const published = { ...snapshot, poll, ...this.#parts.views?.() }
    await this.#prepare(published)
    this.#snapshot = published
    return published
  }

  /** A defect in it costs what it is for, not the poll. */
  async #prepare(snapshot: Snapshot): Promise<void> {
    const { beforePublication, log } = this.#parts
    if (beforePublication === undefined) return
    try {
      await inSlices(beforePublication(snapshot))
    } catch (error) {
      log.error({ err: error, code: codeOf(error) }, `preparing the publication failed: ${messageOf(error)}`)
    }
  }

  /** A defect in looking things up costs what would have been learnt, not the poll. */
  async #look(placed: Placed): Promise<Evidence> {
    try {
      return await this.#prober.look(placed, this.#stopping.signal)
    } catch (error) {
      this.#parts.log.error({ err: error, code: codeOf(error) }, `looking up failed: ${messageOf(error)}`)
      return NO_EVIDENCE
    }
  }

  #freshSnapshot(): Snapshot | null {
    const age = this.#snapshot === null ? 0 : this.#parts.clock() - this.#snapshot.takenAt
    return age > this.#options.maxReadingAgeMs ? null : this.#snapshot
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#parts
    const { signal } = this.#stopping
    let due = clock()
    while (!signal.aborted) {
      try {
        await this.poll()
      } catch (error) {
        if (!signal.aborted)
          log.error({ err: error, code: codeOf(error) }, `poll failed: ${messageOf(error)}`)
      }
      const now = clock()
      const interval = this.#options.pollIntervalMs
      // A clock that was set back must not make the loop wait for the difference.
      if (due > now + interval) due = now
      due += interval * Math.max(1, Math.ceil((now - due) / interval))
      await pause(Math.min(due - now, interval), signal)
    }
  }

  async #restore(): Promise<ClusterState> {
    const { store, clock, log } = this.#parts
    if (store !== null) {
      try {
        const bytes = await withDeadline(store.load(), this.#options.saveTimeoutMs, 'reading the state file')
        if (bytes !== null) {
          const saved = decodeState(bytes)
          this.#stateWriteErrors = saved.stateWriteErrors
          return saved.state
        }
      } catch (error) {
        log.warn(
          { code: codeOf(error) },
          `state is ignored, clocks and counters start anew: ${messageOf(error)}`,
        )
      }
    }
    return initialState(clock())
  }

  /** Whether the state is durable. Failures are counted, logged when they begin and end, and never stop publication. */
  async #save(state: ClusterState): Promise<boolean> {
    const { log } = this.#parts
    if (this.#writes === null) return true
    try {
      await this.#writes.save(async () => {
        const bytes = await inSlices(encodeState(state, this.#stateWriteErrors, this.#scratch))
        this.#scratch = new Uint8Array(bytes.buffer)
        return bytes
      })
      if (!this.#isDurable) log.info({ failures: this.#stateWriteErrors }, 'state is durable again')
      this.#isDurable = true
    } catch (error) {
      this.#stateWriteErrors++
      if (this.#isDurable) {
        log.warn(
          { code: codeOf(error), failures: this.#stateWriteErrors },
          `state is not durable: ${messageOf(error)}`,
        )
      }
      this.#isDurable = false
    }
    return this.#isDurable
  }
}
