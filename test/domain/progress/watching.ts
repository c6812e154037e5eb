import { type GroupMemory, observeGroup } from '../../../src/domain/group-memory.ts'
import { EMPTY_LAYOUT, type Placement, placeCommits } from '../../../src/domain/layout.ts'
import { addAssignedRows } from '../../../src/domain/progress/assigned-rows.ts'
import {
  type Assignments,
  isAssignmentUnderstood,
  NO_ASSIGNMENTS,
  restoreAssignments,
  stepAssignments,
} from '../../../src/domain/progress/assignment.ts'
import { emptySince, type GroupPresences, stepPresence } from '../../../src/domain/progress/group-presence.ts'
import { type StableOffsets, stepStableOffsets } from '../../../src/domain/progress/stable-offsets.ts'
import { noProgress, type Progress, stepProgress } from '../../../src/domain/progress/step-progress.ts'
import { mapRows } from '../../../src/domain/row-mapping.ts'
import { UNCOMMITTED } from '../../../src/domain/uncommitted.ts'
import {
  CELL_BEYOND_END,
  CELL_STATES,
  CELL_UNCOMMITTED,
  type GroupLayout,
  type Objective,
} from '../../../src/model/snapshot.ts'
import { type Steps, toEnd } from '../../../src/model/steps.ts'
import { EMPTY_TOPOLOGY, rowCount, rowOf } from '../../../src/model/topology.ts'
import { observe, type Poll } from '../../fakes/observations.ts'

export const T0 = 1_700_000_000_000
export const POLL_MS = 15_000

export const OBJECTIVE: Objective = {
  lagMs: null,
  stalledAfterMs: 300_000,
  stalledAfterMaxMs: 3_600_000,
  clock: 'record',
  isolation: 'auto',
}

/** A poll, and what `observe` has no word for. */
export interface WatchedPoll extends Poll {
  /** Last stable offset by 'topic/partition'; others are not asked for. */
  readonly stable?: Readonly<Record<string, number>>
  /** Effective lag by 'group topic/partition' where it is not the difference of the offsets. */
  readonly effective?: Readonly<Record<string, number>>
}

interface Readings {
  readonly committed: Float64Array
  readonly lag: Float64Array
  readonly flags: Uint8Array
  readonly readAt: Float64Array
}

interface Memory {
  readonly layout: GroupLayout
  readonly groups: ReadonlyMap<string, GroupMemory>
  readonly latest: Float64Array
  readonly readings: Readings
  readonly stable: StableOffsets
  readonly presences: GroupPresences
  readonly assignments: Assignments
  readonly progress: Progress
}

const NOTHING: Memory = {
  layout: EMPTY_LAYOUT(EMPTY_TOPOLOGY),
  groups: new Map(),
  latest: new Float64Array(0),
  readings: nothingRead(0),
  stable: new Map(),
  presences: new Map(),
  assignments: NO_ASSIGNMENTS,
  progress: noProgress(0),
}

function nothingRead(cells: number): Readings {
  return {
    committed: new Float64Array(cells).fill(Number.NaN),
    lag: new Float64Array(cells).fill(Number.NaN),
    flags: new Uint8Array(cells),
    readAt: new Float64Array(cells),
  }
}

const earlier = ({ previousCell }: Placement, c: number) =>
  previousCell === null ? c : (previousCell[c] as number)

function newest(before: Float64Array, placement: Placement): Float64Array {
  return placement.incoming.map((offset, c) =>
    Number.isNaN(offset) ? (before[earlier(placement, c)] ?? Number.NaN) : offset,
  )
}

