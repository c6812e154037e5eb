import { CELL_UNCOMMITTED, type GroupLayout, type Objective } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import type { Placement } from '../layout.ts'
import { ASSIGNED, ASSIGNMENT_UNKNOWN, type Assignments } from './assignment.ts'
import { type CellClock, isMoved, newClock, type PollTime, tickClock } from './cell-clock.ts'
import { type Learnt, LearntColumns } from './learnt-columns.ts'
import { type StallLimits, unlearntThreshold } from './learnt-gaps.ts'
import type { StableOffsets } from './stable-offsets.ts'
import { type CellFacts, conditionSince, NEVER_COMMITTED, STALLED, stateOf } from './states.ts'

/** What is remembered of every cell's work. A state file needs neither `thresholdMs`, `state` nor `conditionSince`. */
export interface Progress extends Learnt {
  /** Since when there has been work without an advance, kept where it cannot be read just now; NaN without work. */
  readonly workSince: Float64Array
  /** `workSince` moved on by the time that does not count: unread, Empty, or waiting for a transaction. */
  readonly stallSince: Float64Array
  /** Position in CELL_STATES. */
  readonly state: Uint8Array
  /** In a bad state, the instant from which its condition counts; NaN otherwise. */
  readonly conditionSince: Float64Array
}

export interface ProgressInputs extends PollTime {
  /** Clocks.latest before this poll: by cell of the previous layout. */
  readonly latestBefore: Float64Array
  /** Readings after this poll; `lag` is the effective one. */
  readonly committed: Float64Array
  readonly lag: Float64Array
  readonly flags: Uint8Array
  readonly readAt: Float64Array
  /** By row: the last whole reading, NaN where there is none, and when it was. */
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  readonly rowReadAt: Float64Array
  /** By row. */
  readonly stable: StableOffsets
  /** Of a cell: the first record from its commit on is known to lie in an open transaction. */
  readonly waitsAtOpen: (cell: number) => boolean
  /** Per group; NaN = not Empty. */
  readonly emptySince: Float64Array
  readonly objectives: readonly Objective[]
  /** Per block. */
  readonly assignments: Assignments
  readonly pollIntervalMs: number
  readonly noConsumerAfterMs: number
  /** By dead-letter topic: the group that drains it, which may run when somebody starts it. */
  readonly drainedBy: ReadonlyMap<string, string>
  /** How long a last stable offset may stand still. */
  readonly hungAfterMs: number
}

export function noProgress(cells: number): Progress {
  return {
    workSince: new Float64Array(cells).fill(Number.NaN),
    stallSince: new Float64Array(cells).fill(Number.NaN),
    gapCount: new Uint32Array(cells),
    gaps: new Map(),
    thresholdMs: new Float32Array(cells),
    state: new Uint8Array(cells),
    conditionSince: new Float64Array(cells).fill(Number.NaN),
  }
}

/** One poll's step of every cell's stall clock, learnt gaps and state. */
export function* stepProgress(
  before: Progress,
  placement: Placement,
  inputs: ProgressInputs,
): Steps<Progress> {
  const { layout, previousCell, incoming } = placement
  const count = layout.cellRow.length
  const workSince = new Float64Array(count)
  const stallSince = new Float64Array(count)
  const state = new Uint8Array(count)
  const since = new Float64Array(count)
  const learnt = new LearntColumns(before, previousCell !== null, count)
  const clock = newClock()
  const facts = newFacts(inputs)
  const openRows = rowsWithOpen(inputs.stable, rowCount(layout.topology))

  for (let g = 0, b = 0, c = 0; g < layout.groups.length; g++) {
    const objective = inputs.objectives[g] as Objective
    const limits: StallLimits = { ...objective, pollIntervalMs: inputs.pollIntervalMs }
    const unlearntMs = unlearntThreshold(limits)
    const mayBlock = objective.isolation !== 'read_uncommitted' ? openRows : null
    facts.emptySince = inputs.emptySince[g] as number
    clock.isEmpty = !Number.isNaN(facts.emptySince)
    for (; b < (layout.groupStart[g + 1] as number); b++) {
      facts.noConsumerAfterMs = mayBeAway(inputs, layout, g, b)
        ? Number.POSITIVE_INFINITY
        : inputs.noConsumerAfterMs
      facts.assignment = inputs.assignments.verdict[b] ?? ASSIGNMENT_UNKNOWN
      facts.unassignedSince = inputs.assignments.unassignedSince[b] ?? Number.NaN
      for (; c < (layout.blockStart[b + 1] as number); c++) {
        if (c % ROWS_PER_STEP === 0) yield
        const from = previousCell === null ? c : (previousCell[c] as number)
        const row = layout.cellRow[c] as number
        readCell(facts, clock, inputs, row, c)
        facts.blockedSince = mayBlock?.[row] === 1 ? blockedSince(inputs, row, c) : Number.NaN
        clock.isBlocked = !Number.isNaN(facts.blockedSince)
        clock.offset = incoming[c] as number
        clock.last = from < 0 ? Number.NaN : (inputs.latestBefore[from] as number)
        clock.workSince = from < 0 ? Number.NaN : (before.workSince[from] as number)
        clock.stallSince = from < 0 ? Number.NaN : (before.stallSince[from] as number)

        learnt.carry(c, from, unlearntMs)
        if (inputs.restored) learnt.recount(c, limits)
        const gap = tickClock(clock, inputs)
        if (!Number.isNaN(gap) && !learnt.add(c, gap, limits)) {
          yield* learnt.ownGaps()
          learnt.add(c, gap, limits)
        }

        facts.workSince = workSince[c] = clock.workSince
        facts.stallSince = stallSince[c] = clock.stallSince
        facts.thresholdMs = facts.isUncommitted ? unlearntMs : (learnt.thresholdMs[c] as number)
        const isHeld = facts.isKnown && !clock.isFresh && from >= 0 && !isMoved(clock)
        const now = isHeld ? (before.state[from] as number) : stateOf(facts)
        state[c] = now
        since[c] = isHeld ? heldSince(now, facts, before, from) : conditionSince(now, facts)
      }
    }
  }
  const { gapCount, gaps, thresholdMs } = learnt
  return { workSince, stallSince, gapCount, gaps, thresholdMs, state, conditionSince: since }
}

