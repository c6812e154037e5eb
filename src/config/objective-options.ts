import { somePatterns } from './list-types.ts'
import { optionsOf } from './option.ts'
import { choice, duration } from './scalar-types.ts'
import type { ObjectiveSettings } from './settings.ts'

const option = optionsOf<ObjectiveSettings>()

/** Settings of one objective; paths are within `clusters[].objectives[]`. */
export const OBJECTIVE = {
  groups: option({
    path: 'groups',
    flag: null,
    type: somePatterns,
    required: true,
    help: 'Consumer groups that it holds for: those that one of these patterns matches and no earlier objective does.',
    get: ({ groups }) => groups,
  }),
  lag: option({
    path: 'lag_seconds',
    flag: null,
    type: duration('1s', '365d'),
    fallbackText: 'none: how long the groups keep up is not counted',
    help: 'The most that the groups may be behind, in time.',
    get: ({ objective }) => objective.lagMs,
  }),
  stalledAfter: option({
    path: 'stalled_after',
    flag: null,
    type: duration('1s', '30d'),
    fallback: 300_000,
    help: 'The least time that there may be work without an advance. What holds for a partition is learnt from its own commits and lies between this and `stalled_after_max`; a partition that has hardly any yet has three times this. Less than 2 × `poll_interval` is pointed out in the log: what happens between two polls is not seen.',
    get: ({ objective }) => objective.stalledAfterMs,
  }),
  stalledAfterMax: option({
    path: 'stalled_after_max',
    flag: null,
    type: duration('1s', '30d'),
    fallback: 3_600_000,
    fallbackText: '1h, or `stalled_after` where that is longer',
    help: 'The most that may be learnt. At least `stalled_after`.',
    get: ({ objective }) => objective.stalledAfterMaxMs,
  }),
  clock: option({
    path: 'clock',
    flag: null,
    type: choice(['record', 'seen']),
    fallback: 'record',
    help: "What lag in time counts from: the record's own time stamp, or when the exporter first saw it, for topics into which old records are written again.",
    get: ({ objective }) => objective.clock,
  }),
  isolation: option({
    path: 'isolation',
    flag: null,
    type: choice(['auto', 'read_committed', 'read_uncommitted']),
    fallback: 'auto',
    help: "The groups' `isolation.level`, which the brokers do not know. `read_committed`: lag counts to the last stable offset. `auto`: it counts to the high watermark, and a commit that rests at the last stable offset is taken to wait for the transaction there.",
    get: ({ objective }) => objective.isolation,
  }),
}
