import { type AlertCase, series } from '../promtool/alert-case.ts'
import { stages, steady, type Timeline } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const lag = (timeline: Timeline) => series('kafka_consumergroup_lag_seconds_max', payments, timeline)
const objective = (seconds: number) =>
  series('kafka_consumergroup_objective_lag_seconds', payments, steady(seconds))

/** Lag over the objective for some time from ten minutes on. */
const spell = (until: string) => lag(stages(steady(2), ['10m', steady(45)], [until, steady(2)]))

const SPELLS: readonly AlertCase[] = [
  {
    name: 'KafkaConsumerLagBudgetBurnFast: a deploy of six minutes and a half',
    until: '90m',
    only: 'kafka-consumer-lag',
    series: [spell('16m30s'), objective(30)],
    fires: [],
    silent: ['KafkaConsumerLagOverObjective', 'KafkaConsumerLagBudgetBurnFast'],
  },
  {
    name: 'KafkaConsumerLagBudgetBurnFast: ten minutes, of which no other alert tells',
    until: '90m',
    only: 'kafka-consumer-lag',
    series: [spell('19m45s'), objective(30)],
    fires: [
      {
        alert: 'KafkaConsumerLagBudgetBurnFast',
        labels: payments,
        notAt: '18m',
        at: '19m30s',
        stillAt: '25m',
        overAt: '28m',
      },
    ],
    silent: ['KafkaConsumerLagOverObjective', 'KafkaConsumerLagBudgetBurnSlow'],
    without: {
      'one scrape in ten missing': 'where its end is missed it lasts for longer',
      'a pair of exporters': 'the same',
    },
  },
  {
    name: 'KafkaConsumerLagBudgetBurnFast: over it every other moment, which is never for ten minutes',
    until: '60m',
    only: 'kafka-consumer-lag',
    series: [lag(stages(steady(2), ['10m', t => (t % 60 < 30 ? 45 : 2)])), objective(30)],
    fires: [
      { alert: 'KafkaConsumerLagBudgetBurnFast', labels: payments, notAt: '22m30s', at: '23m' },
      { alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, notAt: '45m30s', at: '46m' },
    ],
    silent: ['KafkaConsumerLagOverObjective'],
    without: {
      'one scrape in ten missing': 'held over a scrape that is missed it is over for longer',
      'a pair of exporters': 'what either sees counts, and together they see it all the time',
    },
  },
]

/** Over the objective at one evaluation of every `period` seconds, within these hours. */
const nowAndThen = (period: number, ...spells: readonly (readonly [from: number, to: number])[]) =>
  lag(t => (t % period < 30 && spells.some(([from, to]) => t >= from * 3600 && t < to * 3600) ? 45 : 2))
const oneEvaluation = {
  'one scrape in ten missing': 'an evaluation that is missed is one less, or one more',
  'a pair of exporters': 'what either sees counts',
}

/** What the long windows add up, one evaluation after the other. */
const WINDOWS: readonly AlertCase[] = [
  {
    name: 'KafkaConsumerLagBudgetBurnFast: one evaluation in five, from the ninth on',
    until: '90m',
    only: 'kafka-consumer-lag',
    series: [nowAndThen(150, [0.25, 2]), objective(30)],
    fires: [
      // The ninth is that of 35 minutes.
      {
        alert: 'KafkaConsumerLagBudgetBurnFast',
        labels: payments,
        notAt: '39m30s',
        at: '40m',
        stillAt: '90m',
      },
      { alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, at: '90m' },
    ],
    without: oneEvaluation,
  },
  {
    name: 'KafkaConsumerLagBudgetBurnFast: eight evaluations of every hour',
    until: '5h',
    only: 'kafka-consumer-lag',
    series: [lag(t => (t % 3660 < 240 ? 45 : 2)), objective(30)],
    fires: [{ alert: 'KafkaConsumerLagBudgetBurnSlow', labels: payments, notAt: '2h19m', at: '2h19m30s' }],
    silent: ['KafkaConsumerLagBudgetBurnFast'],
    without: oneEvaluation,
  },
  {
    name: 'KafkaConsumerLagBudgetBurnSlow: one evaluation in twenty, from the 22nd on',
    until: '6h',
    only: 'kafka-consumer-lag',
    series: [nowAndThen(600, [1, 7]), objective(30)],
    // The 22nd is that of 4 h 30 min.
    fires: [
      {
        alert: 'KafkaConsumerLagBudgetBurnSlow',
        labels: payments,
        notAt: '4h44m30s',
        at: '4h45m',
        stillAt: '6h',
      },
    ],
    silent: ['KafkaConsumerLagBudgetBurnFast'],
    without: oneEvaluation,
  },
  {
    name: 'KafkaConsumerLagBudgetBurnSlow: sixteen evaluations of every seven hours',
    until: '11h',
    only: 'kafka-consumer-lag',
    series: [nowAndThen(600, [1, 3.6], [8, 10.6]), objective(30)],
    fires: [],
    silent: ['KafkaConsumerLagBudgetBurnSlow'],
    without: oneEvaluation,
  },
]

export const CONSUMER_BURN: readonly AlertCase[] = [...SPELLS, ...WINDOWS]
