import { type AlertCase, type Labels, series } from '../promtool/alert-case.ts'
import { absent, stages, steady } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const ordersDb = { dependency: 'orders-db', kind: 'postgres' }

interface Held {
  readonly alert: string
  readonly set?: AlertCase['set']
  /** What is wrong, by the metrics that say so: how they are and how they should be. */
  readonly wrong: readonly (readonly [name: string, labels: Labels, bad: number, good: number])[]
  /** What is there all the time. */
  readonly beside?: readonly (readonly [name: string, labels: Labels, value: number])[]
  readonly labels: Labels
  readonly for: number
  readonly keep: number
  /** What else fires. */
  readonly also?: AlertCase['fires']
  /** Which of two exporters counts where they differ. */
  readonly counts: 'wrong' | 'right'
}

const HELD: readonly Held[] = [
  {
    alert: 'KafkaClusterUnreachable',
    wrong: [['kafka_up', {}, 0, 1]],
    labels: {},
    for: 2,
    keep: 10,
    counts: 'right',
    also: [{ alert: 'KafkaHealthExporterClusterUnobserved', labels: {}, at: '38m' }],
  },
  {
    alert: 'KafkaBrokerDown',
    wrong: [['kafka_broker_up', { id: '2' }, 0, 1]],
    labels: { id: '2' },
    for: 5,
    keep: 5,
    counts: 'right',
  },
  {
    alert: 'KafkaTopicMissing',
    wrong: [['kafka_topic_up', { topic: 'orders' }, 0, 1]],
    labels: { topic: 'orders' },
    for: 5,
    keep: 5,
    counts: 'right',
  },
  {
    alert: 'KafkaTopicPartitionOffline',
    wrong: [['kafka_topic_up', { topic: 'orders' }, 0, 1]],
    beside: [['kafka_topic_partitions', { topic: 'orders' }, 6]],
    labels: { topic: 'orders' },
    for: 5,
    keep: 2,
    counts: 'right',
  },
  {
    alert: 'KafkaConsumerGroupMissing',
    wrong: [['kafka_consumergroup_exists', payments, 0, 1]],
    labels: payments,
    for: 5,
    keep: 5,
    counts: 'right',
  },
  {
    alert: 'KafkaConsumerGroupUnreadable',
    wrong: [['kafka_consumergroup_up', payments, 0, 1]],
    labels: payments,
    for: 10,
    keep: 2,
    counts: 'right',
  },
  {
    alert: 'KafkaDependencyDown',
    wrong: [['kafka_health_dependency_up', ordersDb, 0, 1]],
    labels: ordersDb,
    for: 2,
    keep: 5,
    counts: 'right',
  },
  {
    alert: 'KafkaConsumerCommitBeyondEnd',
    wrong: [['kafka_consumergroup_commits_beyond_end', onOrders, 2, 0]],
    labels: onOrders,
    for: 5,
    keep: 5,
    counts: 'wrong',
  },
  {
    alert: 'KafkaConsumerLagOverObjective',
    wrong: [
      ['kafka_consumergroup_lag_seconds_max', payments, 31, 0],
      ['kafka_consumergroup_objective_lag_seconds', payments, 30, 30],
    ],
    labels: payments,
    for: 10,
    keep: 5,
    counts: 'wrong',
    also: [
      { alert: 'KafkaConsumerLagBudgetBurnFast', labels: payments, at: '21m' },
      { alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, at: '37m' },
    ],
  },
  {
    alert: 'KafkaConsumerLagHigh',
    wrong: [['kafka_consumergroup_lag_sum', onOrders, 200_000, 0]],
    labels: payments,
    for: 15,
    keep: 5,
    counts: 'wrong',
  },
  {
    alert: 'KafkaConsumerGroupUnproven',
    wrong: [['kafka_consumergroup_kept_up_seconds', payments, 600, 90_000]],
    labels: payments,
    for: 5,
    keep: 5,
    counts: 'right',
  },
  {
    alert: 'KafkaConsumerRetentionLow',
    wrong: [
      ['kafka_consumergroup_retention_headroom_seconds', { ...onOrders, partition: '0' }, 20_000, 60_000],
      ['kafka_consumergroup_lag_seconds', { ...onOrders, partition: '0' }, 66_400, 26_400],
    ],
    labels: onOrders,
    for: 5,
    keep: 5,
    counts: 'wrong',
  },
  {
    alert: 'KafkaConsumerLossImminent',
    wrong: [
      ['kafka_consumergroup_retention_headroom_seconds', { ...onOrders, partition: '0' }, 6_000, 60_000],
      ['kafka_consumergroup_lag_seconds', { ...onOrders, partition: '0' }, 80_400, 26_400],
    ],
    labels: onOrders,
    for: 1,
    keep: 10,
    counts: 'wrong',
    also: [{ alert: 'KafkaConsumerRetentionLow', labels: onOrders, at: '16m' }],
  },
  {
    set: 'kafka-exporter',
    alert: 'KafkaTopicPartitionOffline',
    wrong: [['kafka_topic_partition_leader', { topic: 'orders', partition: '0' }, -1, 1]],
    labels: { topic: 'orders' },
    for: 5,
    keep: 5,
    counts: 'right',
  },
  {
    set: 'kafka-exporter',
    alert: 'KafkaConsumerLagHigh',
    wrong: [['kafka_consumergroup_lag_sum', onOrders, 200_000, 0]],
    labels: payments,
    for: 15,
    keep: 5,
    counts: 'wrong',
  },
]

