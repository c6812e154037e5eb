import type { Snapshot } from '../../src/model/snapshot.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'

/** One group on one topic of so many partitions, all with the same lag: a page of text for some 1,200 partitions. */
export function wideSnapshot(partitions: number, lag: number): Snapshot {
  return buildSnapshot({
    topics: [{ name: 'wide', partitions: Array.from({ length: partitions }, () => ({})) }],
    groups: [
      {
        id: 'a-group-with-a-name-that-is-not-short',
        commits: {
          wide: Object.fromEntries(Array.from({ length: partitions }, (_, p) => [p, { committed: 1, lag }])),
        },
      },
    ],
  })
}
