import { CELL_STATES } from '../../model/snapshot.ts'
import type { GroupDetail, GroupTopic, MemberDetail, ShareTopic } from '../api/group-detail.ts'
import type { GroupHealth } from '../api/group-health.ts'
import type { GroupSummary, ObjectiveView } from '../api/group-summary.ts'
import type { PartitionLag, PartitionOwner, WorstPartition } from '../api/partition-lag.ts'
import type { GroupsAnswer } from '../api-routes.ts'
import {
  count,
  instant,
  listOf,
  object,
  oneOf,
  orNull,
  ref,
  type Schema,
  seconds,
  text,
  truth,
  whole,
} from './schema.ts'

const state = oneOf(CELL_STATES)
const states = object<Record<(typeof CELL_STATES)[number], number>>(
  Object.fromEntries(CELL_STATES.map(each => [each, count])) as Record<(typeof CELL_STATES)[number], Schema>,
  'How many partitions are in each state.',
)

const ofSummary: { readonly [Field in keyof GroupSummary]: Schema } = {
  cluster: orNull(text),
  group: text,
  kind: oneOf(['classic', 'consumer', 'share', 'streams', 'unknown']),
  state: orNull(text),
  protocolType: orNull(text),
  protocol: orNull(text),
  coordinator: orNull(whole),
  configured: truth,
  up: truth,
  exists: truth,
  members: orNull(count),
  topics: count,
  partitions: count,
  partitionsBehind: count,
  partitionsBeyondEnd: orNull(count),
  lagSum: orNull(count),
  lagMax: orNull(count),
  oldestAdvanceAgeSeconds: orNull(seconds),
  lagSecondsMax: orNull(seconds),
  partitionsUntimed: count,
  sicknessSeconds: orNull(seconds),
  worstState: orNull(state),
  partitionsBad: count,
  worst: orNull(ref('WorstPartition')),
  headroomSeconds: orNull(seconds),
  lossNear: truth,
  objective: orNull(ref('Objective')),
  keptUpSeconds: orNull(seconds),
  summary: text,
  rebalances: count,
  lastReadAt: orNull(instant),
  failure: orNull(ref('Failure')),
}

const ofPartition: { readonly [Field in keyof PartitionLag]: Schema } = {
  partition: count,
  committedOffset: orNull(count),
  logStartOffset: orNull(count),
  endOffset: orNull(count),
  lag: orNull(count),
  advanceAgeSeconds: orNull(seconds),
  lastAdvanceAt: orNull(instant),
  state: orNull(state),
  reason: orNull(text),
  lagSeconds: orNull(seconds),
  lagSecondsUncertainty: orNull(seconds),
  headTimestamp: orNull(instant),
  stalledSeconds: orNull(seconds),
  thresholdSeconds: orNull(seconds),
  conditionSeconds: orNull(seconds),
  headroomSeconds: orNull(seconds),
  timeToLossSeconds: orNull(seconds),
  rewound: truth,
  holes: truth,
  readable: truth,
  owner: orNull(ref('Owner')),
  flags: listOf(oneOf(['beyondEnd', 'rewound'])),
  readAt: orNull(instant),
}

/** Answers about consumer groups. */
export const GROUP_SCHEMAS: Readonly<Record<string, Schema>> = {
  Groups: object<GroupsAnswer>({
    total: count,
    groups: listOf(ref('GroupSummary')),
    missing: listOf(ref('MissingItem')),
    unavailable: listOf(ref('UnavailableCluster')),
  }),
  GroupSummary: object<GroupSummary>(ofSummary, 'One group, as lists show it.'),
  Group: object<GroupDetail>(
    {
      ...ofSummary,
      takenAt: orNull(instant),
      words: listOf(text),
      memberList: orNull(listOf(ref('Member'))),
      topicList: listOf(ref('GroupTopic')),
      shareTopics: orNull(listOf(ref('ShareTopic'))),
      truncated: truth,
    },
    'Everything that is known of one group.',
  ),
  Objective: object<ObjectiveView>({
    lagSeconds: orNull(seconds),
    stalledAfterSeconds: seconds,
    stalledAfterMaxSeconds: seconds,
    clock: oneOf(['record', 'seen']),
    isolation: oneOf(['auto', 'read_committed', 'read_uncommitted']),
  }),
  Member: object<MemberDetail>({ memberId: text, clientId: text, host: text, partitions: count }),
  Owner: object<PartitionOwner>({ memberId: text, clientId: text, host: text }),
  GroupTopic: object<GroupTopic>({
    topic: text,
    committedOffsetSum: orNull(count),
    lagSum: orNull(count),
    partitionsBeyondEnd: orNull(count),
    rewinds: orNull(count),
    states,
    catchUpSeconds: orNull(seconds),
    fallingBehind: orNull(truth),
    lostOffsets: orNull(count),
    partitions: listOf(ref('Partition')),
  }),
  Partition: object<PartitionLag>(ofPartition, 'One partition of one group.'),
  WorstPartition: object<WorstPartition>(
    { ...ofPartition, topic: text },
    'The worst partition of a group by its state, then by how long that has lasted.',
  ),
  ShareTopic: object<ShareTopic>({
    topic: text,
    partitions: listOf(
      object<ShareTopic['partitions'][number]>({
        partition: count,
        startOffset: orNull(count),
        lag: orNull(count),
      }),
    ),
  }),
  Health: object<GroupHealth>(
    {
      cluster: orNull(text),
      group: text,
      status: oneOf(['healthy', 'unhealthy', 'unknown']),
      takenAt: orNull(instant),
      states: orNull(states),
      words: listOf(text),
    },
    'Whether work may go on, for autoscalers and gates.',
  ),
}
