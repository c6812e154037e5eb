import type { MissingReason, Observation } from '../model/observation.ts'
import type { BlockColumns, CellColumns, Snapshot } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { EMPTY_TOPOLOGY } from '../model/topology.ts'
import { type GroupMemory, viewGroup } from './group-memory.ts'
import { EMPTY_LAYOUT, type Placement } from './layout.ts'
import { NO_PARTITIONS } from './partitions.ts'
import { sumBlocks } from './readings.ts'
import { type ClusterState, initialState, noReadings } from './state.ts'
import { groupsPerTopic } from './topic-roll-up.ts'
import type { TrackOptions } from './track-options.ts'

/** What of the state is shown, and with the poll's own facts beside it. */
export function* publish(
  state: ClusterState,
  observation: Observation,
  placement: Placement,
  options: TrackOptions,
): Steps<Snapshot> {
  const seen = observation.cluster
  // Without metadata for too long, what is known of topics and partitions is no longer known to be so. The state
  // keeps it, so that clocks survive the outage.
  const isStale = seen === null && state.metadataAt < observation.endedAt - options.maxReadingAgeMs
  const blind = isStale ? withoutTopology(state, options) : state
  const { layout, partitions } = blind
  const { topology } = layout
  const blocks = isStale ? NO_BLOCKS : yield* sumBlocks(state.readings, state.clocks, placement)
  const cells = yield* cellColumns(blind)
  return {
    takenAt: observation.endedAt,
    up: seen !== null,
    clusterId: state.clusterId,
    topology,
    partitions,
    topics: {
      up: blind.topicUp,
      consumerGroups: yield* groupsPerTopic(layout, blind.groups),
      configs: state.topicConfigs,
      missing: blind.missingTopics,
    },
    brokers: state.brokers.map(b => b.view),
    layout,
    cells,
    blocks,
    groups: yield* groupViews(blind, cells),
    missingGroups: blind.missingGroups,
    configuredTopics: options.configuredTopics,
    configuredGroups: options.configuredGroups,
    topicErrors: state.topicErrors.published,
    logDirs: blind.logDirs,
    poll: {
      startedAt: observation.startedAt,
      endedAt: observation.endedAt,
      lastSuccessAt: state.lastSuccessAt,
      intervalMs: options.pollIntervalMs,
      stateWriteErrors: options.stateWriteErrors,
      clockStartAt: state.clockStartAt,
      phases: observation.phases,
      requests: state.requests.published,
      errors: state.pollErrors.published,
      lastErrors: observation.errors,
    },
  }
}

const NO_BLOCKS: BlockColumns = {
  committedSum: new Float64Array(0),
  lagSum: new Float64Array(0),
  beyondEnd: new Float64Array(0),
  rewinds: new Float64Array(0),
}

function withoutTopology(state: ClusterState, configured: TrackOptions): ClusterState {
  const layout = {
    ...EMPTY_LAYOUT(EMPTY_TOPOLOGY),
    groups: state.layout.groups,
    groupStart: new Int32Array(state.layout.groups.length + 1),
  }
  const groups = new Map<string, GroupMemory>()
  for (const [id, group] of state.groups) groups.set(id, { ...group, members: null, share: null })
  return {
    ...state,
    layout,
    groups,
    missingTopics: nobodyToAsk(configured.configuredTopics, new Map()),
    missingGroups: nobodyToAsk(configured.configuredGroups, state.groups),
    clocks: initialState(0).clocks,
    readings: noReadings(0),
    partitions: NO_PARTITIONS,
    logDirs: [],
  }
}

/** That a configured item is absent, only a broker can say: of those not told of otherwise nothing is known. */
function nobodyToAsk(
  configured: ReadonlySet<string>,
  toldOf: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, MissingReason> {
  const untold = [...configured].filter(name => !toldOf.has(name))
  return new Map(untold.map(name => [name, { kind: 'unreadable', code: 'NO_METADATA' }]))
}

function* cellColumns({ clocks, readings }: ClusterState): Steps<CellColumns> {
  const flags = new Uint8Array(clocks.flags.length)
  for (let c = 0; c < flags.length; c++) {
    if (c % (8 * ROWS_PER_STEP) === 0) yield
    flags[c] = (clocks.flags[c] as number) | (readings.flags[c] as number)
  }
  const { committed, lag, readAt } = readings
  return { committed, lag, readAt, progressAt: clocks.progressAt, flags }
}

function* groupViews(state: ClusterState, cells: CellColumns): Steps<Snapshot['groups']> {
  const { layout } = state
  const views: Snapshot['groups'][number][] = []
  let work = 0
  for (let g = 0; g < layout.groups.length; g++) {
    const first = layout.blockStart[layout.groupStart[g] as number] ?? 0
    const end = layout.blockStart[layout.groupStart[g + 1] as number] ?? 0
    let max = Number.NaN
    for (let c = first; c < end; c++) {
      const lag = cells.lag[c] as number
      if (!(lag <= max) && !Number.isNaN(lag)) max = lag
    }
    views.push(viewGroup(state.groups.get(layout.groups[g] as string) as GroupMemory, max))
    work += end - first + 8
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
  }
  return views
}
