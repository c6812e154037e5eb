import { type AlertCase, type Series, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, growing, sawtooth, stages, steady, type Timeline } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const lag = (timeline: Timeline) => series('kafka_consumergroup_lag_seconds_max', payments, timeline)
const members = (timeline: Timeline) => series('kafka_consumergroup_members', payments, timeline)
const stalled = (count: number) =>
  series('kafka_consumergroup_partitions', { ...onOrders, state: 'stalled' }, steady(count))

/** A group that moves, seen by what falling behind is told from. */
const moving = (timeline: Timeline): readonly Series[] => [lag(timeline), members(steady(3)), stalled(0)]

export const CONSUMER_FALLING_BEHIND: readonly AlertCase[] = [
  {
    name: 'KafkaConsumerFallingBehind: a slow leak, from when it is seen over two hours',
    until: '5h',
    only: 'kafka-consumer-lag',
    series: moving(t => 100 + 0.02 * t),
    fires: [
      {
        alert: 'KafkaConsumerFallingBehind',
        labels: payments,
        notAt: '1h20m',
        at: '1h22m',
        stillAt: '5h',
        summary: 'payments is falling behind',
        description:
          'payments moves, but its lag has grown by 0.020 seconds a second: it works off less than is written.',
      },
    ],
    slack: '3m',
  },
  {
    name: 'KafkaConsumerFallingBehind: it ends when it has caught up',
    until: '4h',
    only: 'kafka-consumer-lag',
    series: moving(stages(t => 100 + 0.05 * t, ['3h', steady(10)])),
    fires: [
      { alert: 'KafkaConsumerFallingBehind', labels: payments, at: '2h', stillAt: '3h14m', overAt: '3h17m' },
    ],
    slack: '2m',
  },
  {
    name: 'KafkaConsumerFallingBehind: a committer of every ten minutes that works off less than is written',
    until: '5h',
    only: 'kafka-consumer-lag',
    series: moving(stages(sawtooth('10m'), ['1h', t => 100 + 0.1 * t + (t % 600)])),
    fires: [
      { alert: 'KafkaConsumerFallingBehind', labels: payments, notAt: '3h5m', at: '3h7m', stillAt: '5h' },
    ],
    slack: '4m',
  },
  {
    name: 'KafkaConsumerFallingBehind: an exporter that is replaced meanwhile',
    until: '4h',
    only: 'kafka-consumer-lag',
    series: [...replaced('2h', t => 100 + 0.05 * t, lag), members(steady(3)), stalled(0)],
    fires: [
      { alert: 'KafkaConsumerFallingBehind', labels: payments, notAt: '1h20m', at: '1h22m', stillAt: '4h' },
    ],
    without: { 'a pair of exporters': 'the case names its exporters' },
    slack: '3m',
  },
  ...(
    [
      ['lag that grows less than the slope', moving(t => 300 + 0.0099 * t)],
      ['a constant lag', moving(steady(600))],
      ['a job that commits every ten minutes', moving(sawtooth('10m'))],
      ['a job of every hour', moving(sawtooth('1h'))],
      ['a job of every hour that takes five minutes', moving(t => 300 + (t % 3600))],
      [
        'a job of every hour that takes four minutes, or five, or six',
        moving(t => 240 + 60 * ((2 * Math.floor(t / 3600)) % 3) + (t % 3600)),
      ],
      ['a job of every half hour that takes two minutes', moving(t => 120 + (t % 1800))],
      ['a committer of every ten minutes that is minutes behind', moving(t => 200 + (t % 600))],
      ['lag of a few seconds more in the evening', moving(stages(steady(70), ['2h', steady(85)]))],
      ['lag that was below the floor within the window', moving(t => (t % 5400 < 60 ? 59 : 300 + 0.05 * t))],
      ['a backlog while scaled to zero', [lag(growing(1)), members(steady(0)), stalled(0)]],
      [
        'a stuck partition, which has an alert of its own',
        [lag(growing(1, 100)), members(steady(3)), stalled(1)],
      ],
      ['a group that is not an hour old', moving(stages(absent, ['3h10m', growing(0.5, 100)]))],
      ['a backlog that is worked off', moving(t => Math.max(61, 20_000 - t))],
    ] as const
  ).map(
    ([what, all]): AlertCase => ({
      name: `KafkaConsumerFallingBehind: ${what}`,
      until: '4h',
      only: 'kafka-consumer-lag',
      scrape: 30,
      series: all,
      fires: [],
      silent: ['KafkaConsumerFallingBehind'],
    }),
  ),
  {
    name: 'KafkaConsumerFallingBehind: one of two exporters cannot see what lags',
    until: '3h',
    only: 'kafka-consumer-lag',
    series: [
      { ...lag(t => 100 + 0.05 * t), labels: { ...payments, instance: 'a' } },
      { ...lag(steady(80)), labels: { ...payments, instance: 'b' } },
      members(steady(3)),
      stalled(0),
    ],
    fires: [{ alert: 'KafkaConsumerFallingBehind', labels: payments, at: '2h', stillAt: '3h' }],
    without: { 'a pair of exporters': 'it says itself what each of a pair tells' },
  },
]
