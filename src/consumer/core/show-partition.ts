import type { AssignedPartition } from './assigned-partitions.ts'
import { lagOf, stalledMs } from './partition-clock.ts'
import type { PartitionProgress } from './progress.ts'

/** One partition as it is told outside. `now` and `thresholdMs` are milliseconds. */
export function showPartition(
  { topic, partition, clock, isPositionOpen }: AssignedPartition,
  isPaused: boolean,
  thresholdMs: number,
  now: number,
): PartitionProgress {
  const hasBatch = !Number.isNaN(clock.inFlightLast)
  return {
    topic,
    partition,
    consumed: known(clock.consumed),
    processed: known(clock.processed),
    committed: known(clock.committed),
    position: isPositionOpen ? null : known(clock.position),
    end: known(clock.end),
    lag: isPositionOpen ? null : known(lagOf(clock)),
    inFlight: hasBatch ? { first: clock.inFlightFirst, last: clock.inFlightLast } : null,
    isPaused,
    stalledMs: stalledMs(clock, now),
    thresholdMs,
    advanceAgeMs: now - clock.advancedAt,
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
