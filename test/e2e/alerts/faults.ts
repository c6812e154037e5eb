import { waitUntil } from '../../harness/wait-until.ts'
import { parseExposition, valueIn } from '../exposition-text.ts'
import { fetchText } from '../watched-exporter.ts'
import type { AlertWorld } from './alert-world.ts'
import type { ExpectedAlert } from './expected-alert.ts'
import { PROFILE } from './profile.ts'

const HOUR = 3_600_000
const SLOW = 1
/** Enough for as long as it has to last, and less than too much. */
const BACKLOG = PROFILE.name === 'full' ? 6_000 : 600

/** Something that is broken, what has to be told of it, and how it is mended. */
export interface Fault {
  readonly what: string
  readonly expected: readonly ExpectedAlert[]
  /** Broken when all others are. */
  readonly isLast?: true
  breakIt(world: AlertWorld): Promise<unknown>
  mendIt(world: AlertWorld): Promise<unknown>
}

/** Consumers that stand, have gone, or do what they should not. */
export const CONSUMER_FAULTS: readonly Fault[] = [
  {
    what: 'a consumer is wedged on one partition of six',
    expected: [
      {
        alert: 'KafkaConsumerPartitionStuck',
        severity: 'critical',
        about: { consumergroup: 'fulfilment', topic: 'orders', partition: '3', state: 'stalled' },
        summary: 'fulfilment is stuck on orders/3 in shop',
        description:
          'fulfilment has work on orders/3 and has not advanced for <duration>: longer than it ever takes there.',
      },
    ],
    breakIt: ({ lab }) => steerFulfilment(lab, [['orders', 3]]),
    mendIt: ({ lab }) => steerFulfilment(lab, []),
  },
  {
    what: 'a group with a backlog is killed',
    expected: [
      {
        alert: 'KafkaConsumerGroupWithoutConsumer',
        severity: 'warning',
        about: { consumergroup: 'reports', topic: 'shipments', state: 'no_consumer' },
        summary: 'reports has a backlog on shipments and no consumer in shop',
        description:
          'Nobody has worked on the backlog of reports on shipments for <duration>: the group has no members.',
      },
    ],
    breakIt: ({ lab }) => lab.leave('reports-1'),
    mendIt: ({ lab }) =>
      lab.join({ member: 'reports-1', kind: 'classic', group: 'reports', topics: ['shipments'] }),
  },
  {
    what: 'an expected group is deleted',
    expected: [
      {
        alert: 'KafkaConsumerGroupMissing',
        severity: 'critical',
        about: { consumergroup: 'nightly' },
        summary: 'Consumer group nightly is missing in shop',
        description:
          'nightly is expected by the configuration, and its coordinator does not know it: it was never started, was deleted, or its commits have expired.',
      },
    ],
    breakIt: ({ lab }) => lab.deleteGroups(['nightly']),
    mendIt: ({ lab }) =>
      patiently(() => lab.commitOffsets([{ group: 'nightly', offsets: [['idle', 0, 5]] }])),
  },
  {
    what: 'a group is set back',
    expected: [
      {
        alert: 'KafkaConsumerRewound',
        severity: 'warning',
        about: { consumergroup: 'replayed', topic: 'replay' },
        summary: 'replayed went back on replay in shop',
        description:
          'About <count:1> commits of replayed on replay went back: what lies between is read a second time.',
      },
    ],
    async breakIt(world) {
      const { lab } = world
      await lab.leave('replayed-1')
      await lab.commitOffsets([{ group: 'replayed', offsets: [['replay', 0, 10]] }])
      await published(world, 'kafka_consumergroup_rewinds_total', 'replayed', 1)
      await lab.join({ member: 'replayed-1', kind: 'classic', group: 'replayed', topics: ['replay'] })
    },
    // It has gone on by itself.
    mendIt: async () => {},
  },
  {
    what: 'a consumer never commits',
    expected: [
      {
        alert: 'KafkaConsumerNeverCommits',
        severity: 'warning',
        about: { consumergroup: 'rogue', topic: 'orders', state: 'never_committed' },
        summary: 'rogue reads orders and never commits in shop',
        description:
          'orders has been assigned to members of rogue and has held data for <duration>, without a first commit: a restart begins anew, or skips what was not read.',
      },
    ],
    breakIt: ({ lab }) =>
      lab.join({
        ...{ member: 'rogue-1', kind: 'classic', group: 'rogue', topics: ['orders'] },
        commitEverySeconds: 86_400,
      }),
    mendIt: ({ lab }) => lab.steer('rogue-1', { commitEverySeconds: 0 }),
  },
  {
    what: 'a group no longer subscribes to a topic',
    expected: [
      {
        alert: 'KafkaConsumerTopicAbandoned',
        severity: 'warning',
        about: { consumergroup: 'moved', topic: 'old', state: 'abandoned' },
        summary: 'moved no longer reads old in shop',
        description:
          'moved has commits on old, but for <duration> none of its members has read it. If that is meant, delete its offsets there.',
      },
    ],
    breakIt: ({ lab }) => resubscribe(lab, ['idle']),
    mendIt: ({ lab }) => resubscribe(lab, ['idle', 'old']),
  },
  {
    what: 'a group commits beyond the end',
    expected: [
      {
        alert: 'KafkaConsumerCommitBeyondEnd',
        severity: 'warning',
        about: { consumergroup: 'beyond', topic: 'beyond' },
        summary: 'beyond has committed beyond the end of beyond in shop',
        description:
          'On 1 partitions of beyond the commit of beyond lies beyond the end: the log was truncated or made anew, or the commit is wrong.',
      },
    ],
    breakIt: ({ lab }) => lab.commitOffsets([{ group: 'beyond', offsets: [['beyond', 0, 50]] }]),
    mendIt: ({ lab }) => lab.produce([{ topic: 'beyond', count: 45 }]),
  },
]

