import { GRANULARITIES } from '../model/detail.ts'
import { somePatterns } from './list-types.ts'
import { optionsOf } from './option.ts'
import { choice } from './scalar-types.ts'
import type { GranularitySettings } from './settings.ts'

const option = optionsOf<GranularitySettings>()

/** Settings of one granularity; paths are within `metrics.granularity[]`. */
export const GRANULARITY = {
  clusters: option({
    path: 'clusters',
    flag: null,
    type: somePatterns,
    fallbackText: 'all of them',
    help: 'Clusters that it holds for, by name. At least one of `clusters`, `groups` and `topics` is required.',
    get: ({ clusters }) => clusters,
  }),
  groups: option({
    path: 'groups',
    flag: null,
    type: somePatterns,
    fallbackText: 'all of them, and topics themselves',
    help: 'Consumer groups that it holds for.',
    get: ({ groups }) => groups,
  }),
  topics: option({
    path: 'topics',
    flag: null,
    type: somePatterns,
    fallbackText: 'all of them',
    help: 'Topics that it holds for: on these the groups, and where `groups` is left out the topics themselves.',
    get: ({ topics }) => topics,
  }),
  granularity: option({
    path: 'granularity',
    flag: null,
    type: choice(GRANULARITIES),
    required: true,
    help: 'How finely they are published. `topic`: no series for each partition. `group`: nor for each topic of a group, but its counters; for topics themselves the same as `topic`. What needs attention keeps all its series.',
    get: ({ granularity }) => granularity,
  }),
}
