import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const of = (name: string, labels: Labels) => (timeline: Timeline) => series(name, labels, timeline)
const exists = of('kafka_consumergroup_exists', payments)
const readable = of('kafka_consumergroup_up', payments)
const beyond = of('kafka_consumergroup_commits_beyond_end', onOrders)
const lag = of('kafka_consumergroup_lag_seconds_max', payments)
const objective = of('kafka_consumergroup_objective_lag_seconds', payments)
const stuck = of('kafka_consumergroup_partition_unhealthy_seconds', {
  ...onOrders,
  partition: '0',
  state: 'stalled',
})
const rebalances = of('kafka_consumergroup_rebalances_total', payments)
const rewinds = of('kafka_consumergroup_rewinds_total', onOrders)
const lost = of('kafka_consumergroup_lost_offsets_total', onOrders)
const NAMED = { 'a pair of exporters': 'the case names its exporters' }

const REPLACED: readonly AlertCase[] = [
  {
    name: 'an exporter that is replaced while alerts wait: they come when they would have, and stay',
    until: '50m',
    series: [
      ...replaced('12m', stages(steady(1), ['10m', steady(0)]), exists),
      ...replaced('12m', stages(steady(1), ['10m', steady(0)]), readable),
      ...replaced('12m', stages(steady(0), ['10m', steady(1)]), beyond),
      ...replaced('30m', stages(absent, ['10m', growing(1, 300)]), stuck),
    ],
    fires: [
      {
        alert: 'KafkaConsumerGroupMissing',
        // Of the old exporter what it last said is held for three minutes, and here that is the same.
        labels: payments,
        notAt: '14m30s',
        at: '15m',
        stillAt: '50m',
      },
      { alert: 'KafkaConsumerCommitBeyondEnd', labels: onOrders, notAt: '14m30s', at: '15m', stillAt: '50m' },
      { alert: 'KafkaConsumerGroupUnreadable', labels: payments, notAt: '19m30s', at: '20m', stillAt: '50m' },
      {
        alert: 'KafkaConsumerPartitionStuck',
        labels: { ...onOrders, partition: '0', state: 'stalled' },
        notAt: '9m30s',
        at: '10m',
        stillAt: '50m',
      },
    ],
    without: NAMED,
  },
  {
    name: 'an exporter that is replaced while a group is over its objective',
    until: '40m',
    only: 'kafka-consumer-lag',
    series: [
      ...replaced('14m', stages(steady(2), ['10m', steady(45)]), lag),
      ...replaced('14m', steady(30), objective),
    ],
    fires: [
      {
        alert: 'KafkaConsumerLagOverObjective',
        labels: payments,
        notAt: '19m30s',
        at: '20m',
        stillAt: '40m',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnFast',
        labels: payments,
        notAt: '18m30s',
        at: '19m',
        stillAt: '40m',
      },
      { alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, notAt: '35m', at: '36m', stillAt: '40m' },
    ],
    without: NAMED,
  },
  {
    name: 'an exporter that is replaced by one that has lost its state: what it counts begins again',
    until: '2h',
    scrape: 30,
    series: [
      ...replaced('20m', steady(93), rewinds, steady(0)),
      ...replaced('20m', steady(1_000_000), lost, steady(0)),
      ...replaced('20m', steady(500), rebalances, steady(0)),
    ],
    fires: [],
    silent: ['KafkaConsumerRewound', 'KafkaConsumerOffsetsLost', 'KafkaConsumerRebalanceStorm'],
    without: NAMED,
  },
  {
    name: 'an exporter that is replaced in a storm of rebalances, and counts again from 0: one firing',
    until: '100m',
    series: replaced(
      '75m',
      t => Math.floor(t / 30),
      rebalances,
      t => Math.floor(t / 30),
    ),
    fires: [
      {
        alert: 'KafkaConsumerRebalanceStorm',
        labels: payments,
        notAt: '34m',
        at: '37m',
        stillAt: '100m',
      },
    ],
    slack: '2m',
    without: NAMED,
  },
]

/** The same series in two clusters that have names and in one that has none. */
const inClusters = (name: string, labels: Labels, timelines: readonly Timeline[]): readonly Series[] =>
  [{ kafka_cluster: 'east' }, { kafka_cluster: 'west' }, {}].map((cluster, i) =>
    series(name, { ...cluster, ...labels }, timelines[i] as Timeline),
  )