/** What retention takes, or is about to. */
export const RETENTION_FAULTS: readonly Fault[] = [
  {
    what: 'a group is slow with records of which a quarter of the retention is left',
    expected: [
      {
        alert: 'KafkaConsumerRetentionLow',
        severity: 'warning',
        about: { consumergroup: 'counting', topic: 'clicks' },
        summary: 'Retention comes closer to what counting has not read of clicks in shop',
        description:
          'The oldest record of clicks that counting has not committed has <share> of its retention left.',
      },
    ],
    breakIt: world => backlog(world, 'counting-1', 'clicks', 18 * HOUR),
    mendIt: ({ lab }) => lab.steer('counting-1', { recordsPerSecond: 0 }),
  },
  {
    what: 'a group is slow with records of which two hours of the retention are left',
    expected: [
      {
        alert: 'KafkaConsumerLossImminent',
        severity: 'critical',
        about: { consumergroup: 'viewing', topic: 'views' },
        summary: 'Retention is about to delete what viewing has not read of views in shop',
        description:
          'The oldest record of views that viewing has not committed has <share> of its retention left. What is deleted unread is lost.',
      },
      {
        alert: 'KafkaConsumerRetentionLow',
        severity: 'warning',
        about: { consumergroup: 'viewing', topic: 'views' },
        summary: 'Retention comes closer to what viewing has not read of views in shop',
        description:
          'The oldest record of views that viewing has not committed has <share> of its retention left.',
        fate: 'inhibited',
      },
    ],
    breakIt: world => backlog(world, 'viewing-1', 'views', 22 * HOUR),
    mendIt: ({ lab }) => lab.steer('viewing-1', { recordsPerSecond: 0 }),
  },
  {
    what: 'retention passes a group that was away',
    expected: [
      {
        alert: 'KafkaConsumerOffsetsLost',
        severity: 'critical',
        about: { consumergroup: 'archive', topic: 'audit' },
        summary: 'archive has lost records of audit in shop',
        description: 'About <count:40> offsets of audit were deleted before archive had committed them.',
      },
    ],
    async breakIt(world) {
      const { lab } = world
      await lab.leave('archive-1')
      await lab.produce([{ topic: 'audit', count: 40, timestamp: Date.now() - 10 * HOUR }])
      await lab.configure('audit', { 'retention.ms': `${5 * HOUR}` })
      await published(world, 'kafka_consumergroup_lost_offsets_total', 'archive', 40)
      await lab.join({ member: 'archive-1', kind: 'classic', group: 'archive', topics: ['audit'] })
    },
    // It has gone on by itself, behind what is lost.
    mendIt: ({ lab }) => lab.produce([{ topic: 'audit', count: 3 }]),
  },
]

/** A broker may just have gone. */
export function patiently(work: () => Promise<unknown>): Promise<unknown> {
  return waitUntil('the cluster does as asked', async () => {
    await work()
    return true
  })
}

/** Old records at once, for a consumer that takes its time. */
async function backlog({ lab }: AlertWorld, member: string, topic: string, ageMs: number): Promise<void> {
  await lab.steer(member, { recordsPerSecond: SLOW })
  await lab.produce([{ topic, count: BACKLOG, timestamp: Date.now() - ageMs }])
}

async function steerFulfilment(lab: AlertWorld['lab'], wedged: [string, number][]): Promise<void> {
  for (const member of ['fulfilment-1', 'fulfilment-2']) await lab.steer(member, { wedged })
}

async function resubscribe(lab: AlertWorld['lab'], topics: string[]): Promise<void> {
  await lab.leave('moved-1')
  await lab.join({ member: 'moved-1', kind: 'classic', group: 'moved', topics })
}

/** Until a poll has seen it: what comes and goes between two polls is not told. */
async function published(
  { exporter }: AlertWorld,
  name: string,
  consumergroup: string,
  least: number,
): Promise<void> {
  await waitUntil(`${name} of ${consumergroup}`, async () => {
    const { body } = await fetchText(`${exporter.url}/metrics`)
    return (valueIn(parseExposition(body).samples, name, { consumergroup }) ?? 0) >= least
  })
}
