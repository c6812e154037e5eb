import type { LagEstimator, LagSample } from './lag-estimator.ts'

/** klag: a straight line from the oldest record (ListOffsets at time stamp 0) to the newest (KIP-734). */
export class StraightLine implements LagEstimator {
  estimate({ now, committed, logStart, end, oldestAt, newestAt }: LagSample): number {
    if (committed >= end) return 0
    const newest = end - 1
    if (Number.isNaN(oldestAt + newestAt)) return Number.NaN
    if (newest <= logStart) return now - newestAt
    const slope = (newestAt - oldestAt) / (newest - logStart)
    return Math.max(0, now - (oldestAt + slope * (Math.max(committed, logStart) - logStart)))
  }
}
