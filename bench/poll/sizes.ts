import type { Workload } from '../../test/fakes/simulated-cluster/workload.ts'

/** What one poll may cost at most, tracking, the state file and publishing included. */
export interface Goals {
  readonly cpuMs: number
  readonly wallMs: number
  readonly peakRssMb: number
  /** Of the fast loop. */
  readonly requests: number
  readonly blockMs: number
}

export interface Size {
  readonly title: string
  readonly workload: Workload
  readonly goals: Goals
}

export type SizeName = 'small' | 'lagging' | '200k' | '1m'

export const SIZES: Readonly<Record<SizeName, Size>> = {
  small: {
    title: '2,400 partitions, 50 groups with 200 commits each: 10,000 group-partitions',
    workload: { topics: 200, partitions: 12, groups: 50, commits: 200, members: 4 },
    goals: { cpuMs: 500, wallMs: 5_000, peakRssMb: 220, requests: 40, blockMs: 20 },
  },
  lagging: {
    title: '10,000 partitions that hold records, all lagging; in each poll nine of ten have moved on',
    workload: { topics: 100, partitions: 100, groups: 10, commits: 1_000, members: 4, hasRecords: true },
    goals: { cpuMs: 500, wallMs: 7_500, peakRssMb: 220, requests: 60, blockMs: 20 },
  },
  '200k': {
    title: '100,000 partitions, 500 groups with 400 commits each: 200,000 group-partitions',
    workload: { topics: 8_334, partitions: 12, groups: 500, commits: 400, members: 4, hasRecords: true },
    goals: { cpuMs: 500, wallMs: 5_000, peakRssMb: 220, requests: 40, blockMs: 20 },
  },
  '1m': {
    title: '300,000 partitions, 1,000 groups with 1,000 commits each: one million group-partitions',
    workload: {
      topics: 25_000,
      partitions: 12,
      groups: 1_000,
      commits: 1_000,
      members: 4,
      hasRecords: true,
    },
    goals: { cpuMs: 2_000, wallMs: 5_000, peakRssMb: 500, requests: 60, blockMs: 20 },
  },
}
