import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'
import type { MetadataResponse } from '../wire/metadata.ts'

const NONE = 0
const UNKNOWN_TOPIC_OR_PARTITION = 3

/**
 * The topology that an answer to Metadata describes: the previous object itself where names, ids and numbers of
 * partitions are the same. Topics with an error or without partitions (being created or deleted) are left out.
 *
 * @param wants the topics that are asked about further
 */
export function* topologyOf(
  metadata: MetadataResponse,
  previous: Topology,
  wants: (topic: string) => boolean,
): Steps<Topology> {
  const positions: number[] = []
  let isSame = true
  for (let i = 0; i < metadata.topics.length; i++) {
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const name = metadata.topics[i] as string
    if (metadata.topicErrors[i] !== NONE || partitionsOf(metadata, i) === 0 || !wants(name)) continue
    positions.push(i)
    isSame &&= isKnownAs(previous, name, metadata.topicIds[i] as string, partitionsOf(metadata, i))
  }
  if (isSame && positions.length === previous.topics.length) return previous
  const order = yield* sortedByName(positions, metadata.topics)
  return yield* tableOf(metadata, order)
}

function isKnownAs(topology: Topology, name: string, id: string, partitions: number): boolean {
  const t = topology.indexOf.get(name)
  if (t === undefined || topology.topicIds[t] !== id) return false
  return (topology.start[t + 1] as number) - (topology.start[t] as number) === partitions
}

/** The same table as `buildTopology`, made in steps: 30,000 names take longer than the event loop may be held. */
function* tableOf(metadata: MetadataResponse, order: readonly number[]): Steps<Topology> {
  const topics: string[] = []
  const topicIds: string[] = []
  const start = new Int32Array(order.length + 1)
  const indexOf = new Map<string, number>()
  for (const [t, i] of order.entries()) {
    const name = metadata.topics[i] as string
    topics.push(name)
    topicIds.push(metadata.topicIds[i] as string)
    indexOf.set(name, t)
    start[t + 1] = (start[t] as number) + partitionsOf(metadata, i)
    if (t % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
  }
  return { topics, topicIds, start, indexOf }
}

/** Merge sort, bottom-up, so that it can stop anywhere. */
function* sortedByName(positions: readonly number[], names: readonly string[]): Steps<number[]> {
  const nameAt = (i: number) => names[i] as string
  let runs: number[][] = []
  for (let from = 0; from < positions.length; from += ROWS_PER_STEP) {
    const run = positions.slice(from, from + ROWS_PER_STEP)
    runs.push(run.sort((a, b) => (nameAt(a) < nameAt(b) ? -1 : nameAt(a) > nameAt(b) ? 1 : 0)))
    yield
  }
  while (runs.length > 1) {
    const merged: number[][] = []
    for (let r = 0; r < runs.length; r += 2) {
      merged.push(yield* mergedByName(runs[r] as number[], runs[r + 1] ?? [], nameAt))
    }
    runs = merged
  }
  return runs[0] ?? []
}

function* mergedByName(a: number[], b: number[], nameAt: (i: number) => string): Steps<number[]> {
  if (b.length === 0) return a
  const merged = new Array<number>(a.length + b.length)
  for (let i = 0, j = 0, k = 0; k < merged.length; k++) {
    const takesA = j >= b.length || (i < a.length && nameAt(a[i] as number) <= nameAt(b[j] as number))
    merged[k] = takesA ? (a[i++] as number) : (b[j++] as number)
    if (k % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
  }
  return merged
}

/** What Metadata says of each row of a topology. */
export interface PlacedPartitions {
  readonly leader: Int32Array
  readonly leaderEpoch: Int32Array
  readonly preferredLeader: Int32Array
  readonly replicas: Uint16Array
  readonly inSyncReplicas: Uint16Array
  readonly errors: Int16Array
}

/**
 * Rows that the answer does not hold, or holds for another topic of the same name, have no leader and
 * UNKNOWN_TOPIC_OR_PARTITION.
 */
export function* placePartitions(metadata: MetadataResponse, topology: Topology): Steps<PlacedPartitions> {
  const rows = topology.start[topology.topics.length] as number
  const placed = {
    leader: new Int32Array(rows).fill(-1),
    leaderEpoch: new Int32Array(rows).fill(-1),
    preferredLeader: new Int32Array(rows).fill(-1),
    replicas: new Uint16Array(rows),
    inSyncReplicas: new Uint16Array(rows),
    errors: new Int16Array(rows).fill(UNKNOWN_TOPIC_OR_PARTITION),
  }
  let budget = ROWS_PER_STEP
  for (let i = 0; i < metadata.topics.length; i++) {
    const t = topology.indexOf.get(metadata.topics[i] as string)
    if (t === undefined || topology.topicIds[t] !== metadata.topicIds[i]) continue
    const to = topology.start[t] as number
    const from = metadata.start[i] as number
    const count = Math.min(partitionsOf(metadata, i), (topology.start[t + 1] as number) - to)
    for (let p = 0; p < count; p++) {
      placed.leader[to + p] = metadata.leader[from + p] as number
      placed.leaderEpoch[to + p] = metadata.leaderEpoch[from + p] as number
      placed.preferredLeader[to + p] = metadata.preferredLeader[from + p] as number
      placed.replicas[to + p] = metadata.replicas[from + p] as number
      placed.inSyncReplicas[to + p] = metadata.inSyncReplicas[from + p] as number
      placed.errors[to + p] = metadata.partitionErrors[from + p] as number
    }
    budget -= count + 1
    if (budget > 0) continue
    yield
    budget = ROWS_PER_STEP
  }
  return placed
}

function partitionsOf(metadata: MetadataResponse, i: number): number {
  return (metadata.start[i + 1] as number) - (metadata.start[i] as number)
}
