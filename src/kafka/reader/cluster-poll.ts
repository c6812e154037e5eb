import type {
  ClusterObservation,
  GroupDescription,
  GroupObservation,
  PartitionObservation,
} from '../../model/observation.ts'
import { rowCount } from '../../model/topology.ts'
import type { Transport } from '../transport.ts'
import { EARLIEST, LATEST } from '../wire/list-offsets.ts'
import type { Answer } from './answer.ts'
import { type GroupCommits, readCommits } from './commits-phase.ts'
import { askByName } from './configured-items.ts'
import type { Descriptions } from './descriptions.ts'
import { type GroupListing, listGroups, type PollGroup } from './group-listing.ts'
import { type RowsByLeader, rowsByLeader } from './leaders.ts'
import type { LogDirs } from './log-dirs.ts'
import { type ClusterMetadata, type RereadLeaders, rereadLeaders } from './metadata-phase.ts'
import { dropContradictions, type OffsetsPlan, readOffsets } from './offsets-phase.ts'
import { PartitionOutcomes } from './partition-outcomes.ts'
import type { PhaseTimes } from './phase-times.ts'
import type { Poll } from './poll.ts'
import { type GroupShareOffsets, readShareOffsets } from './share-offsets.ts'
import type { TopicConfigs } from './topic-configs.ts'

/** What is kept from one poll to the next; all of it could be lost without a wrong number. */
export interface ClusterPollMemory {
  /** How many commits each group had when it was last read. */
  commitCounts: ReadonlyMap<string, number>
  readonly descriptions: Descriptions
  readonly topicConfigs: TopicConfigs
  readonly logDirs: LogDirs
}

export interface ClusterPoll {
  readonly poll: Poll
  readonly times: PhaseTimes
  readonly transport: Transport
  readonly metadata: ClusterMetadata
  readonly wantsGroup: (group: string) => boolean
  readonly expected: { readonly topics: ReadonlySet<string>; readonly groups: ReadonlySet<string> }
  /** Rows of this poll's topology, ascending, whose last stable offset is wanted. */
  readonly stableRows: Int32Array | 'all'
  readonly memory: ClusterPollMemory
}

/** One poll from the metadata on. The stages are barriers: log starts, then commits, then log ends. */
export async function pollCluster(cluster: ClusterPoll): Promise<ClusterObservation> {
  const { poll, times, metadata, memory } = cluster
  const { topology, partitions } = metadata
  const plan = offsetsPlan(cluster)

  const [logStart, listing] = await times.time('log_start', () =>
    Promise.all([
      readOffsets(poll, plan, { stage: 'log_start', timestamp: EARLIEST, isolation: 0 }),
      listGroups(poll, cluster.wantsGroup),
    ]),
  )
  const groups = listing.groups.map(group => ({ ...group, kind: memory.descriptions.kindOf(group) }))
  const isShare = (group: PollGroup) => group.kind === 'share'
  const [commits, shares] = await times.time('commits', () =>
    Promise.all([
      readCommits(poll, {
        topology,
        groups: groups.filter(group => !isShare(group)),
        expectedRows: id => memory.commitCounts.get(id) ?? poll.limits.rowsOfUnknownGroup,
      }),
      readShareOffsets(poll, topology, groups.filter(isShare)),
    ]),
  )
  memory.commitCounts = countsOf(groups, commits, memory.commitCounts)
  const [highWatermark, lastStableOffset] = await times.time('log_end', () => readEnds(cluster, plan))
  await poll.calls.run(dropContradictions(poll, plan, logStart, highWatermark))

  const slow = await times.time('slow', () => readSlow(cluster, listing))
  const observed: PartitionObservation = {
    leader: partitions.leader,
    leaderEpoch: partitions.leaderEpoch,
    preferredLeader: partitions.preferredLeader,
    replicas: partitions.replicas,
    inSyncReplicas: partitions.inSyncReplicas,
    logStart,
    highWatermark,
    lastStableOffset,
    outcome: plan.outcomes.byRow,
    outcomes: plan.outcomes.codes,
  }
  return {
    clusterId: metadata.clusterId,
    topology,
    partitions: observed,
    groups: listing.groups.map(group => ({
      ...toObservation(group, commits.get(group.id), shares.get(group.id), slow.descriptions.get(group.id)),
      kind: memory.descriptions.kindOf(group),
    })),
    groupsComplete: isComplete(metadata, listing),
    missingTopics: slow.missing.topics,
    missingGroups: slow.missing.groups,
    topicConfigs: slow.topicConfigs,
    logDirs: slow.logDirs,
  }
}

