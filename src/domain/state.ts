import type { OpenTransaction } from '../model/evidence.ts'
import type { MissingReason, TopicConfig } from '../model/observation.ts'
import type { GroupLayout, PartitionColumns, Snapshot } from '../model/snapshot.ts'
import { EMPTY_TOPOLOGY } from '../model/topology.ts'
import type { RememberedBroker } from './broker-memory.ts'
import type { Clocks } from './clocks.ts'
import { type CodeCounters, NO_COUNTS } from './code-counters.ts'
import { type DeadLetterMemory, NO_DEAD_LETTER_MEMORY } from './dlq/dead-letter-memory.ts'
import { type AppendGrowth, NO_GROWTH } from './flow/append-growth.ts'
import { type BlockFlow, emptyFlow } from './flow/block-flow.ts'
import { type FutureTimestamps, NO_FUTURE } from './flow/future-timestamps.ts'
import { type KeptUp, NOTHING_KEPT } from './flow/kept-up.ts'
import type { GroupMemory } from './group-memory.ts'
import type { DeniedTopics } from './lag/denied-topics.ts'
import { type EndHistory, NO_HISTORY } from './lag/end-history.ts'
import { type Heads, noHeads } from './lag/head-bounds.ts'
import { EMPTY_LAYOUT } from './layout.ts'
import { type Lost, NOTHING_LOST } from './loss/lost-offsets.ts'
import { NO_RETENTION, type Retention } from './loss/retention.ts'
import { NO_LOSS_IN_SIGHT, type TimeToLoss } from './loss/time-to-loss.ts'
import { NO_PARTITIONS } from './partitions.ts'
import { type Assignments, NO_ASSIGNMENTS } from './progress/assignment.ts'
import type { GroupPresences } from './progress/group-presence.ts'
import type { StableOffsets } from './progress/stable-offsets.ts'
import { noProgress, type Progress } from './progress/step-progress.ts'
import { noReadings, type Readings } from './readings.ts'

/** How far behind each cell is. */
export interface LagMemory {
  readonly clocks: Clocks
  readonly heads: Heads
  readonly readings: Readings
  readonly partitions: PartitionColumns
  readonly endHistory: EndHistory
  readonly deniedTopics: DeniedTopics
}

/** Whether each cell moves. */
export interface ProgressMemory {
  readonly presences: GroupPresences
  readonly assignments: Assignments
  readonly stable: StableOffsets
  /** What is known of the transactions that hold last stable offsets where they are, by row. */
  readonly openTransactions: ReadonlyMap<number, OpenTransaction>
  readonly progress: Progress
}

/** What retention took and will take, how fast it all goes. */
export interface LossMemory {
  readonly retention: Retention
  readonly lost: Lost
  readonly growth: AppendGrowth
  readonly timeToLoss: TimeToLoss
  readonly flow: BlockFlow
  readonly keptUp: KeptUp
  readonly future: FutureTimestamps
}

/** All that is remembered of one cluster between two polls. Never written in place. */
export interface ClusterState extends LagMemory, ProgressMemory, LossMemory {
  readonly clusterId: string | null
  readonly deadLetters: DeadLetterMemory
  /** Milliseconds since the epoch: no clock can know of anything earlier. */
  readonly clockStartAt: number
  /** The clocks came from a file and no poll has confirmed them yet. */
  readonly isRestored: boolean
  /** Whether a poll has ever listed the groups of every broker, so that a group that is new now was not there. */
  readonly wereGroupsComplete: boolean
  /** When metadata was last read; 0 = never. */
  readonly metadataAt: number
  /** When the last poll ended; 0 = never. */
  readonly polledAt: number
  readonly layout: GroupLayout
  /** Bytes of records read to learn their time stamps. */
  readonly probeBytes: number
  /** Per topic of the layout's topology. */
  readonly topicUp: Float64Array
  readonly missingTopics: ReadonlyMap<string, MissingReason>
  readonly missingGroups: ReadonlyMap<string, MissingReason>
  readonly topicConfigs: ReadonlyMap<string, TopicConfig>
  readonly logDirs: Snapshot['logDirs']
  readonly groups: ReadonlyMap<string, GroupMemory>
  readonly brokers: readonly RememberedBroker[]
  readonly requests: RequestCounters
  readonly pollErrors: CodeCounters
  readonly topicErrors: CodeCounters
  readonly lastSuccessAt: number
}

export function initialState(now: number): ClusterState {
  return {
    clusterId: null,
    deadLetters: NO_DEAD_LETTER_MEMORY,
    clockStartAt: now,
    isRestored: false,
    wereGroupsComplete: false,
    metadataAt: 0,
    polledAt: 0,
    layout: EMPTY_LAYOUT(EMPTY_TOPOLOGY),
    clocks: {
      latest: new Float64Array(0),
      progressAt: new Float64Array(0),
      flags: new Uint8Array(0),
      rewoundFrom: new Map(),
      rewinds: new Float64Array(0),
    },
    readings: noReadings(0),
    heads: noHeads(0),
    endHistory: NO_HISTORY,
    deniedTopics: new Map(),
    presences: new Map(),
    assignments: NO_ASSIGNMENTS,
    stable: new Map(),
    openTransactions: new Map(),
    progress: noProgress(0),
    retention: NO_RETENTION,
    lost: NOTHING_LOST,
    growth: NO_GROWTH,
    timeToLoss: NO_LOSS_IN_SIGHT,
    flow: emptyFlow(0),
    keptUp: NOTHING_KEPT,
    future: NO_FUTURE,
    probeBytes: 0,
    partitions: NO_PARTITIONS,
    topicUp: new Float64Array(0),
    missingTopics: new Map(),
    missingGroups: new Map(),
    topicConfigs: new Map(),
    logDirs: [],
    groups: new Map(),
    brokers: [],
    requests: { counts: new Map(), published: new Map() },
    pollErrors: NO_COUNTS,
    topicErrors: NO_COUNTS,
    lastSuccessAt: 0,
  }
}

/** Requests by API name since the counters began; an API is published at 0 in the generation it first appears in. */
export interface RequestCounters {
  readonly counts: ReadonlyMap<string, number>
  readonly published: ReadonlyMap<string, number>
}

export function addRequests(
  { counts }: RequestCounters,
  parts: readonly ReadonlyMap<string, number>[],
): RequestCounters {
  const sum = new Map(counts)
  for (const part of parts) {
    for (const [api, count] of part) sum.set(api, (sum.get(api) ?? 0) + count)
  }
  return { counts: sum, published: new Map([...sum].map(([api, n]) => [api, counts.has(api) ? n : 0])) }
}
