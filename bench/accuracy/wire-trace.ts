import type { SimulatedGroup, SimulatedMember } from '../../test/fakes/simulated-cluster/group-state.ts'
import { TraceProducer } from '../../test/fakes/simulated-cluster/log/trace-producer.ts'
import type { SimulatedCluster } from '../../test/fakes/simulated-cluster/simulated-cluster.ts'
import { PartitionCursor } from './partition-cursor.ts'
import { EPOCH } from './poll-times.ts'
import type { ReadTrace } from './score.ts'
import { type GroupMove, type LogTrace, NEVER, type PartitionTrace, type Trace } from './traces/trace.ts'

/**
 * A trace played into the simulated cluster: a topic and a group of its name, whose logs, commits and members are
 * brought to an instant. Only for traces of one log a partition without transactions, compaction and retention.
 */
export class WireTrace implements ReadTrace {
  readonly trace: Trace
  readonly committed: Float64Array
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly topic: string
  firstRow = -1
  readonly #cursors: readonly PartitionCursor[]
  readonly #producers: readonly TraceProducer[]
  readonly #group: SimulatedGroup
  #move = -1

  constructor(cluster: SimulatedCluster, name: string, trace: Trace) {
    const count = trace.partitions.length
    this.trace = trace
    this.topic = name
    this.#cursors = trace.partitions.map(p => new PartitionCursor(p))
    cluster.state.addTopic({ name, partitions: count })
    this.#producers = trace.partitions.map((partition, p) => {
      const { appendedAt } = plainLogOf(partition)
      const timestamps = Float64Array.from(appendedAt, at => EPOCH + at)
      return new TraceProducer(cluster.state.keepLog(name, p), { timestamps }, BATCHING)
    })
    const kind = trace.groupKind === 'consumer' ? 'consumer' : 'classic'
    this.#group = cluster.state.addGroup({ id: `${name}-group`, kind })
    this.committed = new Float64Array(count)
    this.starts = new Float64Array(count)
    this.ends = new Float64Array(count)
  }

  get partitionCount(): number {
    return this.trace.partitions.length
  }

  /** Milliseconds since the trace began; never back. */
  advanceTo(instant: number): void {
    for (let p = 0; p < this.partitionCount; p++) {
      const cursor = this.#cursors[p] as PartitionCursor
      this.#producers[p]?.advanceTo(EPOCH + instant)
      this.ends[p] = cursor.endAt(instant)
      const committed = cursor.committedAt(instant)
      this.committed[p] = committed === NEVER ? Number.NaN : committed
      if (committed !== NEVER) this.#group.commit(this.topic, p, committed)
    }
    this.#moveGroup(instant)
  }

  #moveGroup(instant: number): void {
    const { group } = this.trace
    const before = this.#move
    while (this.#move + 1 < group.length && (group[this.#move + 1] as GroupMove).at <= instant) this.#move++
    if (this.#move === before) return
    const { state, members } = group[this.#move] as GroupMove
    this.#group.state = state
    this.#group.epoch = this.#move + 1
    const isBare = state === 'PreparingRebalance' || state === 'CompletingRebalance'
    this.#group.members = Array.from({ length: members }, (_, m): SimulatedMember => {
      const partitions = this.trace.partitions.map((_, p) => p).filter(p => p % members === m)
      const assignment = isBare ? {} : { [this.topic]: partitions }
      return { memberId: `consumer-${m}`, clientId: `consumer-${m}`, host: '/10.0.0.7', assignment }
    })
  }
}

/** Each record is sent as it comes: the truth knows no linger. */
const BATCHING = { recordsPerBatch: 1 }

function plainLogOf({ logs }: PartitionTrace): LogTrace {
  const [log, ...more] = logs
  const isPlain = log?.kinds === null && log.removedAt === null && log.starts.at.length === 0
  if (log === undefined || more.length > 0 || !isPlain)
    throw new Error('this trace cannot be sent over the wire')
  return log
}
