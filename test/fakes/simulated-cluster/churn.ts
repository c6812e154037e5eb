import { ChurnFaults } from './churn-faults.ts'
import { ChurnMovement } from './churn-movement.ts'
import { ChurnRecords } from './churn-records.ts'
import { ChurnTally } from './churn-tally.ts'
import { FormulaLog } from './log/formula-log.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'
import type { Workload } from './workload.ts'

/** Steps that each group and topic is there for. */
const LIFE = 2
const NEW_GROUPS = 5
const NEW_TOPICS = 2
/** A broker comes halfway between two that go; so many are there beside those of the beginning. */
const BROKER_EVERY = 10
const FIRST_GUEST = 101
const RESTART_EVERY = 50
const REBORN_EVERY = 10
/** Records of each partition when it is made. */
const FIRST_END = 50

export interface ChurnOptions {
  /** What stays, and moves. */
  readonly workload: Workload
  /** Whether things break, too. */
  readonly faults: boolean
}

/** Groups, topics and brokers that come and go beside what stays; no name and no id comes twice. */
export class Churn {
  readonly tally = new ChurnTally()
  readonly #cluster: SimulatedCluster
  readonly #records: ChurnRecords
  readonly #movement: ChurnMovement
  /** Null where everything that comes and goes does so in order. */
  readonly #faults: ChurnFaults | null
  readonly #guests: number[] = []
  /** Connections have just ended, which who asks in the same moment may notice. */
  #isRestarting = false
  #step = 0
  #nextGuest = FIRST_GUEST

  constructor(cluster: SimulatedCluster, options: ChurnOptions) {
    this.#cluster = cluster
    this.#records = new ChurnRecords(cluster.state, this.tally)
    this.#movement = new ChurnMovement(cluster.state, options.workload, this.tally)
    this.#faults = options.faults ? new ChurnFaults(cluster, this.tally) : null
  }

  /** Whether something is broken now, so that a poll may well have errors to tell of. */
  get isFaulty(): boolean {
    return this.#isRestarting || (this.#faults?.isFaulty ?? false)
  }

  async step(): Promise<void> {
    const { state } = this.#cluster
    const step = this.#step++
    await this.#turnBrokers(step)
    await this.#faults?.step(step)
    for (let n = 0; n < NEW_TOPICS; n++) {
      this.#add(`passing-topic-${step}-${n}`, 3)
      if (step >= LIFE) this.#delete(`passing-topic-${step - LIFE}-${n}`)
    }
    this.tally.count('topics created', NEW_TOPICS)
    for (let n = 0; n < NEW_GROUPS; n++) {
      const commits = { [`passing-topic-${step}-${n % NEW_TOPICS}`]: [40, 45, 50] }
      state.addGroup({ id: `passing-group-${step}-${n}`, state: 'Empty', commits })
      if (step >= LIFE) this.#leave(`passing-group-${step - LIFE}-${n}`)
    }
    this.tally.count('groups come', NEW_GROUPS)
    if (step % REBORN_EVERY === 0) this.#bearAgain()
    this.#movement.step(step)
    this.#records.step(step)
  }

  #add(name: string, partitions: number): void {
    const { state } = this.#cluster
    const now = state.now()
    const timestampAt = (offset: number) => now + (offset - FIRST_END) * 1_000
    for (const partition of state.addTopic({ name, partitions }).partitions) {
      partition.log = new FormulaLog({ timestampAt, recordsPerBatch: 10 }, { end: FIRST_END })
    }
  }

  #delete(topic: string): void {
    this.#cluster.state.deleteTopic(topic)
    this.tally.count('topics deleted')
  }

  #leave(group: string): void {
    this.#cluster.state.deleteGroup(group)
    this.tally.count('groups gone')
  }

  /** The same name with another id, as a topic that is deleted and made anew. */
  #bearAgain(): void {
    const { state } = this.#cluster
    if (state.topics.has('reborn-topic')) {
      state.deleteTopic('reborn-topic')
      this.tally.count('topics made anew under their name')
    }
    this.#add('reborn-topic', 2)
    state.addGroup({ id: 'reborn-reader', state: 'Empty', commits: { 'reborn-topic': [10, 20] } })
  }

  async #turnBrokers(step: number): Promise<void> {
    if (step % BROKER_EVERY === BROKER_EVERY / 2) {
      this.#guests.push(this.#nextGuest)
      await this.#cluster.addBroker(this.#nextGuest++)
      this.tally.count('brokers joined')
    }
    if (step % BROKER_EVERY === 0 && this.#guests.length > 1) {
      await this.#cluster.removeBroker(this.#guests.shift() as number)
      this.tally.count('brokers left')
    }
    // One of the first ones is restarted: all its connections end, and it is back at once.
    this.#isRestarting = step % RESTART_EVERY === RESTART_EVERY / 2
    if (this.#isRestarting) {
      await this.#cluster.broker(2).kill()
      await this.#cluster.broker(2).start()
      this.tally.count('brokers restarted')
    }
  }
}
