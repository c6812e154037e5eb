import type { Evidence } from '../model/evidence.ts'
import type { TopicConfig } from '../model/observation.ts'
import type { BlockColumns } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'
import { stepGrowth } from './flow/append-growth.ts'
import { stepFlow } from './flow/block-flow.ts'
import { countFuture } from './flow/future-timestamps.ts'
import { stepKeptUp } from './flow/kept-up.ts'
import { dataFrom } from './lag/head-bounds.ts'
import type { HeadClock } from './lag/head-clock.ts'
import { previousOf } from './layout.ts'
import { measureHeadroom } from './loss/headroom.ts'
import { countLost } from './loss/lost-offsets.ts'
import { readRetention } from './loss/retention.ts'
import { estimateTimeToLoss } from './loss/time-to-loss.ts'
import type { Placed } from './place.ts'
import { sumBlocks } from './readings.ts'
import type { LagMemory, LossMemory, ProgressMemory } from './state.ts'
import type { TrackOptions } from './track-options.ts'

/** What of it is only published. */
export interface LossView {
  readonly headroomMs: Float64Array | null
  readonly catchUpMs: Float64Array
  readonly sums: Pick<BlockColumns, 'committedSum' | 'lagSum' | 'beyondEnd'>
}

/** What retention has taken or will take, how fast it all goes, and whether objectives are kept. */
export function* trackLoss(
  placed: Placed,
  evidence: Evidence,
  topicConfigs: ReadonlyMap<string, TopicConfig>,
  lag: LagMemory,
  headClock: HeadClock,
  { progress }: ProgressMemory,
  options: Pick<TrackOptions, 'lossHorizonMs' | 'maxReadingAgeMs' | 'uncommitted'>,
): Steps<readonly [LossMemory, LossView]> {
  const { before, seen, now, topology, placement, read, earlier, rowMap, objectives } = placed
  const { layout } = placement
  const { readings, clocks, partitions } = lag
  const retention = yield* readRetention(before.retention, topology, topicConfigs)
  const lost = yield* countLost(before.lost, placement, {
    latest: before.clocks.latest,
    logStart: read.logStart,
    retention,
    dataFrom: c => dataFrom(before.heads, previousOf(placement, c)),
  })
  const growth = yield* stepGrowth(before.growth, {
    isNeeded: retention.hasBytes,
    earlier,
    logStart: read.logStart,
    highWatermark: read.highWatermark,
    sizeBytes: seen?.logDirs?.leaderBytes ?? null,
    now,
  })
  const headroom = yield* measureHeadroom(layout, {
    now,
    lossHorizonMs: options.lossHorizonMs,
    retention,
    committed: readings.committed,
    lag: readings.lag,
    earliestHead: headClock.earliest,
    logStart: partitions.logStart,
    highWatermark: partitions.highWatermark,
    readAt: partitions.readAt,
    growth,
  })
  const timeToLoss = yield* estimateTimeToLoss(before.timeToLoss, placement, {
    now,
    lossHorizonMs: options.lossHorizonMs,
    headroom,
    committed: readings.committed,
    headTimestamp: headClock.timestamp,
    progressAt: clocks.progressAt,
    logStart: partitions.logStart,
  })
  const sums = yield* sumBlocks(readings, layout, uncommittedOffsetOf(options))
  const { memory, catchUpMs } = yield* stepFlow(before.flow, placement, {
    now,
    committed: readings.committed,
    flags: readings.flags,
    logStart: partitions.logStart,
    highWatermark: partitions.highWatermark,
    lagSum: sums.lagSum,
    rewinds: clocks.rewinds,
  })
  const keptUp = yield* stepKeptUp(before.keptUp, placement, {
    now,
    maxReadingAgeMs: options.maxReadingAgeMs,
    objectives,
    state: progress.state,
    flags: readings.flags,
    lag: readings.lag,
    headAt: headClock.headAt,
    latestBefore: before.clocks.latest,
    endBefore: before.partitions.highWatermark,
    earlier,
    end: read.highWatermark,
  })
  const future = yield* countFuture(before.future, {
    topology,
    rowMap,
    questions: evidence.questions,
    heads: evidence.heads,
    readAt: now + evidence.elapsedMs,
  })
  const tracked = { retention, lost, growth, timeToLoss, flow: memory, keptUp, future }
  return [tracked, { headroomMs: headroom.headroomMs, catchUpMs, sums }]
}

/** What a partition without a commit publishes. */
export function uncommittedOffsetOf({ uncommitted }: Pick<TrackOptions, 'uncommitted'>): number {
  return uncommitted === 'minus-one' ? -1 : Number.NaN
}
