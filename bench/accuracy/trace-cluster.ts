import type {
  GroupMember,
  GroupObservation,
  Observation,
  PartitionObservation,
} from '../../src/model/observation.ts'
import { buildTopology, type Topology } from '../../src/model/topology.ts'
import { PartitionCursor } from './partition-cursor.ts'
import { EPOCH, type PollTimes } from './poll-times.ts'
import { type GroupMove, type LogTrace, NEVER, type TopicMove, type Trace } from './traces/trace.ts'

export const TOPIC = 'orders'
export const OTHER_TOPIC = 'returns'
export const GROUP = 'billing'

/** How often slow clocks turn, in polls. */
const DESCRIBE_EVERY = 4
const CONFIGS_EVERY = 4

const BROKERS = [1, 2, 3].map(id => ({ id, host: `kafka-${id}`, port: 9092, responseMs: 2, failure: null }))

/** A trace as a cluster that is read: one Observation per poll, as the reader would give it. Instants ascend. */
export class TraceCluster {
  readonly trace: Trace
  /** Per partition, of the last poll; NaN where there is no commit. */
  readonly committed: Float64Array
  readonly ends: Float64Array
  readonly starts: Float64Array
  readonly #cursors: readonly PartitionCursor[]
  readonly #topologies: readonly { readonly move: TopicMove; readonly topology: Topology }[]
  readonly #isTransactional: boolean
  #topologyAt = 0
  #groupAt = 0
  #describedMove = -1
  #polls = 0

  constructor(trace: Trace) {
    this.trace = trace
    this.#cursors = trace.partitions.map(p => new PartitionCursor(p))
    this.#topologies = trace.topics.map(move => ({ move, topology: topologyOf(trace, move) }))
    this.#isTransactional = trace.partitions.some(p => p.logs.some(log => log.stables !== null))
    this.committed = new Float64Array(trace.partitions.length)
    this.ends = new Float64Array(trace.partitions.length)
    this.starts = new Float64Array(trace.partitions.length)
  }