/** Whole readings as they are taken, and held for three polls. */
function read(
  before: Readings,
  placement: Placement,
  logStart: Float64Array,
  highWatermark: Float64Array,
  now: number,
): Readings {
  const after = nothingRead(placement.incoming.length)
  placement.incoming.forEach((offset, c) => {
    const row = placement.layout.cellRow[c] as number
    const end = highWatermark[row] as number
    const from = earlier(placement, c)
    const set = (committed: number, lag: number, flags: number, readAt: number) => {
      after.committed[c] = committed
      after.lag[c] = lag
      after.flags[c] = flags
      after.readAt[c] = readAt
    }
    const readAt = before.readAt[from] ?? 0
    if (offset === UNCOMMITTED) set(Number.NaN, Number.NaN, CELL_UNCOMMITTED, now)
    else if (offset > end) set(offset, Number.NaN, CELL_BEYOND_END, now)
    else if (!Number.isNaN(offset + end)) set(offset, end - Math.max(offset, logStart[row] as number), 0, now)
    else if (readAt >= now - 3 * POLL_MS)
      set(before.committed[from] ?? 0, before.lag[from] ?? 0, before.flags[from] ?? 0, Math.min(now, readAt))
  })
  return after
}

/** Steps the progress of a whole cluster poll by poll, from real placements, groups and descriptions. */
export class Watching {
  memory = NOTHING
  /** By dead-letter topic. */
  drainedBy: ReadonlyMap<string, string> = new Map()
  readonly #objective: Objective
  #lastAt: number | null = null
  #restored = false

  constructor(objective: Partial<Objective> = {}) {
    this.#objective = { ...OBJECTIVE, ...objective }
  }

