import { type AlertCase, series } from '../promtool/alert-case.ts'
import { absent, growing, sawtooth, stages, steady, type Timeline } from '../promtool/timeline.ts'

const onAudit = { consumergroup: 'archive', topic: 'audit' }
const headroom = (timeline: Timeline, partition = '0') =>
  series('kafka_consumergroup_retention_headroom_seconds', { ...onAudit, partition }, timeline)
const lag = (timeline: Timeline, partition = '0') =>
  series('kafka_consumergroup_lag_seconds', { ...onAudit, partition }, timeline)

/** A partition of a topic that keeps records for so long, whose consumer is so far behind. */
const behind = (retention: number, lagSeconds: Timeline, partition = '0') => [
  lag(lagSeconds, partition),
  headroom(t => Math.max(0, retention - (lagSeconds(t) ?? 0)), partition),
]
const day = 86_400
/** Another group on the topic that keeps an hour. */
const of = (consumergroup: string, lagSeconds: Timeline) =>
  behind(3600, lagSeconds).map(one => ({ ...one, labels: { ...one.labels, consumergroup } }))

export const CONSUMER_LOSS: readonly AlertCase[] = [
  {
    name: 'retention: a consumer that stopped, on a topic that keeps an hour, from first to last',
    until: '90m',
    series: [
      ...behind(3600, stages(growing(1), ['70m', steady(0)])),
      ...behind(3600, steady(1), '1'),
      series(
        'kafka_consumergroup_lost_offsets_total',
        onAudit,
        stages(steady(0), ['60m', growing(1)], ['70m', steady(600)]),
      ),
    ],
    fires: [
      // 30 % of an hour are 18 minutes: at 42 minutes, and 5 more.
      {
        alert: 'KafkaConsumerRetentionLow',
        labels: onAudit,
        notAt: '46m',
        at: '48m',
        stillAt: '74m',
        overAt: '79m',
        summary: 'Retention comes closer to what archive has not read of audit',
        description:
          'The oldest record of audit that archive has not committed has 20% of its retention left.',
      },
      // 15 % are 9 minutes.
      {
        alert: 'KafkaConsumerLossImminent',
        labels: onAudit,
        notAt: '52m',
        at: '53m',
        stillAt: '79m',
        overAt: '84m',
        summary: 'Retention is about to delete what archive has not read of audit',
        description:
          'The oldest record of audit that archive has not committed has 11.67% of its retention left. What is deleted unread is lost.',
      },
      { alert: 'KafkaConsumerOffsetsLost', labels: onAudit, notAt: '60m', at: '60m30s', stillAt: '89m' },
    ],
  },
  {
    name: 'KafkaConsumerOffsetsLost: for its window and 5 minutes; a new exporter begins at 0',
    until: '60m',
    series: [
      series(
        'kafka_consumergroup_lost_offsets_total',
        onAudit,
        stages(steady(1000), ['5m', absent], ['6m', steady(0)], ['20m', steady(12)]),
      ),
    ],
    fires: [
      {
        alert: 'KafkaConsumerOffsetsLost',
        labels: onAudit,
        notAt: '19m30s',
        at: '20m',
        stillAt: '39m30s',
        overAt: '41m',
        summary: 'archive has lost records of audit',
        description: 'About 12 offsets of audit were deleted before archive had committed them.',
      },
    ],
    slack: '90s',
  },
  {
    name: 'KafkaConsumerOffsetsLost: while the exporter was down for 40 minutes, and nothing while another was',
    until: '2h',
    series: [
      series(
        'kafka_consumergroup_lost_offsets_total',
        onAudit,
        stages(steady(100), ['20m', absent], ['1h', steady(600)]),
      ),
      series(
        'kafka_consumergroup_lost_offsets_total',
        { ...onAudit, consumergroup: 'billing' },
        stages(steady(100), ['20m', absent], ['1h', steady(100)]),
      ),
    ],
    fires: [
      {
        alert: 'KafkaConsumerOffsetsLost',
        labels: onAudit,
        notAt: '59m30s',
        at: '1h',
        stillAt: '1h19m',
        overAt: '1h21m',
        summary: 'archive has lost records of audit',
        description: 'About 500 offsets of audit were deleted before archive had committed them.',
      },
    ],
    slack: '90s',
  },
  {
    name: 'KafkaConsumerOffsetsLost: losses of long ago',
    until: '30m',
    series: [series('kafka_consumergroup_lost_offsets_total', onAudit, steady(93_036))],
    fires: [],
    silent: ['KafkaConsumerOffsetsLost'],
  },
  {
    name: 'KafkaConsumerLossImminent: a long retention is told when less than four hours are left',
    until: '30m',
    series: behind(7 * day, growing(1, 7 * day - 14_400 - 600)),
    fires: [
      { alert: 'KafkaConsumerRetentionLow', labels: onAudit, at: '6m' },
      { alert: 'KafkaConsumerLossImminent', labels: onAudit, notAt: '11m', at: '12m' },
    ],
  },
  {
    name: 'retention: on both sides of both shares, a second apart',
    until: '30m',
    series: [
      ...behind(3600, steady(2519)),
      ...of('low', steady(2521)),
      ...of('not-yet', steady(3059)),
      ...of('imminent', steady(3061)),
    ],
    fires: [
      ...['low', 'not-yet', 'imminent'].map(consumergroup => ({
        alert: 'KafkaConsumerRetentionLow',
        labels: { consumergroup, topic: 'audit' },
        at: '6m',
      })),
      { alert: 'KafkaConsumerLossImminent', labels: { consumergroup: 'imminent', topic: 'audit' }, at: '2m' },
    ],
  },
  {
    name: 'KafkaConsumerLossImminent: little of a long retention, but hours',
    until: '30m',
    series: behind(7 * day, steady(6.2 * day)),
    fires: [{ alert: 'KafkaConsumerRetentionLow', labels: onAudit, at: '6m' }],
    silent: ['KafkaConsumerLossImminent'],
  },
  {
    name: 'retention: healthy consumers of a topic that keeps a minute, and an hour with jobs of half of it',
    until: '3h',
    series: [
      ...behind(60, t => t % 5),
      ...behind(3600, sawtooth('30m'), '1'),
      ...behind(3600, steady(0), '2'),
    ],
    fires: [],
    silent: ['KafkaConsumerRetentionLow', 'KafkaConsumerLossImminent'],
  },
  {
    name: 'KafkaConsumerRetentionLow: a job that comes close each time, but for less than five minutes',
    until: '3h',
    series: behind(3600, t => (t % 2700 < 2600 ? t % 2700 : 0)),
    fires: [],
    silent: ['KafkaConsumerRetentionLow', 'KafkaConsumerLossImminent'],
  },
  {
    name: 'retention: short ones, consumers that commit every half minute, every ten minutes, and a moment too late once',
    until: '2h',
    series: [
      ...behind(60, sawtooth('30s')),
      ...behind(60, stages(steady(1), ['30m', steady(55)], ['30m45s', steady(1)]), '1'),
      ...behind(3600, t => 120 + (t % 600), '2'),
      ...behind(300, sawtooth('2m'), '3'),
    ],
    fires: [],
    silent: ['KafkaConsumerRetentionLow', 'KafkaConsumerLossImminent'],
  },
  {
    name: 'retention: of several topics the one that is near, which ends when no loss is in sight any more',
    until: '60m',
    series: [
      lag(stages(steady(3200), ['20m', steady(0)])),
      headroom(stages(steady(400), ['20m', absent])),
      ...behind(7200, steady(3200)).map(one => ({ ...one, labels: { ...one.labels, topic: 'orders' } })),
      // No lag in time is known: there is nothing to compare with.
      ...[headroom(steady(10))].map(one => ({ ...one, labels: { ...one.labels, topic: 'refunds' } })),
    ],
    fires: [
      {
        alert: 'KafkaConsumerRetentionLow',
        labels: onAudit,
        notAt: '4m30s',
        at: '6m',
        stillAt: '24m',
        overAt: '26m',
      },
      { alert: 'KafkaConsumerLossImminent', labels: onAudit, at: '2m', stillAt: '29m', overAt: '31m' },
    ],
  },
  {
    name: 'retention: what may be deleted any moment, with nothing left',
    until: '20m',
    series: behind(3600, stages(steady(0), ['5m', steady(4000)])),
    fires: [
      {
        alert: 'KafkaConsumerLossImminent',
        labels: onAudit,
        notAt: '5m30s',
        at: '7m',
        summary: 'Retention is about to delete what archive has not read of audit',
        description:
          'The oldest record of audit that archive has not committed has 0% of its retention left. What is deleted unread is lost.',
      },
      { alert: 'KafkaConsumerRetentionLow', labels: onAudit, notAt: '9m30s', at: '11m' },
    ],
  },
]
