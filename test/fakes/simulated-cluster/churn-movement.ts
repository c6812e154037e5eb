import type { ChurnTally } from './churn-tally.ts'
import type { ClusterState } from './cluster-state.ts'
import { FormulaLog } from './log/formula-log.ts'
import { type Workload, workloadGroup, workloadTopic } from './workload.ts'

const LIFE = 3
const RETENTION_EVERY = 7
const SEEK_EVERY = 4
/** What retention leaves in each partition. */
const KEPT = 1_000

/** What moves inside what stays, and groups of the newer kinds that pass by; for a workload with records. */
export class ChurnMovement {
  readonly #state: ClusterState
  readonly #workload: Workload
  readonly #tally: ChurnTally

  constructor(state: ClusterState, workload: Workload, tally: ChurnTally) {
    this.#state = state
    this.#workload = workload
    this.#tally = tally
  }

  step(step: number): void {
    this.#rebalance(step)
    this.#moveLeader(step)
    this.#newKinds(step)
    if (step % SEEK_EVERY === 0) this.#seek(step / SEEK_EVERY)
    if (step % RETENTION_EVERY === 0) this.#expire(step / RETENTION_EVERY)
  }

  /** All members of one group are others from now on. */
  #rebalance(step: number): void {
    const group = this.#state.group(workloadGroup(step % this.#workload.groups))
    group.members = group.members.map((member, m) => ({ ...member, memberId: `consumer-${m}-${step}` }))
    group.epoch++
    this.#tally.count('rebalances')
  }

  #moveLeader(step: number): void {
    const { topics, partitions } = this.#workload
    const partition = this.#state.partition(workloadTopic(step % topics), step % partitions)
    const next = partition.isr.find(id => id !== partition.leader)
    if (next === undefined) return
    partition.leader = next
    partition.leaderEpoch++
    this.#tally.count('leaders moved')
  }

  #newKinds(step: number): void {
    const topic = workloadTopic(0)
    const member = {
      memberId: `passing-member-${step}`,
      clientId: `passing-client-${step}`,
      assignment: { [topic]: [0] },
    }
    const [members, end] = [[member], this.#state.partition(topic, 0).highWatermark]
    this.#state.addGroup({
      id: `passing-kip848-${step}`,
      kind: 'consumer',
      members,
      commits: { [topic]: [end] },
    })
    const shareOffsets = { [topic]: [{ start: end - 20, lag: 20 }] }
    this.#state.addGroup({ id: `passing-share-${step}`, kind: 'share', members, shareOffsets })
    this.#tally.count('groups come', 2)
    if (step < LIFE) return
    for (const kind of ['kip848', 'share']) this.#state.deleteGroup(`passing-${kind}-${step - LIFE}`)
    this.#tally.count('groups gone', 2)
  }

  /** One group goes back a little in all that it reads, or on to the ends. */
  #seek(turn: number): void {
    const group = this.#state.group(workloadGroup(turn % this.#workload.groups))
    const isBack = turn % 3 === 0
    for (const [topic, offsets] of group.commits) {
      for (const [partition, offset] of offsets) {
        const { highWatermark } = this.#state.partition(topic, partition)
        offsets.set(partition, isBack ? offset - 50 : highWatermark)
      }
    }
    this.#tally.count(isBack ? 'groups gone back' : 'groups gone to the ends')
  }

  /** Retention takes what is old, with some records that nobody has read. */
  #expire(turn: number): void {
    for (const { log } of this.#state.topic(workloadTopic(turn % this.#workload.topics)).partitions) {
      if (log instanceof FormulaLog)
        log.logStart = Math.max(log.logStart, log.end - (turn % 2 === 0 ? KEPT : 20))
    }
    this.#tally.count('topics shortened by retention')
  }
}
