import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { absent, stages, steady, type Timeline } from '../promtool/timeline.ts'

const ofOne = { 'a pair of exporters': 'it says itself what each of a pair tells' }
const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const billing = { consumergroup: 'billing', topic: 'orders' }

const pair = (name: string, labels: Labels, a: Timeline, b: Timeline): readonly Series[] => [
  series(name, { instance: 'a', ...labels }, a),
  series(name, { instance: 'b', ...labels }, b),
]

/** One of two metrics that are compared vanishes, while the other stays. */
const alone = (
  alert: string,
  labels: Labels,
  keep: number,
  vanishes: Series,
  stays: readonly Series[],
  also: AlertCase['fires'],
): AlertCase => ({
  name: `${alert}: it is over three minutes after ${vanishes.name} alone has vanished`,
  until: '60m',
  series: [{ ...vanishes, timeline: t => (t < 1800 ? vanishes.timeline(t) : null) }, ...stays],
  // The last sample is that of 29 minutes and three quarters.
  fires: [{ alert, labels, at: '29m', stillAt: `${32 + keep}m30s`, overAt: `${33 + keep}m30s` }, ...also],
  without: { ...ofOne, 'one scrape in ten missing': 'the last sample is another one then' },
})

const lag = (seconds: number) => series('kafka_consumergroup_lag_seconds_max', payments, steady(seconds))
const objective = (seconds: number) =>
  series('kafka_consumergroup_objective_lag_seconds', payments, steady(seconds))
const messages = series('kafka_consumergroup_lag_sum', onOrders, steady(200_000))
/** Three minutes for which the last sample holds, two of the short window, five in which it keeps firing. */
const burns: AlertCase['fires'] = [
  {
    alert: 'KafkaConsumerLagBudgetBurnFast',
    labels: payments,
    at: '34m',
    stillAt: '39m30s',
    overAt: '40m30s',
  },
  { alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, at: '34m' },
]

export const LAG_EDGES: readonly AlertCase[] = [
  alone('KafkaConsumerLagOverObjective', payments, 5, lag(31), [objective(30)], burns),
  alone('KafkaConsumerLagOverObjective', payments, 5, objective(30), [lag(31)], burns),
  {
    name: 'KafkaConsumerLagOverObjective: of two objectives, while they are changed, the wider counts',
    until: '40m',
    series: [lag(35), ...pair('kafka_consumergroup_objective_lag_seconds', payments, steady(30), steady(40))],
    fires: [],
    silent: ['KafkaConsumerLagOverObjective', 'KafkaConsumerLagBudgetBurnFast'],
    without: ofOne,
  },
  {
    name: 'KafkaConsumerLagHigh: of two lags in time the longer counts',
    until: '30m',
    series: [messages, ...pair('kafka_consumergroup_lag_seconds_max', payments, steady(10), steady(90))],
    fires: [{ alert: 'KafkaConsumerLagHigh', labels: payments, notAt: '14m30s', at: '15m' }],
    without: ofOne,
  },
  {
    name: 'KafkaConsumerLagHigh: a lag in time that is known no longer',
    until: '60m',
    series: [
      messages,
      series('kafka_consumergroup_lag_seconds_max', payments, stages(steady(10), ['20m', absent])),
    ],
    fires: [{ alert: 'KafkaConsumerLagHigh', labels: payments, notAt: '37m30s', at: '38m' }],
    without: { ...ofOne, 'one scrape in ten missing': 'the last sample is another one then' },
  },
]

const on = (
  name: 'retention_headroom' | 'lag',
  seconds: number,
  labels: Labels = onOrders,
  partition = '0',
) => series(`kafka_consumergroup_${name}_seconds`, { ...labels, partition }, steady(seconds))

export const LOSS_EDGES: readonly AlertCase[] = [
  alone('KafkaConsumerRetentionLow', onOrders, 5, on('retention_headroom', 20_000), [on('lag', 66_400)], []),
  alone('KafkaConsumerRetentionLow', onOrders, 5, on('lag', 66_400), [on('retention_headroom', 20_000)], []),
  ...[
    [on('retention_headroom', 6_000), on('lag', 80_400)] as const,
    [on('lag', 80_400), on('retention_headroom', 6_000)] as const,
  ].map(([vanishes, stays]) =>
    alone(
      'KafkaConsumerLossImminent',
      onOrders,
      10,
      vanishes,
      [stays],
      [{ alert: 'KafkaConsumerRetentionLow', labels: onOrders, at: '29m' }],
    ),
  ),
  {
    name: 'retention: of two partitions the one with less of it counts',
    until: '20m',
    series: [
      on('retention_headroom', 1_000),
      on('lag', 9_000),
      on('retention_headroom', 500, onOrders, '1'),
      on('lag', 9_500, onOrders, '1'),
    ],
    fires: [
      {
        alert: 'KafkaConsumerRetentionLow',
        labels: onOrders,
        at: '6m',
        summary: 'Retention comes closer to what payments has not read of orders',
        description:
          'The oldest record of orders that payments has not committed has 5% of its retention left.',
      },
      {
        alert: 'KafkaConsumerLossImminent',
        labels: onOrders,
        at: '2m',
        summary: 'Retention is about to delete what payments has not read of orders',
        description:
          'The oldest record of orders that payments has not committed has 5% of its retention left. What is deleted unread is lost.',
      },
    ],
  },
  {
    name: 'KafkaConsumerRetentionLow: exactly the share that is enough',
    until: '20m',
    series: [on('retention_headroom', 0.3), on('lag', 0.7)],
    fires: [],
    silent: ['KafkaConsumerRetentionLow', 'KafkaConsumerLossImminent'],
  },
  {
    name: 'KafkaConsumerLossImminent: exactly the share, or the time, that is enough',
    until: '20m',
    series: [
      on('retention_headroom', 0.15),
      on('lag', 0.85),
      on('retention_headroom', 14_400, billing),
      on('lag', 100_000, billing),
    ],
    fires: [onOrders, billing].map(labels => ({ alert: 'KafkaConsumerRetentionLow', labels, at: '6m' })),
    silent: ['KafkaConsumerLossImminent'],
  },
]
