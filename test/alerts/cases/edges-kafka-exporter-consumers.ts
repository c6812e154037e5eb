import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const kafkaExporter = { set: 'kafka-exporter' } as const
const progress = { ...kafkaExporter, only: 'kafka-exporter-progress' } as const
const consumers = { ...kafkaExporter, only: 'kafka-exporter-consumers' } as const
const commits = { ...kafkaExporter, only: 'kafka-exporter-commits' } as const
const exactly = {
  'one scrape in ten missing': 'the last sample is another one then',
  'a pair of exporters': 'it says itself what each of a pair tells',
}
const of = (consumergroup: string, topic?: string): Labels => ({ consumergroup, ...(topic && { topic }) })

/** What each of two exporters says. */
const pair = (name: string, labels: Labels, a: Timeline, b: Timeline): readonly Series[] => [
  series(name, { ...labels, instance: 'a' }, a),
  series(name, { ...labels, instance: 'b' }, b),
]
const MEMBERS = 'kafka_consumergroup_members'
const COMMITTED = 'kafka_consumergroup_current_offset'
const LAG = 'kafka_consumergroup_lag'
const LAG_SUM = 'kafka_consumergroup_lag_sum'
const OLDEST = 'kafka_topic_partition_oldest_offset'

const on = (group: string, topic = 'orders', partition = '0') => ({ ...of(group, topic), partition })
/** Ten minutes without it. */
const gap = (before: Timeline, after: Timeline) => stages(before, ['20m', absent], ['30m', after])
/** One that does not commit, with so much to read. */
const idle = (group: string, lag: Timeline, committed = steady(100)) => [
  series(LAG, on(group), lag),
  series(COMMITTED, on(group), committed),
]
const stuck = (group: string, times: Omit<AlertCase['fires'][number], 'alert' | 'labels'>) => ({
  alert: 'KafkaConsumerPartitionStuck',
  labels: on(group),
  ...times,
})
/** While its last sample holds, then five minutes; again when it is back, while the one before the gap holds. */
const aroundTheGap = ['lag-vanishes', 'commits-vanish'].flatMap(group => [
  stuck(group, { notAt: '15m30s', at: '16m', stillAt: '27m30s', overAt: '28m' }),
  stuck(group, { notAt: '30m30s', at: '31m', stillAt: '42m30s', overAt: '43m' }),
])

/** Forward and back again, to where it was a quarter of an hour before. */
const BACK: AlertCase = {
  ...kafkaExporter,
  name: 'on offsets: KafkaConsumerPartitionStuck: a commit that came back to where it was has moved',
  until: '45m',
  series: idle(
    'back',
    steady(50),
    stages(growing(0.1), ['15m', steady(100)], ['20m', steady(105)], ['23m', steady(100)]),
  ),
  fires: [
    { alert: 'KafkaConsumerRewound', labels: of('back', 'orders'), at: '24m' },
    stuck('back', { notAt: '37m30s', at: '39m', stillAt: '45m' }),
  ],
  without: exactly,
}

const STUCK: AlertCase = {
  ...progress,
  name: 'on offsets: KafkaConsumerPartitionStuck: what the last lag and that of 15 minutes before decide',
  until: '54m',
  series: [
    ...idle(
      'lag-vanishes',
      gap(steady(5), stages(steady(5), ['10m', steady(0)])),
      stages(steady(100), ['40m', steady(105)]),
    ),
    ...idle('commits-vanish', steady(5), gap(steady(100), stages(steady(100), ['10m', steady(105)]))),
    ...idle('members-vanish', steady(5)),
    series(MEMBERS, of('members-vanish'), stages(steady(0), ['20m', absent])),
    // Of two exporters one is behind.
    ...pair(LAG, on('pair'), steady(2), steady(1)),
    ...pair(COMMITTED, on('pair'), steady(100), steady(99)),
    ...pair(MEMBERS, of('pair'), steady(3), steady(0)),
    ...idle('marker-first', stages(steady(1), ['30m', steady(2)])),
    // The end of the log is lost with its leader.
    ...idle('cut-off', stages(steady(5), ['10m', steady(1)])),
  ],
  fires: [
    ...aroundTheGap,
    stuck('members-vanish', { notAt: '23m30s', at: '24m' }),
    stuck('pair', { notAt: '15m30s', at: '16m' }),
    stuck('marker-first', { notAt: '45m30s', at: '46m' }),
  ],
  without: exactly,
}