function offsetsPlan({ poll, transport, metadata }: ClusterPoll): OffsetsPlan {
  const { topology, partitions } = metadata
  const nodes = new Set(metadata.brokers.map(broker => broker.id))
  let leaders: Promise<RowsByLeader> | null = null
  const leadersOf = (rows: Int32Array | null) => poll.calls.run(rowsByLeader(partitions, nodes, rows))
  let reread: Promise<Answer<RereadLeaders>> | null = null
  return {
    topology,
    partitions,
    leaders: rows => {
      if (rows !== null) return leadersOf(rows)
      leaders ??= leadersOf(null)
      return leaders
    },
    outcomes: new PartitionOutcomes(rowCount(topology)),
    reread: () => {
      reread ??= rereadLeaders(poll, transport, topology).then(answer => {
        if (!answer.ok) return answer
        for (const node of answer.value.nodes) nodes.add(node)
        leaders = null
        return answer
      })
      return reread
    },
  }
}

async function readEnds(
  { poll, stableRows }: ClusterPoll,
  plan: OffsetsPlan,
): Promise<[Float64Array, Float64Array | null]> {
  const rows = stableRows === 'all' ? null : stableRows
  const isWanted = rows === null || rows.length > 0
  return Promise.all([
    readOffsets(poll, plan, { stage: 'log_end', timestamp: LATEST, isolation: 0 }),
    isWanted ? readOffsets(poll, plan, { stage: 'log_end', timestamp: LATEST, isolation: 1, rows }) : null,
  ])
}

async function readSlow({ poll, metadata, expected, memory }: ClusterPoll, listing: GroupListing) {
  const { topology } = metadata
  const listed = new Set(listing.groups.map(group => group.id))
  const isUnseen = (topic: string) => !topology.indexOf.has(topic)
  const [descriptions, missing, topicConfigs] = await Promise.all([
    memory.descriptions.read(poll, topology, listing.groups),
    askByName(poll, {
      topics: [...expected.topics].filter(isUnseen),
      groups: [...expected.groups].filter(group => !listed.has(group)),
      isOffsetsTopicVisible: metadata.offsetsTopic !== 'invisible',
      groupsComplete: isComplete(metadata, listing),
      listingFailures: listing.failures,
    }),
    memory.topicConfigs.read(poll, topology.topics),
  ])
  // Alone and last: a broker may go through its disks for seconds, and answers nothing else on the connection meanwhile.
  const logDirs = await memory.logDirs.read(poll, topology, metadata.partitions.leader)
  return { descriptions, missing, topicConfigs, logDirs }
}

/**
 * Also false while a part of __consumer_offsets has no leader: the groups on it are in no list, and the broker that
 * had them may have left the metadata.
 */
function isComplete({ offsetsTopic }: ClusterMetadata, { failures }: GroupListing): boolean {
  return failures.size === 0 && offsetsTopic !== 'leaderless'
}

function toObservation(
  { id, kind, state, protocolType, coordinator }: PollGroup,
  commits: GroupCommits | undefined,
  share: GroupShareOffsets | undefined,
  description: GroupDescription | undefined,
): GroupObservation {
  return {
    id,
    kind,
    state,
    protocolType,
    coordinator,
    commits: commits?.commits ?? null,
    failure: commits?.failure ?? share?.failure ?? null,
    description: description ?? null,
    shareOffsets: share?.shareOffsets ?? null,
  }
}

function countsOf(
  groups: readonly PollGroup[],
  commits: ReadonlyMap<string, GroupCommits>,
  previous: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { id } of groups) {
    const count = commits.get(id)?.commits?.rows.length ?? previous.get(id)
    if (count !== undefined) counts.set(id, count)
  }
  return counts
}
