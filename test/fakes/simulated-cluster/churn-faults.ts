import type { ChurnTally } from './churn-tally.ts'
import type { Fault } from './faults.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

const EVERY = 100
/** When a fault begins, away from restarts and from brokers that come and go. */
const AT = 62
/** Steps between one state of a broker that dies and the next. */
const STAGE = 2
/** A hang costs a request timeout: rarer than the rest. */
const HANG_EVERY = 1_000
const VICTIM = 3

const ONE_OFF: readonly (readonly [string, Fault])[] = [
  ['answers cut off', { api: 'ListOffsets', node: VICTIM, closeAfterBytes: 30, times: 1 }],
  ['coordinators moved', { api: 'OffsetFetch', node: 1, error: 'NOT_COORDINATOR', times: 2 }],
  ['answers of garbage', { api: 'ListGroups', node: 2, body: Buffer.alloc(40, 0xff), times: 1 }],
  ['leaders unknown', { api: 'ListOffsets', node: 1, error: 'NOT_LEADER_OR_FOLLOWER', times: 2 }],
  ['records cut off', { api: 'Fetch', closeAfterBytes: 50, times: 2 }],
  ['throttled', { node: 2, throttleMs: 50, times: 3 }],
]

/** Every hundredth step something breaks that a poll may have to tell of, and heals some steps later. */
export class ChurnFaults {
  readonly #cluster: SimulatedCluster
  readonly #tally: ChurnTally
  #turn = 0
  #brokerDownSince: number | null = null
  #isFaulty = false

  constructor(cluster: SimulatedCluster, tally: ChurnTally) {
    this.#cluster = cluster
    this.#tally = tally
  }

  get isFaulty(): boolean {
    return this.#isFaulty
  }

  async step(step: number): Promise<void> {
    if (this.#brokerDownSince !== null) {
      await this.#raise(step - this.#brokerDownSince)
      return
    }
    if (this.#isFaulty) this.#cluster.clearFaults()
    this.#isFaulty = false
    if (step % EVERY !== AT) return
    this.#isFaulty = true
    if (step % HANG_EVERY === AT) this.#begin('brokers hung', { api: 'Metadata', silent: true, times: 1 })
    else if (this.#turn % 2 === 0) await this.#killVictim(step)
    else this.#begin(...(ONE_OFF[(this.#turn >> 1) % ONE_OFF.length] as [string, Fault]))
    this.#turn++
  }

  #begin(kind: string, fault: Fault): void {
    this.#cluster.fault(fault)
    this.#tally.count(kind)
  }

  async #killVictim(step: number): Promise<void> {
    this.#brokerDownSince = step
    await this.#cluster.broker(VICTIM).kill()
    this.#tally.count('brokers killed')
  }

  /** First nobody knows, then it is out of the metadata, then it is back. */
  async #raise(steps: number): Promise<void> {
    if (steps === STAGE) this.#cluster.state.fence(VICTIM)
    if (steps < 2 * STAGE) return
    await this.#cluster.broker(VICTIM).start()
    this.#cluster.state.unfence(VICTIM)
    this.#brokerDownSince = null
  }
}