  get topology(): Topology {
    return (this.#topologies[this.#topologyAt] as { topology: Topology }).topology
  }

  /** First row of the trace's own topic: its rows are its partitions, in order. */
  get firstRow(): number {
    return this.topology.start[this.topology.indexOf.get(TOPIC) as number] as number
  }

  get partitionCount(): number {
    return (this.#topologies[this.#topologyAt] as { move: TopicMove }).move.partitions
  }

  /** The log of a row as it was at the last poll; null for the other topic's. */
  logOf(row: number): LogTrace | null {
    return this.#cursors[row - this.firstRow]?.log ?? null
  }

  get group(): GroupMove {
    return this.trace.group[this.#groupAt] as GroupMove
  }

  /** After a restart the reader describes everything anew. */
  forget(): void {
    this.#polls = 0
    this.#describedMove = -1
  }

  observe(times: PollTimes): Observation {
    const { topics, group } = this.trace
    while (
      this.#topologyAt + 1 < topics.length &&
      (topics[this.#topologyAt + 1] as TopicMove).at <= times.startedAt
    )
      this.#topologyAt++
    while (this.#groupAt + 1 < group.length && (group[this.#groupAt + 1] as GroupMove).at <= times.commitsAt)
      this.#groupAt++
    const poll = this.#polls++
    return {
      startedAt: EPOCH + times.startedAt,
      endedAt: EPOCH + times.endedAt,
      cluster: {
        clusterId: 'k4fk4-cluster-id',
        topology: this.topology,
        partitions: this.#readPartitions(times),
        groups: [this.#readGroup(poll)],
        groupsComplete: true,
        missingTopics: NONE,
        missingGroups: NONE,
        topicConfigs: poll % CONFIGS_EVERY === 0 ? new Map([[TOPIC, this.trace.config]]) : null,
        logDirs: poll % CONFIGS_EVERY === 0 ? { leaderBytes: this.#leaderBytes(), dirs: [] } : null,
      },
      brokers: BROKERS,
      errors: [],
      requests: NONE,
      slowRequests: NONE,
      phases: NONE,
    }
  }

  #readPartitions(times: PollTimes): PartitionObservation {
    const rows = this.topology.start[this.topology.topics.length] as number
    const first = this.firstRow
    const count = this.partitionCount
    const logStart = new Float64Array(rows)
    const highWatermark = new Float64Array(rows)
    const lastStableOffset = this.#isTransactional ? new Float64Array(rows) : null
    for (let p = 0; p < count; p++) {
      const cursor = this.#cursors[p] as PartitionCursor
      const start = cursor.startAt(times.logStartAt)
      const committed = cursor.committedAt(times.commitsAt)
      this.committed[p] = committed === NEVER ? Number.NaN : committed
      const end = cursor.endAt(times.logEndAt)
      logStart[first + p] = start
      highWatermark[first + p] = end
      this.starts[p] = start
      this.ends[p] = end
      if (lastStableOffset !== null) lastStableOffset[first + p] = cursor.stableAt(times.logEndAt)
    }
    const fixed = fixedColumns(rows)
    return {
      ...fixed,
      logStart,
      highWatermark,
      lastStableOffset,
      outcome: new Uint8Array(rows),
      outcomes: ['NONE'],
    }
  }

  #readGroup(poll: number): GroupObservation {
    const first = this.firstRow
    const rows: number[] = []
    for (let p = 0; p < this.partitionCount; p++) {
      if (!Number.isNaN(this.committed[p] as number)) rows.push(p)
    }
    const { state } = this.group
    const isDue = poll % DESCRIBE_EVERY === 0 || this.#groupAt !== this.#describedMove
    if (isDue) this.#describedMove = this.#groupAt
    return {
      id: GROUP,
      kind: this.trace.groupKind,
      state,
      protocolType: 'consumer',
      coordinator: 1,
      commits: {
        rows: Int32Array.from(rows, p => first + p),
        offsets: Float64Array.from(rows, p => this.committed[p] as number),
      },
      failure: null,
      description: isDue
        ? { state, protocol: 'range', members: this.#members(), epoch: this.#epoch() }
        : null,
      shareOffsets: null,
    }
  }

  #epoch(): number {
    return this.trace.groupKind === 'classic' ? -1 : this.#groupAt
  }

  #members(): GroupMember[] {
    const { members, isUnassigned, state } = this.group
    const other = this.topology.indexOf.get(OTHER_TOPIC)
    // A classic group in a rebalance has members without an assignment.
    const isBare = state === 'PreparingRebalance' || state === 'CompletingRebalance'
    return Array.from({ length: members }, (_, m) => {
      const own = isUnassigned || isBare ? [] : this.#share(m, members)
      if (other !== undefined && !isBare && m === 0) own.push(this.topology.start[other] as number)
      return {
        memberId: `consumer-${m}`,
        clientId: `consumer-${m}`,
        host: '10.0.0.7',
        rows: Int32Array.from(own),
      }
    })
  }

  #share(member: number, members: number): number[] {
    const rows: number[] = []
    for (let p = member; p < this.partitionCount; p += members) rows.push(this.firstRow + p)
    return rows
  }

  #leaderBytes(): Float64Array {
    const bytes = new Float64Array(this.topology.start[this.topology.topics.length] as number)
    for (let p = 0; p < this.partitionCount; p++) {
      bytes[this.firstRow + p] =
        ((this.ends[p] as number) - (this.starts[p] as number)) * this.trace.recordBytes
    }
    return bytes
  }
}

// biome-ignore lint/suspicious/noExplicitAny: it holds nothing
const NONE: ReadonlyMap<any, any> = new Map()

function topologyOf(trace: Trace, { id, partitions }: TopicMove): Topology {
  const own = { name: TOPIC, id, partitions }
  return buildTopology(
    trace.hasOtherTopic ? [own, { name: OTHER_TOPIC, id: 'BBBBBBBBQACAAAAAAAAAAQ', partitions: 1 }] : [own],
  )
}

type FixedColumns = Pick<
  PartitionObservation,
  'leader' | 'leaderEpoch' | 'preferredLeader' | 'replicas' | 'inSyncReplicas'
>

const FIXED = new Map<number, FixedColumns>()

/** Columns that no trace moves: made once per number of rows. */
function fixedColumns(rows: number): FixedColumns {
  const made = FIXED.get(rows) ?? {
    leader: new Int32Array(rows).fill(1),
    leaderEpoch: new Int32Array(rows),
    preferredLeader: new Int32Array(rows).fill(1),
    replicas: new Uint16Array(rows).fill(3),
    inSyncReplicas: new Uint16Array(rows).fill(3),
  }
  FIXED.set(rows, made)
  return made
}
