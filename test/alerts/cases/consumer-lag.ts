import { type AlertCase, series } from '../promtool/alert-case.ts'
import { growing, sawtooth, stages, steady, type Timeline } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const lag = (timeline: Timeline) => series('kafka_consumergroup_lag_seconds_max', payments, timeline)
const objective = (seconds: number) =>
  series('kafka_consumergroup_objective_lag_seconds', payments, steady(seconds))
const messages = (timeline: Timeline, topic = 'orders') =>
  series('kafka_consumergroup_lag_sum', { ...payments, topic }, timeline)

const OVER = 'consumergroup:kafka_consumergroup_lag_over_objective:bool'

const OBJECTIVES: readonly AlertCase[] = [
  {
    name: 'KafkaConsumerLagOverObjective: after 10 minutes over it, and the burn of its budget',
    until: '80m',
    series: [lag(stages(steady(30), ['30m', steady(31)], ['50m', steady(0)])), objective(30)],
    fires: [
      {
        alert: 'KafkaConsumerLagOverObjective',
        labels: payments,
        notAt: '39m30s',
        at: '40m',
        stillAt: '54m30s',
        overAt: '56m',
        summary: 'payments is further behind than its objective allows',
        description:
          'The oldest record that payments has not committed is 31s old: more than its objective allows, and not just for a moment.',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnFast',
        labels: payments,
        notAt: '36m',
        at: '39m30s',
        stillAt: '56m',
        overAt: '58m',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnSlow',
        labels: payments,
        notAt: '54m',
        at: '56m',
        stillAt: '79m',
      },
    ],
    slack: '2m',
    records: [
      { at: '30m', record: OVER, samples: [[payments, 1]] },
      { at: '29m30s', record: OVER, samples: [[payments, 0]] },
    ],
  },
  {
    name: 'KafkaConsumerLagBudgetBurn: their texts, and that the slow one ends',
    until: '14h',
    only: 'kafka-consumer-lag',
    scrape: 60,
    series: [lag(stages(steady(0), ['6h', steady(60)], ['6h20m', steady(0)])), objective(30)],
    fires: [
      {
        alert: 'KafkaConsumerLagOverObjective',
        labels: payments,
        notAt: '6h9m',
        at: '6h10m',
        overAt: '6h27m',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnFast',
        labels: payments,
        notAt: '6h8m30s',
        at: '6h10m',
        stillAt: '6h26m',
        overAt: '6h28m',
        summary: 'payments misses its lag objective too often',
        description:
          'payments was over its lag objective for 17.5% of the last 1 h, at least 14.4 times what its service level allows.',
      },
      {
        alert: 'KafkaConsumerLagBudgetBurnSlow',
        labels: payments,
        notAt: '6h25m',
        at: '6h27m30s',
        // Two evaluations of the last half hour are enough: those of 6h19m and half a minute later.
        stillAt: '6h53m30s',
        overAt: '6h54m30s',
        summary: 'payments misses its lag objective too often',
        description:
          'payments was over its lag objective for 5.556% of the last 6 h, at least 6 times what its service level allows.',
      },
    ],
    slack: '2m',
  },
  {
    name: 'lag objectives: deploys that are over it for half a minute now and then, and a group without one',
    until: '7h',
    only: 'kafka-consumer-lag',
    series: [
      lag(t => (t % 3600 < 30 ? 45 : 2)),
      objective(30),
      series('kafka_consumergroup_lag_seconds_max', { consumergroup: 'reports' }, sawtooth('1h')),
    ],
    fires: [],
    silent: [
      'KafkaConsumerLagOverObjective',
      'KafkaConsumerLagBudgetBurnFast',
      'KafkaConsumerLagBudgetBurnSlow',
    ],
  },
  {
    name: 'KafkaConsumerLagBudgetBurn: a tenth of the time, never long enough for a threshold',
    until: '5h',
    only: 'kafka-consumer-lag',
    series: [lag(t => (t % 1200 < 120 ? 45 : 2)), objective(30)],
    // A tenth of the time is twenty times what is allowed.
    fires: [
      { alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, notAt: '1h54m', at: '2h', stillAt: '5h' },
    ],
    // Two minutes at a time are nothing to be woken for.
    silent: ['KafkaConsumerLagBudgetBurnFast'],
    without: {
      'one scrape in ten missing': 'the share of a short window depends on which scrapes are missing',
      'a pair of exporters': 'the same',
    },
  },
]

const MESSAGES: readonly AlertCase[] = [
  {
    name: 'KafkaConsumerLagHigh: over all topics, after 15 minutes',
    until: '60m',
    series: [
      messages(stages(steady(60_000), ['10m', steady(60_001)], ['40m', steady(60_000)])),
      messages(steady(40_000), 'refunds'),
      lag(steady(600)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerLagHigh',
        labels: payments,
        notAt: '24m30s',
        at: '25m',
        stillAt: '44m30s',
        overAt: '46m',
        summary: 'payments is many messages behind',
        description: 'payments has 100001 messages to go.',
      },
    ],
  },
  {
    name: 'KafkaConsumerLagHigh: where nobody knows how old they are',
    until: '30m',
    series: [messages(steady(200_000))],
    fires: [{ alert: 'KafkaConsumerLagHigh', labels: payments, notAt: '14m30s', at: '15m' }],
  },
  {
    name: 'KafkaConsumerLagHigh: at the edge of its age',
    until: '30m',
    series: [messages(steady(200_000)), lag(steady(60))],
    fires: [{ alert: 'KafkaConsumerLagHigh', labels: payments, at: '15m' }],
  },
  {
    name: 'KafkaConsumerLagHigh: a busy group that is a second behind',
    until: '60m',
    series: [messages(steady(500_000)), lag(steady(59))],
    fires: [],
    silent: ['KafkaConsumerLagHigh'],
  },
  {
    name: 'KafkaConsumerLagHigh: a healthy lag of 20,000, a limit chosen higher, a burst of ten minutes',
    until: '60m',
    series: [
      messages(stages(steady(20_000), ['10m', steady(900_000)], ['20m', steady(20_000)])),
      lag(steady(400)),
    ],
    fires: [],
    silent: ['KafkaConsumerLagHigh'],
  },
  {
    name: 'KafkaConsumerGroupUnproven: until the day is full',
    until: '30m',
    series: [
      series('kafka_consumergroup_kept_up_seconds', payments, t => 86_400 - 900 + t),
      series('kafka_consumergroup_kept_up_seconds', { consumergroup: 'billing' }, steady(86_400)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerGroupUnproven',
        labels: payments,
        notAt: '4m30s',
        at: '5m',
        stillAt: '19m30s',
        overAt: '21m',
        summary: 'payments has not yet kept up for a day',
        description:
          'payments has met its lag objective for 23h 50m 0s of traffic. Before a day of it nobody should rely on the group.',
      },
    ],
  },
  {
    name: 'KafkaConsumerGroupUnproven: a group that has, and one without an objective',
    until: '30m',
    series: [series('kafka_consumergroup_kept_up_seconds', payments, growing(1, 90_000)), lag(steady(0))],
    fires: [],
    silent: ['KafkaConsumerGroupUnproven'],
  },
]

export const CONSUMER_LAG: readonly AlertCase[] = [...OBJECTIVES, ...MESSAGES]
