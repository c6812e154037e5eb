import { type DeadLetterView, NO_DEAD_LETTERS } from '../model/dead-letters.ts'
import type { Evidence } from '../model/evidence.ts'
import type { MissingReason } from '../model/observation.ts'
import type { BlockColumns, CellColumns, Objective, Snapshot } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { EMPTY_TOPOLOGY } from '../model/topology.ts'
import { type GroupMemory, viewGroup } from './group-memory.ts'
import type { HeadClock } from './lag/head-clock.ts'
import { EMPTY_LAYOUT } from './layout.ts'
import { NO_PARTITIONS } from './partitions.ts'
import type { Placed } from './place.ts'
import { UNKNOWN } from './progress/states.ts'
import { noReadings } from './readings.ts'
import { type ClusterState, initialState } from './state.ts'
import { groupsPerTopic } from './topic-roll-up.ts'
import { type LossView, uncommittedOffsetOf } from './track-loss.ts'
import type { TrackOptions } from './track-options.ts'

/** What this poll made that nobody remembers. */
export interface Computed extends LossView {
  readonly headClock: HeadClock
  readonly deadLetters: DeadLetterView
}

/** What of the state is shown, and with the poll's own facts beside it. */
export function* publish(
  state: ClusterState,
  placed: Placed,
  evidence: Evidence,
  computed: Computed,
  options: TrackOptions,
): Steps<Snapshot> {
  const { observation, seen } = placed
  // Without metadata for too long, what is known of topics and partitions is no longer known to be so. The state
  // keeps it, so that clocks survive the outage.
  const isStale = seen === null && state.metadataAt < observation.endedAt - options.maxReadingAgeMs
  const blind = isStale ? withoutTopology(state, options) : state
  const { layout, partitions } = blind
  const { topology } = layout
  const blocks = isStale ? NO_BLOCKS : blockColumns(state, computed)
  const cells = isStale ? NO_CELLS : yield* cellColumns(state, computed)
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
      futureTimestamps: state.future.published,
      missing: blind.missingTopics,
    },
    brokers: state.brokers.map(b => b.view),
    layout,
    cells,
    blocks,
    groups: yield* groupViews(blind, cells, placed),
    missingGroups: blind.missingGroups,
    configuredTopics: options.configuredTopics,
    configuredGroups: options.configuredGroups,
    topicErrors: state.topicErrors.published,
    logDirs: blind.logDirs,
    openTransactions: blind.openTransactions,
    schemas: null,
    deadLetters: isStale ? NO_DEAD_LETTERS : computed.deadLetters,
    deadLetterCauses: [],
    unreadable: new Map(),
    uncommittedOffset: uncommittedOffsetOf(options),
    poll: {
      startedAt: observation.startedAt,
      endedAt: observation.endedAt,
      lastSuccessAt: state.lastSuccessAt,
      intervalMs: options.pollIntervalMs,
      stateWriteErrors: options.stateWriteErrors,
      clockStartAt: state.clockStartAt,
      phases: new Map([...observation.phases, ['probe', evidence.elapsedMs]]),
      requests: state.requests.published,
      errors: state.pollErrors.published,
      lastErrors: [...observation.errors, ...evidence.errors],
      probeBytes: state.probeBytes,
      probesDeferred: evidence.deferred,
    },
  }
}

const NO_BLOCKS: BlockColumns = {
  committedSum: new Float64Array(0),
  lagSum: new Float64Array(0),
  beyondEnd: new Float64Array(0),
  rewinds: new Float64Array(0),
  lost: new Float64Array(0),
  catchUpMs: new Float64Array(0),
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
    openTransactions: new Map(),
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

const NO_CELLS: CellColumns = {
  committed: new Float64Array(0),
  lag: new Float64Array(0),
  headAt: new Float64Array(0),
  headUncertaintyMs: new Float32Array(0),
  headTimestamp: new Float64Array(0),
  workSince: new Float64Array(0),
  state: new Uint8Array(0),
  conditionSince: new Float64Array(0),
  thresholdMs: new Float32Array(0),
  headroomMs: null,
  timeToLossMs: null,
  progressAt: new Float64Array(0),
  flags: new Uint8Array(0),
  readAt: new Float64Array(0),
}

function blockColumns({ clocks, lost }: ClusterState, { sums, catchUpMs }: Computed): BlockColumns {
  return { ...sums, rewinds: clocks.rewinds, lost: lost.perBlock, catchUpMs }
}

function* cellColumns(state: ClusterState, { headClock, headroomMs }: Computed): Steps<CellColumns> {
  const { clocks, readings, progress } = state
  const flags = new Uint8Array(clocks.flags.length)
  for (let c = 0; c < flags.length; c++) {
    if (c % (8 * ROWS_PER_STEP) === 0) yield
    flags[c] = (clocks.flags[c] as number) | (readings.flags[c] as number) | (headClock.flags[c] as number)
  }
  return {
    committed: readings.committed,
    lag: readings.lag,
    headAt: headClock.headAt,
    headUncertaintyMs: headClock.uncertaintyMs,
    headTimestamp: headClock.timestamp,
    workSince: yield* knownWork(progress),
    state: progress.state,
    conditionSince: progress.conditionSince,
    thresholdMs: progress.thresholdMs,
    headroomMs,
    timeToLossMs: state.timeToLoss.timeToLossMs,
    progressAt: clocks.progressAt,
    flags,
    readAt: readings.readAt,
  }
}

/** A clock runs on while its cell cannot be read, and is not shown meanwhile. */
function* knownWork({ workSince, state }: ClusterState['progress']): Steps<Float64Array> {
  let known = workSince
  for (let c = 0; c < state.length; c++) {
    if (c % (8 * ROWS_PER_STEP) === 0) yield
    if (state[c] !== UNKNOWN || Number.isNaN(workSince[c])) continue
    if (known === workSince) known = workSince.slice()
    known[c] = Number.NaN
  }
  return known
}

function* groupViews(
  state: ClusterState,
  cells: CellColumns,
  { now, objectives }: Placed,
): Steps<Snapshot['groups']> {
  const { layout } = state
  const views: Snapshot['groups'][number][] = []
  let work = 0
  for (let g = 0; g < layout.groups.length; g++) {
    const first = layout.blockStart[layout.groupStart[g] as number] ?? 0
    const end = layout.blockStart[layout.groupStart[g + 1] as number] ?? 0
    let lagMax = Number.NaN
    let lagMsMax = Number.NaN
    for (let c = first; c < end; c++) {
      const lag = cells.lag[c] as number
      if (Number.isNaN(lag)) continue
      if (!(lag <= lagMax)) lagMax = lag
      const lagMs = lag === 0 ? 0 : Math.max(0, now - (cells.headAt[c] as number))
      if (!(lagMs <= lagMsMax) && !Number.isNaN(lagMs)) lagMsMax = lagMs
    }
    const id = layout.groups[g] as string
    const rollUp = {
      lagMax,
      lagMsMax,
      keptUpMs: state.keptUp.byGroup.get(id) ?? Number.NaN,
      objective: objectives[g] as Objective,
    }
    views.push(viewGroup(state.groups.get(id) as GroupMemory, rollUp))
    work += end - first + 8
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
  }
  return views
}
