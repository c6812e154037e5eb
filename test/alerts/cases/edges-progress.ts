import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { absent, stages, steady, type Timeline } from '../promtool/timeline.ts'

const ofOne = { 'a pair of exporters': 'it says itself what each of a pair tells' }
const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const billing = { consumergroup: 'billing', topic: 'orders' }

/** What each of two exporters says. */
const pair = (name: string, labels: Labels, a: Timeline, b: Timeline): readonly Series[] => [
  series(name, { instance: 'a', ...labels }, a),
  series(name, { instance: 'b', ...labels }, b),
]

const states: readonly AlertCase[] = (
  [
    ['KafkaConsumerPartitionStuck', 'stalled', { partition: '0' }],
    ['KafkaConsumerGroupWithoutConsumer', 'no_consumer', {}],
    ['KafkaConsumerNeverCommits', 'never_committed', {}],
    ['KafkaHungTransaction', 'hung_transaction', {}],
  ] as const
).map(([alert, state, labels]) => {
  const clock = (of: Labels, a: number, b: number) =>
    pair(
      'kafka_consumergroup_partition_unhealthy_seconds',
      { ...of, partition: '0', state },
      steady(a),
      steady(b),
    )
  return {
    name: `${alert}: a clock that stands at 0, and one that only one exporter has begun`,
    until: '10m',
    series: [...clock(onOrders, 0, 1), ...clock(billing, 0, 0)],
    fires: [{ alert, labels: { ...onOrders, ...labels, state }, at: '0s' }],
    without: ofOne,
  }
})

/** Counters of what is told for its window. */
const counted = (alert: string, only: string, counter: string): readonly AlertCase[] => [
  {
    only,
    name: `${alert}: one more is enough, and one of two exporters that has seen it`,
    until: '30m',
    series: pair(counter, onOrders, stages(steady(4), ['10m', steady(5)]), steady(4)),
    fires: [{ alert, labels: onOrders, notAt: '9m30s', at: '10m', stillAt: '29m' }],
    without: ofOne,
  },
  {
    name: `${alert}: one more while nobody was there for 40 minutes; the second exporter has begun anew`,
    until: '2h',
    only,
    scrape: 30,
    series: [
      ...pair(
        counter,
        onOrders,
        stages(steady(100), ['20m', absent], ['1h', steady(101)]),
        stages(steady(60), ['20m', absent], ['1h', steady(0)]),
      ),
      ...pair(
        counter,
        billing,
        stages(steady(100), ['20m', absent], ['1h', steady(100)]),
        stages(steady(60), ['20m', absent], ['1h', steady(0)]),
      ),
    ],
    fires: [{ alert, labels: onOrders, notAt: '59m30s', at: '1h', stillAt: '1h19m', overAt: '1h21m' }],
    slack: '90s',
    without: ofOne,
  },
  {
    name: `${alert}: nobody was there for two hours, what was before is of another time`,
    until: '4h',
    only,
    scrape: 60,
    series: [series(counter, onOrders, stages(steady(100), ['30m', absent], ['150m', steady(600)]))],
    fires: [],
    silent: [alert],
  },
  {
    name: `${alert}: what was told before a gap is not told again after it`,
    until: '2h',
    only,
    scrape: 30,
    series: [
      series(
        counter,
        onOrders,
        stages(steady(100), ['30m', steady(101)], ['40m', absent], ['1h', steady(101)]),
      ),
    ],
    fires: [{ alert, labels: onOrders, notAt: '29m30s', at: '30m', stillAt: '39m', overAt: '60m' }],
    slack: '90s',
  },
  {
    name: `${alert}: one of two exporters comes back after hours, and has counted more`,
    until: '3h',
    only,
    scrape: 30,
    series: pair(counter, onOrders, steady(3), stages(absent, ['2h', steady(5)])),
    fires: [],
    silent: [alert],
    without: ofOne,
  },
]

/** Who cannot be reached has one alert; when its last word is three minutes old, the others are told again. */
const unreachable = (
  alert: string,
  labels: Labels,
  wait: number,
  wrong: readonly Series[],
): readonly AlertCase[] => [
  {
    name: `${alert}: while the cluster cannot be reached, and when that is no longer known`,
    until: '60m',
    series: [series('kafka_up', {}, stages(steady(0), ['20m', absent])), ...wrong],
    fires: [
      { alert: 'KafkaClusterUnreachable', labels: {}, at: '2m' },
      { alert: 'KafkaHealthExporterClusterUnobserved', labels: {}, at: '28m' },
      // 3 minutes after 19 and three quarters.
      { alert, labels, notAt: `${22 + wait}m30s`, at: `${23 + wait}m` },
    ],
    without: { ...ofOne, 'one scrape in ten missing': 'the last word is another one then' },
  },
  {
    name: `${alert}: one of two exporters reaches the cluster`,
    until: '40m',
    series: [...pair('kafka_up', {}, steady(0), steady(1)), ...wrong],
    fires: [{ alert, labels, at: `${wait}m`, notAt: `${wait - 1}m` }],
    slack: '2m',
    without: ofOne,
  },
]

export const PROGRESS_EDGES: readonly AlertCase[] = [
  ...states,
  ...counted('KafkaConsumerRewound', 'kafka-consumer-progress', 'kafka_consumergroup_rewinds_total'),
  ...counted('KafkaConsumerOffsetsLost', 'kafka-consumer-loss', 'kafka_consumergroup_lost_offsets_total'),
  ...unreachable('KafkaConsumerGroupUnreadable', payments, 10, [
    series('kafka_consumergroup_up', payments, steady(0)),
  ]),
  {
    name: 'KafkaConsumerTopicAbandoned: for 5 minutes after it is over; the longer of two clocks counts',
    until: '40m',
    series: pair(
      'kafka_consumergroup_partition_unhealthy_seconds',
      { ...onOrders, partition: '0', state: 'abandoned' },
      stages(steady(900), ['10m', steady(901)], ['20m', absent]),
      stages(steady(60), ['20m', absent]),
    ),
    fires: [
      {
        alert: 'KafkaConsumerTopicAbandoned',
        labels: { ...onOrders, state: 'abandoned' },
        notAt: '9m30s',
        at: '10m',
        stillAt: '24m30s',
        overAt: '26m',
      },
    ],
    without: ofOne,
  },
  {
    name: 'KafkaConsumerRebalanceStorm: four in ten minutes, as one of two exporters has seen',
    until: '90m',
    only: 'kafka-consumer-progress',
    series: pair('kafka_consumergroup_rebalances_total', payments, t => Math.floor(t / 150), steady(0)),
    fires: [
      { alert: 'KafkaConsumerRebalanceStorm', labels: payments, notAt: '55m', at: '70m', stillAt: '90m' },
    ],
    slack: '5m',
    without: ofOne,
  },
  {
    name: 'KafkaConsumerRebalanceStorm: ten in thirty minutes, and bursts of which two in ten are left',
    until: '150m',
    only: 'kafka-consumer-progress',
    series: [
      series('kafka_consumergroup_rebalances_total', payments, t => Math.floor(t / 180)),
      series('kafka_consumergroup_rebalances_total', { consumergroup: 'billing' }, t => {
        const burst = (at: number) => (t > at ? 12 : 0)
        return Math.floor(t / 300) + burst(3600) + burst(5100)
      }),
    ],
    fires: [],
    silent: ['KafkaConsumerRebalanceStorm'],
    without: {
      'one scrape in ten missing': 'which scrapes are there decides on the edge',
      'a pair of exporters': 'the same',
    },
  },
]
