import type { ClusterState } from './cluster-state.ts'
import { FormulaLog } from './log/formula-log.ts'

/** A cluster by its size alone, for benchmarks and long runs. */
export interface Workload {
  readonly topics: number
  /** Of each topic. */
  readonly partitions: number
  readonly groups: number
  /** Committed partitions of each group, on consecutive topics. */
  readonly commits: number
  /** Of each group, sharing its partitions by topic; none unless told. */
  readonly members?: number
  /** True: there are records to fetch, one a second up to this moment, ten to a batch. */
  readonly hasRecords?: boolean
}

const FIRST_START = 1_000
const FIRST_END = 1_000_000

export function workloadTopic(index: number): string {
  return `domain.events.topic-${String(index).padStart(6, '0')}`
}

export function workloadGroup(index: number): string {
  return `service-consumer-group-${String(index).padStart(5, '0')}`
}

/** Adds the topics and groups. Every group is some records behind on each of its partitions. */
export function addWorkload(state: ClusterState, workload: Workload): void {
  const lastAt = state.now()
  const timestampAt = (offset: number) => lastAt + (offset - FIRST_END + 1) * 1_000
  const formula = { timestampAt, recordsPerBatch: 10 }
  for (let t = 0; t < workload.topics; t++) {
    const { partitions } = state.addTopic({
      name: workloadTopic(t),
      partitions: workload.partitions,
      logStart: FIRST_START,
      highWatermark: FIRST_END,
    })
    if (!workload.hasRecords) continue
    for (const partition of partitions) {
      partition.log = new FormulaLog(formula, { logStart: FIRST_START, end: FIRST_END })
    }
  }
  const topicsOfGroup = Math.ceil(workload.commits / workload.partitions)
  for (let g = 0; g < workload.groups; g++) {
    const topics = Array.from({ length: topicsOfGroup }, (_, i) =>
      workloadTopic((g * topicsOfGroup + i) % workload.topics),
    )
    const all = Array.from({ length: workload.partitions }, (_, p) => p)
    const count = workload.members ?? 0
    const members = Array.from({ length: count }, (_, m) => ({
      memberId: `consumer-${m}-0c4f0d6e-${g}`,
      clientId: `consumer-${m}`,
      host: `/10.0.${g % 256}.${m}`,
      assignment: Object.fromEntries(topics.filter((_, i) => i % count === m).map(topic => [topic, all])),
    }))
    const group = state.addGroup({ id: workloadGroup(g), members })
    for (let c = 0; c < workload.commits; c++) {
      const topic = topics[Math.floor(c / workload.partitions)]!
      group.commit(topic, c % workload.partitions, FIRST_END - (c % 100))
    }
  }
}

/** Time passes: every log grows, nine groups of ten commit; every tenth stands still for this step. How many offsets moved. */
export function advanceWorkload(state: ClusterState, step: number, records = 10): number {
  for (const topic of state.topics.values()) {
    for (const partition of topic.partitions) {
      if (partition.log instanceof FormulaLog) partition.log.end += records
      else partition.highWatermark += records
    }
  }
  let index = 0
  let moved = 0
  for (const group of state.groups.values()) {
    if (index++ % 10 === step % 10) continue
    for (const offsets of group.commits.values()) {
      for (const [partition, offset] of offsets) offsets.set(partition, offset + records)
      moved += offsets.size
    }
  }
  return moved
}