/** Of a block: nobody waits for a reader of dead letters before they are to be drained. */
function mayBeAway(
  { drainedBy }: ProgressInputs,
  { topology, groups, blockTopic }: GroupLayout,
  group: number,
  block: number,
): boolean {
  if (drainedBy.size === 0) return false
  return drainedBy.get(topology.topics[blockTopic[block] as number] as string) === groups[group]
}

/** What this poll's reading says of a cell's work. */
function readCell(facts: CellFacts, clock: CellClock, inputs: ProgressInputs, row: number, cell: number) {
  facts.isUncommitted = ((inputs.flags[cell] as number) & CELL_UNCOMMITTED) !== 0
  clock.backlog = facts.isUncommitted
    ? unreadData(facts.assignment, inputs, row)
    : (inputs.lag[cell] as number)
  facts.isKnown = !Number.isNaN(clock.backlog)
  const readAt = facts.isUncommitted ? inputs.rowReadAt[row] : inputs.readAt[cell]
  clock.isFresh = facts.isKnown && readAt === inputs.now
}

/** Without a commit all that the log holds is to be done; by whom, only an assignment says. */
function unreadData(assignment: number, { logStart, highWatermark }: ProgressInputs, row: number): number {
  if (assignment !== ASSIGNED) return Number.NaN
  return Math.max(0, (highWatermark[row] as number) - (logStart[row] as number))
}

/** Most rows have no open transaction: that is seen faster here than in the map. */
function rowsWithOpen(stable: StableOffsets, rows: number): Uint8Array | null {
  if (stable.size === 0) return null
  const open = new Uint8Array(rows)
  for (const row of stable.keys()) open[row] = 1
  return open
}

/**
 * A consumer that commits where it stands comes to the last stable offset itself; one that commits each record it was
 * given stays below the markers before it.
 */
function blockedSince(inputs: ProgressInputs, row: number, cell: number): number {
  const { stable, committed, waitsAtOpen, now } = inputs
  const open = stable.get(row)
  if (open === undefined) return Number.NaN
  const offset = committed[cell] as number
  const isBlocked = offset === open.offset || (offset < open.offset && waitsAtOpen(cell))
  return isBlocked ? Math.min(now, open.since) : Number.NaN
}

/** A state that is held over a missed read counts on, except for the time that does not count as stalled. */
function heldSince(state: number, facts: CellFacts, before: Progress, from: number): number {
  if (state === STALLED || state === NEVER_COMMITTED) return facts.stallSince
  return Math.min(facts.now, before.conditionSince[from] as number)
}

function newFacts({ now, noConsumerAfterMs, hungAfterMs }: ProgressInputs): CellFacts {
  return {
    now,
    isKnown: false,
    isUncommitted: false,
    assignment: ASSIGNMENT_UNKNOWN,
    unassignedSince: Number.NaN,
    workSince: Number.NaN,
    stallSince: Number.NaN,
    thresholdMs: Number.NaN,
    emptySince: Number.NaN,
    blockedSince: Number.NaN,
    noConsumerAfterMs,
    hungAfterMs,
  }
}