const CLUSTERS: readonly AlertCase[] = [
  {
    name: 'three clusters, one without a name, with groups of one name: each alert is about its own',
    until: '50m',
    series: [
      ...inClusters('kafka_up', {}, [steady(1), steady(1), steady(1)]),
      ...inClusters('kafka_consumergroup_lag_seconds_max', payments, [steady(45), steady(45), steady(45)]),
      ...inClusters('kafka_consumergroup_objective_lag_seconds', payments, [
        steady(60),
        stages(steady(60), ['10m', steady(44)]),
        steady(60),
      ]),
      ...inClusters('kafka_consumergroup_exists', payments, [steady(1), steady(1), steady(0)]),
      ...inClusters('kafka_consumergroup_retention_headroom_seconds', { ...onOrders, partition: '0' }, [
        steady(150),
        steady(150),
        steady(150),
      ]),
      ...inClusters('kafka_consumergroup_lag_seconds', { ...onOrders, partition: '0' }, [
        steady(1000),
        steady(45),
        steady(45),
      ]),
    ],
    fires: [
      { alert: 'KafkaConsumerGroupMissing', labels: payments, notAt: '4m30s', at: '5m', stillAt: '50m' },
      {
        alert: 'KafkaConsumerLagOverObjective',
        labels: { kafka_cluster: 'west', ...payments },
        notAt: '19m30s',
        at: '20m',
        summary: 'payments is further behind than its objective allows in west',
        description:
          'The oldest record that payments has not committed is 45s old: more than its objective allows, and not just for a moment.',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnFast',
        labels: { kafka_cluster: 'west', ...payments },
        notAt: '18m',
        at: '20m',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnSlow',
        labels: { kafka_cluster: 'west', ...payments },
        notAt: '34m',
        at: '36m',
      },
      { alert: 'KafkaConsumerRetentionLow', labels: { kafka_cluster: 'east', ...onOrders }, at: '7m' },
      {
        alert: 'KafkaConsumerLossImminent',
        labels: { kafka_cluster: 'east', ...onOrders },
        at: '3m',
      },
    ],
  },
  {
    name: 'a group that cannot be read, of a cluster that can be, beside one that cannot',
    until: '30m',
    series: [
      ...inClusters('kafka_up', {}, [steady(0), steady(1), steady(1)]),
      ...inClusters('kafka_consumergroup_up', payments, [steady(0), steady(0), steady(1)]),
    ],
    fires: [
      { alert: 'KafkaClusterUnreachable', labels: { kafka_cluster: 'east' }, at: '3m' },
      {
        alert: 'KafkaConsumerGroupUnreadable',
        labels: { kafka_cluster: 'west', ...payments },
        notAt: '9m30s',
        at: '10m',
      },
    ],
  },
]

/** All series of a group, withdrawn for some time: no poll ended for longer than readings are kept. */
const withdrawn =
  (timeline: Timeline): Timeline =>
  t =>
    t >= 720 && t < 1080 ? null : timeline(t)

const WITHDRAWN: readonly AlertCase[] = [
  {
    name: 'polls that do not end for six minutes: what waited begins to wait anew, what fired ends and comes back',
    until: '50m',
    series: [
      exists(withdrawn(stages(steady(1), ['10m', steady(0)]))),
      stuck(withdrawn(stages(absent, ['5m', growing(1, 300)]))),
    ],
    fires: [
      { alert: 'KafkaConsumerGroupMissing', labels: payments, notAt: '22m', at: '23m', stillAt: '50m' },
      {
        alert: 'KafkaConsumerPartitionStuck',
        labels: { ...onOrders, partition: '0', state: 'stalled' },
        notAt: '4m30s',
        at: '5m',
        stillAt: '16m',
        overAt: '17m30s',
      },
    ],
    // It comes back at 18 minutes: the end at 17 and a half is looked at alone.
    without: {
      'one scrape in ten missing': 'the gap is as long as what holds over it',
      'a pair of exporters': 'the same',
    },
  },
  {
    name: 'polls that do not end for six minutes: counters that go on raise nothing',
    until: '60m',
    series: [
      rewinds(withdrawn(steady(4))),
      lost(withdrawn(steady(4))),
      rebalances(withdrawn(t => Math.floor(t / 600))),
    ],
    fires: [],
    silent: ['KafkaConsumerRewound', 'KafkaConsumerOffsetsLost', 'KafkaConsumerRebalanceStorm'],
  },
]

const HEALTHY: readonly AlertCase[] = [
  {
    name: 'a deploy of twenty minutes with four rebalances a minute',
    until: '90m',
    series: [rebalances(t => Math.floor(Math.min(Math.max(0, t - 600), 1200) / 15))],
    fires: [],
    silent: ['KafkaConsumerRebalanceStorm'],
  },
  {
    name: 'a group that just appears, reads from the beginning and works a million off in fourteen minutes',
    until: '60m',
    series: [
      of(
        'kafka_consumergroup_lag_sum',
        onOrders,
      )(stages(absent, ['10m', t => Math.max(0, 1_000_000 - 1100 * t)])),
      lag(stages(absent, ['10m', t => Math.max(0, 80_000 - 90 * t)])),
      of('kafka_consumergroup_members', payments)(stages(absent, ['10m', steady(3)])),
      exists(stages(steady(0), ['4m', steady(1)])),
      rewinds(stages(absent, ['10m', steady(0)])),
      lost(stages(absent, ['10m', steady(0)])),
      rebalances(stages(absent, ['10m', t => Math.min(4, Math.floor(t / 15))])),
    ],
    fires: [],
    silent: ['KafkaConsumerLagHigh', 'KafkaConsumerGroupMissing', 'KafkaConsumerFallingBehind'],
  },
  {
    name: 'an expected group that is there and not there, never for five minutes',
    until: '60m',
    series: [exists(t => (t % 360 < 120 ? 1 : 0))],
    fires: [],
    silent: ['KafkaConsumerGroupMissing'],
  },
  {
    name: 'an expected group that is missing and comes back for moments: one firing',
    until: '60m',
    series: [exists(stages(steady(0), ['10m', t => (t % 600 < 60 ? 1 : 0)], ['40m', steady(1)]))],
    fires: [
      {
        alert: 'KafkaConsumerGroupMissing',
        labels: payments,
        notAt: '4m30s',
        at: '5m',
        stillAt: '43m',
        overAt: '46m',
      },
    ],
  },
]

/** What happens around groups: to the exporter, in other clusters, at polls, at deploys. */
export const CONSUMER_RESTARTS: readonly AlertCase[] = [...REPLACED, ...CLUSTERS, ...WITHDRAWN, ...HEALTHY]
