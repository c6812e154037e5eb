import type { Snapshot } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { SnapshotView } from './snapshot-view.ts'

/** Topics (positions in the topology) that are down or have partitions without leader or full replication. */
export const PROBLEM_TOPICS = new SnapshotView(findProblems)

function* findProblems(snapshot: Snapshot): Steps<readonly number[]> {
  const { topology } = snapshot
  const found: number[] = []
  let budget = ROWS_PER_STEP
  for (let t = 0; t < topology.topics.length; t++) {
    if (isInTrouble(snapshot, t)) found.push(t)
    budget -= 1 + (topology.start[t + 1] as number) - (topology.start[t] as number)
    if (budget > 0) continue
    yield
    budget = ROWS_PER_STEP
  }
  return found
}

function isInTrouble({ topology, topics, partitions }: Snapshot, t: number): boolean {
  if (topics.up[t] === 0) return true
  for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) {
    const replicas = partitions.replicas[row] as number
    if ((partitions.leader[row] as number) < 0 || (partitions.inSyncReplicas[row] as number) < replicas) {
      return true
    }
  }
  return false
}