const constant = ({ beside = [] }: Held) =>
  beside.map(([name, labels, value]) => series(name, labels, steady(value)))
const title = ({ set, alert }: Held) => (set === undefined ? alert : `on kafka_exporter: ${alert}`)

/**
 * Scraped once a minute, of which one scrape is missing, what is wrong is told in time; when its series vanish it is
 * held for three minutes, then for as long as the alert says, and no longer.
 */
const vanished = (held: Held): AlertCase => ({
  name: `${title(held)}: a scrape is missed while it is wrong, and in the end its series vanish`,
  ...(held.set && { set: held.set }),
  until: '50m',
  scrape: 60,
  series: [
    ...constant(held),
    ...held.wrong.map(([name, labels, bad, good]) =>
      series(
        name,
        labels,
        stages(steady(good), ['10m', steady(bad)], ['11m', absent], ['12m', steady(bad)], ['30m', absent]),
      ),
    ),
  ],
  slack: '2m',
  fires: [
    {
      alert: held.alert,
      labels: held.labels,
      notAt: `${10 + held.for - 1}m30s`,
      at: `${10 + held.for}m`,
      stillAt: `${30 + held.keep + 2}m`,
      overAt: `${30 + held.keep + 3}m`,
    },
    ...(held.also ?? []),
  ],
})

/** Of a pair of which one finds it wrong and the other does not, one counts. */
const disputed = (held: Held): AlertCase => ({
  name: `${title(held)}: one of two exporters finds it wrong, the other does not`,
  ...(held.set && { set: held.set }),
  until: '40m',
  series: [
    ...constant(held),
    ...held.wrong.flatMap(([name, labels, bad, good]) => [
      series(name, { instance: 'a', ...labels }, steady(good)),
      series(name, { instance: 'b', ...labels }, steady(bad)),
    ]),
  ],
  ...(held.counts === 'wrong'
    ? {
        fires: [
          { alert: held.alert, labels: held.labels, at: `${held.for}m` },
          ...(held.also ?? []).map(f => ({ ...f, at: '38m' })),
        ],
      }
    : { fires: [], silent: [held.alert] }),
  slack: '2m',
  without: { 'a pair of exporters': 'it is of one' },
})

const cases = (set: AlertCase['set']) =>
  HELD.filter(held => held.set === set).flatMap(held => [vanished(held), disputed(held)])

export const VANISHED: readonly AlertCase[] = cases(undefined)
export const KAFKA_EXPORTER_VANISHED: readonly AlertCase[] = cases('kafka-exporter')