  poll(poll: WatchedPoll): void {
    this.memory = toEnd(this.#step(poll))
    this.#lastAt = poll.at
    this.#restored = false
  }

  /** What a state file keeps is all that is left. */
  restart(): void {
    const { layout, latest, progress, stable, presences, assignments } = this.memory
    const cells = layout.cellRow.length
    const { workSince, stallSince, gapCount, gaps } = progress
    this.#restored = true
    this.memory = {
      ...NOTHING,
      layout,
      latest,
      readings: nothingRead(cells),
      stable,
      presences: new Map([...presences].map(([id, p]) => [id, { ...p, isDescribed: false }])),
      assignments: restoreAssignments(assignments.unassignedSince),
      progress: { ...noProgress(cells), workSince, stallSince, gapCount, gaps },
    }
  }

  *#step(poll: WatchedPoll): Steps<Memory> {
    const before = this.memory
    const now = poll.at
    const seen = observe(poll).cluster
    if (seen === null) throw new Error('a poll without metadata')
    const { topology } = seen
    const rowMap = mapRows(before.layout.topology, topology)
    const options = { now, maxReadingAgeMs: 3 * POLL_MS, descriptionMaxAgeMs: 15 * POLL_MS, rowMap }
    const observed = [...seen.groups].sort((a, b) => (a.id < b.id ? -1 : 1))
    const groups = new Map(
      observed.map(g => [g.id, observeGroup(before.groups.get(g.id) ?? null, g, options)]),
    )
    const stamps = new Int32Array(rowCount(topology))
    const inputs = observed.map(({ id, commits }, g) => {
      const group = groups.get(id) as GroupMemory
      const assigned = isAssignmentUnderstood(group) ? (group.members ?? []) : []
      return { id, commits: commits && toEnd(addAssignedRows(commits, assigned, stamps, g + 1)) }
    })
    const placement = yield* placeCommits(before.layout, rowMap, topology, inputs)
    const { layout } = placement
    const { logStart, highWatermark } = seen.partitions
    const latest = newest(before.latest, placement)
    const readings = read(before.readings, placement, logStart, highWatermark, now)
    const lastStableOffset = new Float64Array(rowCount(topology)).fill(Number.NaN)
    for (const [place, offset] of Object.entries(poll.stable ?? {})) {
      const [topic, partition] = place.split('/') as [string, string]
      lastStableOffset[rowOf(topology, topic, Number(partition))] = offset
    }
    const stable = yield* stepStableOffsets(before.stable, { now, lastStableOffset, highWatermark, rowMap })
    const presences = yield* stepPresence(before.presences, groups, seen.groups, now)
    const assignments = yield* stepAssignments(before.assignments, placement, groups, presences, now)
    const progress = yield* stepProgress(before.progress, placement, {
      now,
      elapsedMs: this.#lastAt === null ? 0 : now - this.#lastAt,
      restored: this.#restored,
      latestBefore: before.latest,
      ...readings,
      lag: readings.lag.map((lag, c) => poll.effective?.[nameOf(layout, c)] ?? lag),
      logStart,
      highWatermark,
      rowReadAt: highWatermark.map(end => (Number.isNaN(end) ? 0 : now)),
      stable,
      waitsAtOpen: () => false,
      emptySince: emptySince(presences, layout.groups),
      objectives: layout.groups.map(() => this.#objective),
      assignments,
      pollIntervalMs: POLL_MS,
      noConsumerAfterMs: 900_000,
      drainedBy: this.drainedBy,
      hungAfterMs: 900_000,
    })
    return { layout, groups, latest, readings, stable, presences, assignments, progress }
  }

  /** Cells by 'group topic/partition'. */
  cells(): ReadonlyMap<string, number> {
    const { layout } = this.memory
    return new Map(Array.from(layout.cellRow, (_, c) => [nameOf(layout, c), c]))
  }

  /** What is remembered of one cell, times in seconds before the last poll. */
  view(name: string) {
    const c = this.cells().get(name)
    if (c === undefined) return null
    const { workSince, stallSince, state, conditionSince, thresholdMs, gapCount } = this.memory.progress
    const ago = (column: Float64Array) => ((this.#lastAt ?? 0) - (column[c] as number)) / 1000
    return {
      state: CELL_STATES[state[c] as number],
      work: ago(workSince),
      stall: ago(stallSince),
      since: ago(conditionSince),
      threshold: (thresholdMs[c] as number) / 1000,
      gaps: gapCount[c] as number,
    }
  }
}

function nameOf(layout: GroupLayout, cell: number): string {
  const { topology } = layout
  const g = layout.groupStart.findIndex(
    (_, i) => cell < (layout.blockStart[layout.groupStart[i + 1] ?? layout.blockTopic.length] as number),
  )
  const row = layout.cellRow[cell] as number
  const t = topology.topics.findIndex((_, i) => row < (topology.start[i + 1] as number))
  return `${layout.groups[g]} ${topology.topics[t]}/${row - (topology.start[t] as number)}`
}

/** What stays from poll to poll of the story of one group and one partition until it is changed. */
export interface Situation {
  /** [log start, high watermark]; null = unread. */
  readonly log: readonly [number, number] | null
  /** Committed offset; 'unread' = the coordinator did not answer; 'none' = nothing committed. */
  readonly commit: number | 'unread' | 'none'
  readonly group: string
  /** What its only member reads; null: not described. */
  readonly reads: 'orders' | 'others' | null
  readonly stable: number | null
  readonly effective: number | null
}

/** One group and one partition, polled every 15 s. */
export class Story {
  readonly watching: Watching
  seconds = 0
  #now: Situation = {
    log: [0, 100],
    commit: 100,
    group: 'Stable',
    reads: 'orders',
    stable: null,
    effective: null,
  }

  constructor(objective: Partial<Objective> = {}) {
    this.watching = new Watching(objective)
  }

  /** One poll at that second. */
  at(seconds: number, change: Partial<Situation> = {}) {
    const now = { ...this.#now, ...change }
    this.#now = now
    this.seconds = seconds
    const commits = now.commit === 'unread' ? null : now.commit === 'none' ? {} : { 'orders/0': now.commit }
    this.watching.poll({
      at: T0 + seconds * 1000,
      topics: { orders: [now.log], others: [[0, 0]] },
      groups: {
        billing: {
          commits,
          state: now.group,
          ...(now.commit === 'unread' ? { failure: 'TIMEOUT' } : {}),
          ...(now.reads === null || now.group === 'Empty' ? {} : { members: { m1: [`${now.reads}/0`] } }),
        },
      },
      ...(now.stable === null ? {} : { stable: { 'orders/0': now.stable } }),
      ...(now.effective === null ? {} : { effective: { 'billing orders/0': now.effective } }),
    })
    return this.view()
  }

  /** The change at the next poll, and polls until that second. */
  until(seconds: number, change: Partial<Situation> = {}) {
    let next: Partial<Situation> = change
    while (this.seconds + POLL_MS / 1000 <= seconds) {
      this.at(this.seconds + POLL_MS / 1000, next)
      next = {}
    }
    return this.view()
  }

  view() {
    return this.watching.view('billing orders/0')
  }
}
