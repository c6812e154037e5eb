import { FormulaLog } from './log/formula-log.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

/** Steps that each group and topic is there for. */
const LIFE = 2
const NEW_GROUPS = 5
const NEW_TOPICS = 2
/** A broker comes halfway between two that go; so many are there beside those of the beginning. */
const BROKER_EVERY = 10
const FIRST_GUEST = 101
const RESTART_EVERY = 50

/** Groups, topics and brokers that come and go beside what stays; no name and no id comes twice. */
export class Churn {
  readonly #cluster: SimulatedCluster
  readonly #guests: number[] = []
  #step = 0
  #nextGuest = FIRST_GUEST

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster
  }

  async step(): Promise<void> {
    const { state } = this.#cluster
    const step = this.#step++
    await this.#turnBrokers(step)
    const now = state.now()
    const formula = { timestampAt: (offset: number) => now + (offset - 50) * 1_000, recordsPerBatch: 10 }
    for (let n = 0; n < NEW_TOPICS; n++) {
      const { partitions } = state.addTopic({ name: `passing-topic-${step}-${n}`, partitions: 3 })
      for (const partition of partitions) partition.log = new FormulaLog(formula, { logStart: 0, end: 50 })
      state.deleteTopic(`passing-topic-${step - LIFE}-${n}`)
    }
    for (let n = 0; n < NEW_GROUPS; n++) {
      const commits = { [`passing-topic-${step}-${n % NEW_TOPICS}`]: [40, 45, 50] }
      state.addGroup({ id: `passing-group-${step}-${n}`, state: 'Empty', commits })
      state.deleteGroup(`passing-group-${step - LIFE}-${n}`)
    }
  }

  async #turnBrokers(step: number): Promise<void> {
    if (step % BROKER_EVERY === BROKER_EVERY / 2) {
      this.#guests.push(this.#nextGuest)
      await this.#cluster.addBroker(this.#nextGuest++)
    }
    if (step % BROKER_EVERY === 0 && this.#guests.length > 1) {
      await this.#cluster.removeBroker(this.#guests.shift() as number)
    }
    // One of the first ones is restarted: all its connections end, and it is back at once.
    if (step % RESTART_EVERY === RESTART_EVERY / 2) {
      await this.#cluster.broker(2).kill()
      await this.#cluster.broker(2).start()
    }
  }
}
