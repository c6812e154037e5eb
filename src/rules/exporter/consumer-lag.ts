import { MEMBERS } from '../../signals/consumer-groups.ts'
import {
  KEPT_UP,
  LAG_MESSAGES,
  LAG_OBJECTIVE,
  LAG_OVER_OBJECTIVE,
  LAG_SECONDS,
} from '../../signals/consumer-lag.ts'
import type { Query } from '../../signals/query.ts'
import type { Alert, Recording, RuleGroup } from '../rule.ts'
import type { Thresholds } from '../thresholds.ts'
import { COUNT, DURATION, GROUP, IN_CLUSTER, SHARE, spelt } from '../words.ts'

const INTERVAL_SECONDS = 30

const OVER: Recording = {
  record: 'consumergroup:kafka_consumergroup_lag_over_objective:bool',
  meaning: LAG_OVER_OBJECTIVE.description,
  labels: ['kafka_cluster', ...LAG_OVER_OBJECTIVE.labels],
  expression: LAG_OVER_OBJECTIVE.expression,
}

/** Without the labels of replicas: of an exporter that was restarted a trend would end, and one of its own begin. */
const LAG: Recording = {
  record: 'consumergroup:kafka_consumergroup_lag_seconds:max',
  meaning: LAG_SECONDS.description,
  labels: ['kafka_cluster', ...LAG_SECONDS.labels],
  expression: LAG_SECONDS.expression,
}

/**
 * The burn rates of the SRE workbook: at 14.4 times what the objective allows, 2 % of a month's budget is spent in one
 * hour; at 6 times, 5 % in six. The short window ends the alert soon after the lag has ended; that of the fast one is
 * shorter than usual, so that a deploy of a few minutes that is over wakes nobody. What was not evaluated counts as
 * good: a group that was seen for a minute has not been bad for an hour.
 */
function burn(rate: number, longMinutes: number, shortMinutes: number, q: Query, t: Thresholds): string {
  // Six digits, so that 1 - 0.995 is 0.005.
  const allowed = Number((rate * (1 - t['lag-slo'])).toFixed(6))
  const over = (minutes: number) =>
    `sum_over_time(${q.series(OVER.record)}[${minutes}m]) / ${(minutes * 60) / INTERVAL_SECONDS} > ${allowed}`
  return `${over(longMinutes)} and ${over(shortMinutes)}`
}

const burnAlert = (
  alert: Pick<Alert, 'name' | 'severity' | 'for'>,
  rate: number,
  longMinutes: number,
  shortMinutes: number,
): Alert => ({
  ...alert,
  signal: LAG_OVER_OBJECTIVE,
  expression: (q, t) => burn(rate, longMinutes, shortMinutes, q, t),
  keepFiringFor: '5m',
  summary: `${GROUP} misses its lag objective too often${IN_CLUSTER}`,
  description: `${GROUP} was over its lag objective for ${SHARE} of the last ${longMinutes / 60} h, at least ${rate} times what its service level allows.`,
  dashboard: 'group',
})

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 }

/** Half of "1h30m" is "45m". */
function halfOf(window: string): string {
  const parts = [...window.matchAll(/(\d+)([dhms])/g)]
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit as string] ?? 0),
    0,
  )
  return seconds % 120 === 0 ? `${seconds / 120}m` : `${Math.floor(seconds / 2)}s`
}

export const CONSUMER_LAG: RuleGroup = {
  name: 'kafka-consumer-lag',
  meaning:
    'Whether consumers are in time: by the objective of their group, by how lag develops, and by messages where nothing better is known.',
  interval: `${INTERVAL_SECONDS}s`,
  recordings: [OVER, LAG],
  alerts: [
    {
      name: 'KafkaConsumerLagOverObjective',
      severity: 'warning',
      signal: LAG_SECONDS,
      expression: q => `${LAG_SECONDS.expression(q)} > ${LAG_OBJECTIVE.expression(q)}`,
      for: '10m',
      keepFiringFor: '5m',
      summary: `${GROUP} is further behind than its objective allows${IN_CLUSTER}`,
      description: `The oldest record that ${GROUP} has not committed is ${DURATION} old: more than its objective allows, and not just for a moment.`,
      dashboard: 'group',
    },
    burnAlert({ name: 'KafkaConsumerLagBudgetBurnFast', severity: 'critical', for: '5m' }, 14.4, 60, 2),
    burnAlert({ name: 'KafkaConsumerLagBudgetBurnSlow', severity: 'warning', for: '15m' }, 6, 360, 30),
    {
      name: 'KafkaConsumerFallingBehind',
      severity: 'warning',
      signal: LAG_SECONDS,
      // Whoever catches up now and then, a job every ten minutes or every hour, is not falling behind, and of a
      // sawtooth the slope is that of chance: the least lag has to grow as well. Who is stuck, gone, held up or no
      // longer reads the topic is told by alerts of its own.
      expression: (q, t) => {
        const lag = q.series(LAG.record)
        const window = t['falling-behind-window']
        const half = halfOf(window)
        const least = (range: string, offset = '') => `min_over_time(${lag}[${range}]${offset})`
        return [
          `deriv(${lag}[${window}]) > ${t['falling-behind-slope']}`,
          `and ${least(half)} - ${least(half, ` offset ${half}`)} > 0.1 * (max_over_time(${lag}[${window}]) - ${least(window)})`,
          `and ${least(window)} > ${t['falling-behind-floor']}`,
          `and ${MEMBERS.expression(q)} > 0`,
          `unless sum without (topic, state) (${q.held('kafka_consumergroup_partitions', 'state=~"stalled|abandoned|hung_transaction"')}) > 0`,
        ].join('\n')
      },
      for: '15m',
      keepFiringFor: '15m',
      summary: `${GROUP} is falling behind${IN_CLUSTER}`,
      description: `${GROUP} moves, but its lag has grown by {{ printf "%.3f" $value }} seconds a second: it works off less than is written.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerLagHigh',
      severity: 'warning',
      signal: LAG_MESSAGES,
      expression: (q, t) =>
        `${LAG_MESSAGES.expression(q)} > ${t['lag-messages']} unless ${LAG_SECONDS.expression(q)} < ${t['lag-messages-age']}`,
      for: '15m',
      keepFiringFor: '5m',
      summary: `${GROUP} is many messages behind${IN_CLUSTER}`,
      description: `${GROUP} has ${COUNT} messages to go.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerGroupUnproven',
      severity: 'info',
      signal: KEPT_UP,
      expression: (q, t) => `${KEPT_UP.expression(q)} < ${t['proven-after']}`,
      for: '5m',
      keepFiringFor: '5m',
      summary: t => `${GROUP} has not yet kept up for ${spelt(t['proven-after'])}${IN_CLUSTER}`,
      description: t =>
        `${GROUP} has met its lag objective for ${DURATION} of traffic. Before ${spelt(t['proven-after'])} of it nobody should rely on the group.`,
      dashboard: 'group',
    },
  ],
}