const REPLACED: AlertCase = {
  ...progress,
  name: 'on offsets: KafkaConsumerPartitionStuck: through the replacement of the exporter',
  until: '50m',
  series: [
    // Each ten minutes, and so while the exporter is replaced.
    ...replaced('20m', steady(5), timeline => series(LAG, on('busy'), timeline)),
    ...replaced(
      '20m',
      stages(steady(100), ['10m', steady(200)]),
      timeline => series(COMMITTED, on('busy'), timeline),
      stages(steady(300), ['10m', steady(400)], ['20m', steady(500)]),
    ),
    ...replaced('20m', steady(5), timeline => series(LAG, on('still'), timeline)),
    ...replaced('20m', stages(steady(100), ['10m', steady(200)]), timeline =>
      series(COMMITTED, on('still'), timeline),
    ),
  ],
  fires: [stuck('still', { notAt: '25m30s', at: '26m', stillAt: '50m' })],
  without: exactly,
}

const missing = {
  alert: 'KafkaConsumerGroupMissing',
  notAt: '72m',
  at: '72m30s',
  stillAt: '6h34m',
  overAt: '6h34m30s',
}
const MISSING: AlertCase = {
  ...consumers,
  name: 'on offsets: KafkaConsumerGroupMissing: for six hours after its last member, which one exporter saw',
  until: '7h',
  scrape: 60,
  series: [
    series(MEMBERS, of('payments'), stages(steady(1), ['30m', steady(0)], ['1h', absent])),
    ...pair(
      MEMBERS,
      of('billing'),
      stages(steady(1), ['30m', steady(0)], ['1h', absent]),
      stages(steady(0), ['1h', absent]),
    ),
  ],
  fires: ['payments', 'billing'].map(group => ({ ...missing, labels: of(group) })),
  without: exactly,
}

const unread = (group: string, notAt: string, at: string) => ({
  alert: 'KafkaConsumerGroupWithoutConsumer',
  labels: of(group, 'orders'),
  notAt,
  at,
})
const from30m = (before: number, after: number) => stages(steady(before), ['30m', steady(after)])
const WITHOUT_CONSUMER: AlertCase = {
  ...consumers,
  name: 'on offsets: KafkaConsumerGroupWithoutConsumer: a backlog and nobody there, both for 15 minutes',
  until: '60m',
  series: [
    series(LAG_SUM, of('late', 'orders'), from30m(1, 2)),
    series(MEMBERS, of('late'), steady(0)),
    series(LAG_SUM, of('left', 'orders'), steady(100)),
    series(MEMBERS, of('left'), from30m(3, 0)),
    ...pair(LAG_SUM, of('pair', 'orders'), steady(2), steady(1)),
    series(MEMBERS, of('pair'), steady(0)),
    series(LAG_SUM, of('served', 'orders'), steady(100)),
    ...pair(MEMBERS, of('served'), steady(0), steady(1)),
    series(LAG_SUM, of('kafka-health-exporter.replay:orders:', 'orders'), steady(100)),
    series(MEMBERS, of('kafka-health-exporter.replay:orders:'), steady(0)),
  ],
  fires: [unread('late', '49m30s', '50m'), unread('left', '49m30s', '50m'), unread('pair', '4m30s', '5m')],
  without: exactly,
}

