import { patterns } from './list-types.ts'
import { optionsOf } from './option.ts'
import { choice, truth } from './scalar-types.ts'
import type { ClusterSettings } from './settings.ts'
import { topicGroups } from './topic-groups.ts'

const option = optionsOf<ClusterSettings>()

/** Settings of the dead-letter topics of one cluster; paths are within `clusters[]`. */
export const DEAD_LETTERS = {
  dlqMatch: option({
    path: 'dlq.match',
    flag: 'dlq.match',
    type: choice(['auto', 'none']),
    fallback: 'auto',
    help: 'Which topics are dead-letter topics. `auto`: those whose name has one of the words `dlq`, `dlt`, `dead-letter`, `parking-lot`, in any usual spelling; retry topics are none. `none`: those of `dlq.include` alone.',
    get: ({ dlq }) => dlq.match,
  }),
  dlqInclude: option({
    path: 'dlq.include',
    flag: 'dlq.include',
    type: patterns,
    fallback: [],
    help: 'Further dead-letter topics: those that one of these patterns matches; on the command line unanchored.',
    get: ({ dlq }) => dlq.include,
  }),
  dlqExclude: option({
    path: 'dlq.exclude',
    flag: 'dlq.exclude',
    type: patterns,
    fallback: [],
    help: 'Topics that are no dead-letter topics, even where another setting says so; on the command line unanchored.',
    get: ({ dlq }) => dlq.exclude,
  }),
  dlqDrainedBy: option({
    path: 'dlq.drained_by',
    flag: 'dlq.drained-by',
    type: topicGroups,
    fallback: {},
    help: 'The consumer group that drains each dead-letter topic, by topic: what it has not read is `kafka_dlq_undrained`.',
    get: ({ dlq }) => dlq.drainedBy,
  }),
  dlqReadHeaders: option({
    path: 'dlq.read_headers',
    flag: 'dlq.read-headers',
    type: truth,
    fallback: true,
    help: 'Whether dead letters are read as they arrive, at most 1,000 a second of each topic, without a group, to tell by their headers where they come from and why. Needs READ on the topic.',
    get: ({ dlq }) => dlq.readHeaders,
  }),
}
