import type { Evidence } from '../model/evidence.ts'
import type { Steps } from '../model/steps.ts'
import { isOpen } from './lag/head-bounds.ts'
import { rememberTransactions } from './lag/open-transactions.ts'
import { stableColumn } from './lag/stable-column.ts'
import type { Placed } from './place.ts'
import { stepAssignments } from './progress/assignment.ts'
import { emptySince, stepPresence } from './progress/group-presence.ts'
import { patienceOf } from './progress/learnt-gaps.ts'
import { stepStableOffsets } from './progress/stable-offsets.ts'
import { stepProgress } from './progress/step-progress.ts'
import type { LagMemory, ProgressMemory } from './state.ts'
import type { TrackOptions } from './track-options.ts'

/** Whether each cell moves, waits, or stands. */
export function* trackProgress(
  placed: Placed,
  evidence: Evidence,
  { readings, heads, partitions }: LagMemory,
  options: Pick<TrackOptions, 'pollIntervalMs' | 'noConsumerAfterMs' | 'hungAfterMs' | 'drainedBy'>,
): Steps<ProgressMemory> {
  const { before, seen, now, placement, read, groups, rowMap, objectives } = placed
  const presences = yield* stepPresence(before.presences, groups, seen?.groups ?? [], now)
  const assignments = yield* stepAssignments(before.assignments, placement, groups, presences, now)
  const stable = yield* stepStableOffsets(before.stable, {
    now,
    lastStableOffset: stableColumn(placed, evidence),
    highWatermark: read.highWatermark,
    rowMap,
  })
  const progress = yield* stepProgress(before.progress, placement, {
    now,
    elapsedMs: before.polledAt === 0 ? 0 : Math.max(0, now - before.polledAt),
    restored: before.isRestored,
    latestBefore: before.clocks.latest,
    committed: readings.committed,
    lag: readings.lag,
    flags: readings.flags,
    readAt: readings.readAt,
    logStart: partitions.logStart,
    highWatermark: partitions.highWatermark,
    rowReadAt: partitions.readAt,
    stable,
    waitsAtOpen: c => isOpen(heads, c),
    emptySince: emptySince(presences, placement.layout.groups),
    objectives,
    assignments,
    pollIntervalMs: options.pollIntervalMs,
    noConsumerAfterMs: patienceOf(options.noConsumerAfterMs, options.pollIntervalMs),
    drainedBy: options.drainedBy,
    hungAfterMs: patienceOf(options.hungAfterMs, options.pollIntervalMs),
  })
  const openTransactions = rememberTransactions(placed, evidence.transactions, stable)
  return { presences, assignments, stable, openTransactions, progress }
}