const REWOUND: AlertCase = {
  ...commits,
  name: 'on offsets: KafkaConsumerRewound: how often, over partitions and exporters; within 15 minutes of no commit',
  until: '70m',
  series: [
    ...pair(
      COMMITTED,
      on('payments'),
      stages(steady(100), ['19m45s', steady(90)], ['20m', steady(80)]),
      stages(steady(100), ['20m', steady(80)]),
    ),
    series(COMMITTED, on('payments', 'orders', '1'), stages(steady(100), ['20m', steady(80)])),
    series(COMMITTED, on('new'), stages(steady(-1), ['10m', steady(100)], ['40m', steady(50)])),
    series(COMMITTED, on('expired'), stages(steady(100), ['10m', steady(-1)], ['11m', steady(100)])),
    series(COMMITTED, on('idle'), steady(100)),
  ],
  fires: [
    {
      alert: 'KafkaConsumerRewound',
      labels: of('payments', 'orders'),
      notAt: '19m30s',
      at: '20m',
      stillAt: '39m30s',
      overAt: '40m',
      summary: 'payments went back on orders',
      description: '3 commits of payments on orders went back: what lies between is read a second time.',
    },
    {
      alert: 'KafkaConsumerRewound',
      labels: of('new', 'orders'),
      notAt: '39m30s',
      at: '40m',
      stillAt: '59m30s',
      overAt: '60m',
    },
  ],
  without: exactly,
}

const oldest = (topic: string, timeline: Timeline, partition = '0') =>
  series(OLDEST, { topic, partition }, timeline)
const deletedAt = (at: string, before: number, after: number) => stages(steady(before), [at, steady(after)])
const lost = (topic: string, times: Omit<AlertCase['fires'][number], 'alert' | 'labels'>) => ({
  alert: 'KafkaConsumerOffsetsLost',
  labels: of('payments', topic),
  ...times,
})
const LOST: AlertCase = {
  ...commits,
  name: 'on offsets: KafkaConsumerOffsetsLost: over partitions and exporters; what vanishes and what comes back',
  until: '110m',
  series: [
    // One is enough; who stands where the log begins has lost none.
    ...(['0', '1'] as const).flatMap((partition, i) => [
      oldest('orders', deletedAt('20m', 0, [1, 3][i] as number), partition),
      series(COMMITTED, on('payments', 'orders', partition), stages(steady(0), ['25m', absent])),
    ]),
    series(COMMITTED, on('billing', 'orders', '0'), steady(1)),
    // The position of a replay.
    series(COMMITTED, on('kafka-health-exporter.replay:orders:', 'orders', '0'), steady(0)),
    oldest('vanishes', stages(steady(0), ['40m', steady(700)], ['50m', absent])),
    series(COMMITTED, on('payments', 'vanishes'), steady(500)),
    // Deleted while nothing was scraped: the last sample before tells for an hour, and as long as a loss is told.
    oldest('gap', stages(steady(0), ['20m', absent], ['90m', steady(700)])),
    series(COMMITTED, on('payments', 'gap'), steady(500)),
    ...pair(
      OLDEST,
      { topic: 'pair', partition: '0' },
      deletedAt('30m', 500, 700),
      deletedAt('22m', 500, 700),
    ),
    series(COMMITTED, on('payments', 'pair'), steady(500)),
    oldest('behind', deletedAt('20m', 0, 450)),
    ...pair(COMMITTED, on('payments', 'behind'), steady(500), steady(400)),
  ],
  fires: [
    lost('orders', {
      notAt: '20m30s',
      at: '21m',
      stillAt: '32m30s',
      overAt: '33m',
      summary: 'payments has lost records of orders',
      description: '4 offsets of orders were deleted before payments had committed them.',
    }),
    lost('pair', { notAt: '22m30s', at: '23m', stillAt: '41m30s', overAt: '42m' }),
    lost('gap', { notAt: '90m30s', at: '91m', stillAt: '99m30s', overAt: '100m' }),
    lost('vanishes', { notAt: '40m30s', at: '41m', stillAt: '57m30s', overAt: '58m' }),
  ],
  without: exactly,
}

export const KAFKA_EXPORTER_CONSUMER_EDGES: readonly AlertCase[] = [
  STUCK,
  BACK,
  REPLACED,
  MISSING,
  WITHOUT_CONSUMER,
  REWOUND,
  LOST,
]
