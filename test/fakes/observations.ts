import type {
  BrokerObservation,
  ClusterObservation,
  GroupDescription,
  GroupKind,
  GroupObservation,
  MissingReason,
  Observation,
  ReadError,
} from '../../src/model/observation.ts'
import { buildTopology, rowOf, type Topology } from '../../src/model/topology.ts'

/** One poll as a table: what was said of each topic and group. Unset parts are those of a healthy cluster. */
export interface Poll {
  readonly at: number
  /** By topic; each partition as [log start, high watermark], null = could not be read. */
  readonly topics: Readonly<Record<string, readonly (readonly [number, number] | null)[]>>
  /** By topic; `<name>-id` where left out. */
  readonly ids?: Readonly<Record<string, string>>
  readonly groups?: Readonly<Record<string, GroupSays>>
  readonly groupsComplete?: boolean
  readonly brokers?: readonly BrokerObservation[]
  readonly leaderless?: readonly string[]
  /** Last stable offsets by 'topic/partition'; the others are not asked for. */
  readonly stable?: Readonly<Record<string, number>>
  readonly missingTopics?: Readonly<Record<string, MissingReason>>
  readonly missingGroups?: Readonly<Record<string, MissingReason>>
  readonly errors?: readonly ReadError[]
  readonly clusterId?: string
  /** Log directories; null where left out, as in a poll that did not ask. */
  readonly logDirs?: readonly { readonly node: number; readonly path: string; readonly bytes: number }[]
}

export interface GroupSays {
  readonly kind?: GroupKind
  readonly state?: string
  /** By 'topic/partition'; null = the group's offsets could not be read. */
  readonly commits?: Readonly<Record<string, number>> | null
  readonly failure?: string
  readonly epoch?: number
  readonly members?: Readonly<Record<string, readonly string[]>>
}

export const BROKERS: readonly BrokerObservation[] = [1, 2, 3].map(id => ({
  id,
  host: `kafka-${id}`,
  port: 9092,
  responseMs: 2,
  failure: null,
}))

let lastTopology: Topology | null = null

export function observe(poll: Poll): Observation {
  const names = Object.keys(poll.topics)
  const topology = sameOrNew(
    buildTopology(
      names.map(name => ({
        name,
        id: poll.ids?.[name] ?? `${name}-id`,
        partitions: poll.topics[name]?.length ?? 0,
      })),
    ),
  )
  const rows = topology.start[topology.topics.length] ?? 0
  const logStart = new Float64Array(rows).fill(Number.NaN)
  const highWatermark = new Float64Array(rows).fill(Number.NaN)
  const outcome = new Uint8Array(rows)
  const leader = new Int32Array(rows).fill(1)
  for (const name of names) {
    poll.topics[name]?.forEach((offsets, p) => {
      const row = rowOf(topology, name, p)
      if (offsets === null) outcome[row] = 1
      logStart[row] = offsets?.[0] ?? Number.NaN
      highWatermark[row] = offsets?.[1] ?? Number.NaN
    })
  }
  for (const place of poll.leaderless ?? []) leader[rowAt(topology, place)] = -1
  const cluster: ClusterObservation = {
    clusterId: poll.clusterId ?? 'cluster-1',
    topology,
    partitions: {
      leader,
      leaderEpoch: new Int32Array(rows),
      preferredLeader: new Int32Array(rows).fill(1),
      replicas: new Uint16Array(rows).fill(3),
      inSyncReplicas: new Uint16Array(rows).fill(3),
      logStart,
      highWatermark,
      lastStableOffset: poll.stable ? stableColumn(topology, rows, poll.stable) : null,
      outcome,
      outcomes: ['NONE', 'NOT_LEADER_OR_FOLLOWER'],
    },
    groups: Object.entries(poll.groups ?? {}).map(([id, says]) => groupOf(id, says, topology)),
    groupsComplete: poll.groupsComplete ?? true,
    missingTopics: new Map(Object.entries(poll.missingTopics ?? {})),
    missingGroups: new Map(Object.entries(poll.missingGroups ?? {})),
    topicConfigs: null,
    logDirs: poll.logDirs
      ? { leaderBytes: new Float64Array(rows).fill(Number.NaN), dirs: poll.logDirs }
      : null,
  }
  return { ...shell(poll.at, poll.errors ?? []), cluster, brokers: poll.brokers ?? BROKERS }
}

function stableColumn(
  topology: Topology,
  rows: number,
  stable: Readonly<Record<string, number>>,
): Float64Array {
  const column = new Float64Array(rows).fill(Number.NaN)
  for (const [place, offset] of Object.entries(stable)) column[rowAt(topology, place)] = offset
  return column
}

/** A poll in which nobody gave metadata. */
export function observeNothing(at: number): Observation {
  const error = { stage: 'metadata', code: 'CONNECTION_REFUSED', node: -1, message: 'refused' } as const
  return { ...shell(at, [error]), cluster: null, brokers: [] }
}

function shell(at: number, errors: readonly ReadError[]): Omit<Observation, 'cluster' | 'brokers'> {
  return {
    startedAt: at - 100,
    endedAt: at,
    errors,
    requests: new Map([['Metadata', 1]]),
    slowRequests: new Map(),
    phases: new Map([['metadata', 5]]),
  }
}

/** As the reader does: an equal table is the same object. */
function sameOrNew(topology: Topology): Topology {
  const same =
    lastTopology !== null &&
    JSON.stringify([lastTopology.topics, lastTopology.topicIds, [...lastTopology.start]]) ===
      JSON.stringify([topology.topics, topology.topicIds, [...topology.start]])
  if (!same) lastTopology = topology
  return lastTopology ?? topology
}

function rowAt(topology: Topology, place: string): number {
  const slash = place.lastIndexOf('/')
  const row = rowOf(topology, place.slice(0, slash), Number(place.slice(slash + 1)))
  if (row < 0) throw new Error(`${place} is not in this poll's topics`)
  return row
}

function groupOf(id: string, says: GroupSays, topology: Topology): GroupObservation {
  const commits = says.commits === undefined ? {} : says.commits
  const state = says.state ?? 'Stable'
  const description: GroupDescription | null = says.members
    ? {
        state,
        protocol: 'range',
        epoch: says.epoch ?? -1,
        members: Object.entries(says.members).map(([memberId, places]) => ({
          memberId,
          clientId: `${memberId}-client`,
          host: '10.0.0.7',
          rows: Int32Array.from(places, place => rowAt(topology, place)),
        })),
      }
    : null
  return {
    id,
    kind: says.kind ?? 'classic',
    state,
    protocolType: 'consumer',
    coordinator: 1,
    commits: commits && {
      rows: Int32Array.from(Object.keys(commits), place => rowAt(topology, place)),
      offsets: Float64Array.from(Object.values(commits)),
    },
    failure: says.failure === undefined ? null : { code: says.failure, message: says.failure },
    description,
    shareOffsets: null,
  }
}
