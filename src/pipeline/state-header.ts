import { restoreBroker } from '../domain/broker-memory.ts'
import { restoreCounts } from '../domain/code-counters.ts'
import type { GroupMemory } from '../domain/group-memory.ts'
import type { ClusterState } from '../domain/state.ts'
import type { CodeCount } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import type { Topology } from '../model/topology.ts'

/** What the state file holds beside its columns. */
export interface Header {
  readonly clusterId: string | null
  readonly clockStartAt: number
  readonly polledAt: number
  readonly wereGroupsComplete: boolean
  readonly stateWriteErrors: number
  /** Name, id, partitions; in order of the names. */
  readonly topics: readonly (readonly [string, string, number])[]
  readonly groups: readonly SavedGroup[]
  /** Id, host, port, when the metadata last held it. */
  readonly brokers: readonly (readonly [number, string, number, number])[]
  readonly requests: readonly (readonly [string, number])[]
  readonly pollErrors: readonly CodeCount[]
  readonly topicErrors: readonly CodeCount[]
  readonly futureTimestamps: readonly (readonly [string, number])[]
  readonly probeBytes: number
  readonly lastSuccessAt: number
  /** Name and bytes of each column, in their order. */
  readonly columns: readonly (readonly [string, number])[]
}

interface SavedGroup {
  readonly id: string
  readonly kind: GroupMemory['kind']
  readonly rebalances: number
  readonly lastReadAt: number
  readonly readErrors: readonly CodeCount[]
  readonly keptUpMs?: number | undefined
  /** State and since when. */
  readonly presence?: readonly [string, number] | undefined
}

/** The topics part of the header, made once per topology: there may be tens of thousands. */
const topicsJson = new WeakMap<Topology, string>()

export function* headerJson(
  state: ClusterState,
  stateWriteErrors: number,
  columns: Header['columns'],
): Steps<string> {
  const { layout } = state
  const groups: string[] = []
  for (const id of layout.groups) {
    if (groups.length % (ROWS_PER_STEP / 8) === 0) yield
    groups.push(JSON.stringify(savedGroup(state, id)))
  }
  const rest: Omit<Header, 'topics' | 'groups'> = {
    clusterId: state.clusterId,
    clockStartAt: state.clockStartAt,
    polledAt: state.polledAt,
    wereGroupsComplete: state.wereGroupsComplete,
    stateWriteErrors,
    brokers: state.brokers.map(b => [b.view.id, b.view.host, b.view.port, b.lastInMetadataAt]),
    requests: [...state.requests.counts],
    pollErrors: state.pollErrors.counts,
    topicErrors: state.topicErrors.counts,
    futureTimestamps: [...state.future.counts],
    probeBytes: state.probeBytes,
    lastSuccessAt: state.lastSuccessAt,
    columns,
  }
  return `${JSON.stringify(rest).slice(0, -1)},"topics":${yield* topicsPart(layout.topology)},"groups":[${groups.join(',')}]}`
}

function savedGroup(state: ClusterState, id: string): SavedGroup {
  const memory = state.groups.get(id) as GroupMemory
  const presence = state.presences.get(id)
  return {
    id,
    kind: memory.kind,
    rebalances: memory.rebalances.count,
    lastReadAt: memory.lastReadAt,
    readErrors: memory.readErrors.counts,
    keptUpMs: state.keptUp.byGroup.get(id),
    presence: presence && [presence.state, presence.since],
  }
}

function* topicsPart(topology: Topology): Steps<string> {
  const known = topicsJson.get(topology)
  if (known !== undefined) return known
  const parts: string[] = []
  for (let t = 0; t < topology.topics.length; t++) {
    if (t % ROWS_PER_STEP === 0) yield
    const partitions = (topology.start[t + 1] as number) - (topology.start[t] as number)
    parts.push(JSON.stringify([topology.topics[t], topology.topicIds[t], partitions]))
  }
  const json = `[${parts.join(',')}]`
  topicsJson.set(topology, json)
  return json
}

export function restoreGroups(header: Header): Pick<ClusterState, 'groups' | 'presences'> {
  const presences = header.groups.flatMap(({ id, presence }) =>
    presence === undefined
      ? []
      : [[id, { state: presence[0], since: presence[1], isDescribed: false }] as const],
  )
  return {
    groups: new Map(header.groups.map(g => [g.id, restoreGroup(g)])),
    presences: new Map(presences),
  }
}

export function restoreBrokers({ brokers }: Header): ClusterState['brokers'] {
  return brokers.map(broker => restoreBroker(...broker))
}

function restoreGroup(saved: SavedGroup): GroupMemory {
  return {
    id: saved.id,
    kind: saved.kind,
    state: '',
    protocolType: '',
    protocol: '',
    coordinator: -1,
    members: null,
    describedAt: 0,
    rebalances: { state: '', membership: null, countedSinceDescription: false, count: saved.rebalances },
    lastReadAt: saved.lastReadAt,
    lastListedAt: 0,
    readErrors: restoreCounts(saved.readErrors),
    isUp: false,
    exists: false,
    failure: null,
    share: null,
    missedListings: 0,
  }
}
