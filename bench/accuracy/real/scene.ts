import type { CellState } from '../../../src/model/snapshot.ts'
import type { Lab } from '../../../test/harness/lab.ts'
import type { NewTopic } from '../../../test/harness/lab-types.ts'
import { Random } from '../random.ts'
import { Crew, type CrewOptions } from './crew.ts'
import { GroupLedger } from './group-ledger.ts'
import type { Writer, Written } from './writer.ts'

/** What a partition must be told to be, from `from` + `patienceMs` on, until `to`; milliseconds since the epoch. */
export interface RealExpectation {
  readonly partition: number
  readonly state: CellState
  readonly from: number
  readonly to: number
  readonly patienceMs: number
}

/** One group on one topic, as it is scored. */
export interface Cast {
  readonly name: string
  readonly group: string
  readonly topic: string
  readonly isolation: 'auto' | 'read_committed'
  readonly ledger: GroupLedger
  readonly expectations: RealExpectation[]
  /** Of the topic; null: nothing is deleted by time. */
  readonly retention: { readonly retentionMs: number; readonly segmentMs: number } | null
}

/** After the last deed, so that what it leads to is seen. */
const TAIL_MS = 25_000

/** What the scenes of a run share: the stage, the clock and the accounts. */
export class Stage {
  readonly lab: Lab
  readonly writer: Writer
  readonly casts: Cast[] = []
  readonly random = new Random(20_261)
  /** Topics whose log starts or last stable offsets somebody must watch, and those that are compacted. */
  readonly watchedStarts = new Set<string>()
  readonly watchedStables = new Set<string>()
  readonly compacted = new Set<string>()
  readonly #crews: Crew[] = []
  readonly #deeds: { readonly second: number; readonly deed: () => Promise<void> }[] = []
  readonly #flows: (() => Promise<void>)[] = []
  readonly #failures: string[] = []
  #scale = 1
  #beganAt = Number.NaN
  #endedAt = Number.NaN
  #isOver = false

  constructor(lab: Lab, writer: Writer) {
    this.lab = lab
    this.writer = writer
  }

  async topic(topic: NewTopic): Promise<void> {
    await this.lab.createTopics([topic])
    this.writer.begin(topic.name, topic.partitions ?? 1, true)
  }

  cast(cast: Pick<Cast, 'name' | 'group' | 'topic'> & Partial<Cast>): Cast {
    const whole: Cast = {
      isolation: 'auto',
      ledger: new GroupLedger(),
      expectations: [],
      retention: null,
      ...cast,
    }
    this.casts.push(whole)
    return whole
  }

  /** Puts down what the members have committed up to now. */
  async drainCommits(): Promise<void> {
    for (const [group, topic, partition, offset, at] of await this.lab.commitLog()) {
      const cast = this.casts.find(c => c.group === group && c.topic === topic)
      cast?.ledger.commit(partition, offset, at)
    }
  }

  crew(options: CrewOptions, ...casts: readonly Cast[]): Crew {
    const crew = new Crew(
      this.lab,
      options,
      casts.map(cast => cast.ledger),
    )
    this.#crews.push(crew)
    return crew
  }

  /** At a second of a run of 15 minutes; a shorter run has all of it sooner. */
  at(second: number, deed: () => Promise<void>): void {
    this.#deeds.push({ second, deed })
  }

  /** Records again and again; the pause is drawn anew each time, in seconds. `more` is asked for what to write. */
  flow(topic: string, pauseOf: () => number, more: () => readonly Written[]): void {
    this.#flows.push(async () => {
      while (!this.#isOver) {
        const records = more()
        if (records.length > 0) await this.writer.write(topic, records)
        await this.pause(pauseOf() * 1_000)
      }
    })
  }

  /** Whatever goes on until the run is over. */
  loop(round: () => Promise<void>): void {
    this.#flows.push(async () => {
      while (!this.#isOver) await round()
    })
  }

  /** Cut short by the end. */
  async pause(ms: number): Promise<void> {
    const until = Date.now() + ms
    while (!this.#isOver && Date.now() < until) {
      await new Promise(resolve => setTimeout(resolve, Math.min(500, until - Date.now())))
    }
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Seconds of a run of 15 minutes that have passed. */
  get second(): number {
    return (Date.now() - this.#beganAt) / 1_000 / this.#scale
  }

  /** Milliseconds since the epoch. */
  get endedAt(): number {
    return this.#endedAt
  }

  async play(minutes: number): Promise<readonly string[]> {
    this.#scale = minutes / 15
    this.#beganAt = Date.now()
    const running = this.#flows.map(flow => flow().catch(error => this.#fail('a flow of records', error)))
    for (const { second, deed } of [...this.#deeds].sort((a, b) => a.second - b.second)) {
      await this.pause(this.#beganAt + second * 1_000 * this.#scale - Date.now())
      // One that takes its time must not hold the next.
      running.push(deed().catch(error => this.#fail(`what happens at ${second} s`, error)))
    }
    await this.pause(this.#beganAt + minutes * 60_000 + TAIL_MS - Date.now())
    this.#endedAt = Date.now()
    this.#isOver = true
    await Promise.all(running)
    for (const crew of this.#crews) crew.end()
    return this.#failures
  }

  #fail(what: string, error: unknown): void {
    this.#failures.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : error}`)
  }
}

/** So many records for each partition. */
export function each(partitions: number, count: number, bytes?: number): Written[] {
  return Array.from({ length: partitions }, (_, partition) => ({
    partition,
    count,
    ...(bytes !== undefined && { bytes }),
  }))
}
