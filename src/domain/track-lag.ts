import type { Evidence } from '../model/evidence.ts'
import type { Steps } from '../model/steps.ts'
import { stepClocks } from './clocks.ts'
import { watchedGroups } from './follow-groups.ts'
import { noteDenied } from './lag/denied-topics.ts'
import { rememberEnds } from './lag/end-history.ts'
import { type HeadClock, readHeadClock } from './lag/head-clock.ts'
import { stepHeads } from './lag/step-heads.ts'
import { waitingFrom } from './lag/waiting-from.ts'
import { holdPartitions } from './partitions.ts'
import type { Placed } from './place.ts'
import type { LagMemory } from './state.ts'
import { takeReadings } from './take-readings.ts'
import type { TrackOptions } from './track-options.ts'

/** How far behind each cell is, in messages and in time. */
export function* trackLag(
  placed: Placed,
  evidence: Evidence,
  { maxReadingAgeMs }: Pick<TrackOptions, 'maxReadingAgeMs'>,
): Steps<readonly [LagMemory, HeadClock]> {
  const { before, observation, seen, now, topology, placement, read } = placed
  const clocks = yield* stepClocks(before.clocks, placement, {
    now,
    clockStartAt: before.clockStartAt,
    wasWatched: watchedGroups(before, placement.layout.groups),
    restored: before.isRestored,
  })
  const heads = yield* stepHeads(placed, evidence)
  const readings = yield* takeReadings(before.readings, placed, heads, maxReadingAgeMs)
  const partitions = yield* holdPartitions(before.partitions, read, {
    earlier: placed.earlier,
    sizeBytes: seen?.logDirs?.leaderBytes ?? null,
    now,
    maxReadingAgeMs,
  })
  const endHistory = yield* rememberEnds(before.endHistory, {
    startedAt: observation.startedAt,
    endedAt: now,
    ends: read.highWatermark,
    earlier: placed.earlier,
    waitingFrom: () => waitingFrom(placed),
  })
  const deniedTopics = noteDenied(before.deniedTopics, topology, evidence.questions, evidence.heads, now)
  const tracked = { clocks, heads, readings, partitions, endHistory, deniedTopics }
  return [tracked, yield* readHeadClock(placed, tracked)]
}
