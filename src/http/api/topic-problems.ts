import type { Snapshot } from '../../model/snapshot.ts'

const problems = new WeakMap<Snapshot, readonly number[]>()

/** Topics (positions in the topology) that are down or have partitions without leader or full replication. */
export function problemTopicsOf(snapshot: Snapshot): readonly number[] {
  let found = problems.get(snapshot)
  if (found === undefined) {
    found = findProblems(snapshot)
    problems.set(snapshot, found)
  }
  return found
}

function findProblems({ topology, topics, partitions }: Snapshot): readonly number[] {
  return topology.topics.flatMap((_, t) => {
    if (topics.up[t] === 0) return [t]
    for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) {
      const replicas = partitions.replicas[row] as number
      if ((partitions.leader[row] as number) < 0 || (partitions.inSyncReplicas[row] as number) < replicas)
        return [t]
    }
    return []
  })
}
