import { GROUP_EXISTS, MEMBERS } from '../../src/signals/consumer-groups.ts'
import { LAG_MESSAGES, LAG_SECONDS } from '../../src/signals/consumer-lag.ts'
import { LOST_OFFSETS, RETENTION_HEADROOM } from '../../src/signals/consumer-loss.ts'
import {
  NO_CONSUMER,
  PARTITION_STATES,
  STALLED,
  UNHEALTHY,
  WORST_STATE,
} from '../../src/signals/consumer-states.ts'
import { BROKER_UP } from '../../src/signals/reachability.ts'
import { firingAlerts, firingBySeverity } from './firing-alerts.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { lines, number, worst, worstLines } from './panels.ts'
import { grown, q } from './query.ts'

const GROUP = 'kafka_cluster, consumergroup'
const toGroup = { dashboard: 'group', label: 'consumergroup', variable: 'consumergroup' }

/** One number a group: by state first, by lag in time among those of one state. */
const state = `max by (${GROUP}) (${WORST_STATE.expression(q)})`
const sickness = `1e9 * ${state} + max by (${GROUP}) (${LAG_SECONDS.expression(q)}) or 1e9 * ${state}`
const ofTheWorst = (expression: string) => ({
  expression: `${expression}\nand on (${GROUP}) topk($limit, ${sickness})`,
  legend: '',
})

export const FLEET: DashboardSpec = {
  name: 'fleet',
  title: 'Kafka health / Fleet',
  description: 'Which of all consumer groups is sick, and how.',
  text: 'Which consumer group is sick? Red numbers first, then the table: stuck groups stand above slow ones. A click on a group opens it.',
  variables: ['kafka_cluster', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'What is wrong at this moment. All are 0 when everything is well.',
      panels: [
        {
          kind: 'stat',
          title: 'Alerts that fire',
          description: 'Alerts of the shipped rules that fire now. Needs the rules in this Prometheus.',
          unit: 'short',
          width: 4,
          height: 4,
          meaning: 'bad-above-0',
          targets: [{ expression: `count(${firingAlerts()}) or vector(0)`, legend: 'alerts' }],
        },
        number(STALLED, `count(${STALLED.expression(q)}) or vector(0)`, {
          title: 'Stuck partitions',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(NO_CONSUMER, `count(${NO_CONSUMER.expression(q)}) or vector(0)`, {
          title: 'Backlogs without a consumer',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(GROUP_EXISTS, `count(${GROUP_EXISTS.expression(q)} == 0) or vector(0)`, {
          title: 'Missing groups',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(LOST_OFFSETS, `sum(${grown('kafka_consumergroup_lost_offsets_total', '$__range')})`, {
          title: 'Offsets lost meanwhile',
          meaning: 'bad-above-0',
        }),
        number(BROKER_UP, `count(${BROKER_UP.expression(q)} == 0) or vector(0)`, {
          title: 'Brokers down',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        {
          kind: 'table',
          title: 'Firing alerts',
          description:
            'Which alerts fire, and for which group and topic. Needs the rules in this Prometheus.',
          unit: 'none',
          width: 24,
          height: 6,
          targets: [{ expression: `topk(100, ${firingBySeverity()})`, legend: '' }],
          columns: [{ heading: 'Severity', unit: 'none', meaning: 'severity-number' }],
          labels: {
            alertname: 'Alert',
            kafka_cluster: 'Cluster',
            consumergroup: 'Group',
            topic: 'Topic',
            partition: 'Partition',
          },
          sortBy: 'Severity',
          drill: toGroup,
        },
      ],
    },
    {
      title: 'Groups',
      text: 'The worst `$limit` groups. What is stuck, or has nobody that works on it, counts first; then lag in time.',
      panels: [
        {
          kind: 'table',
          title: 'Sick and slow groups',
          description:
            'The worst groups: the worst state of their partitions, for how long, lag in time and in messages, what retention leaves them, members. A click opens the group.',
          unit: 'none',
          width: 24,
          height: 10,
          targets: [
            ofTheWorst(state),
            ofTheWorst(`max by (${GROUP}) (${UNHEALTHY.expression(q)})`),
            ofTheWorst(`max by (${GROUP}) (${LAG_SECONDS.expression(q)})`),
            ofTheWorst(`max by (${GROUP}) (${LAG_MESSAGES.expression(q)})`),
            ofTheWorst(`min by (${GROUP}) (${RETENTION_HEADROOM.expression(q)})`),
            ofTheWorst(`max by (${GROUP}) (${MEMBERS.expression(q)})`),
          ],
          columns: [
            { heading: 'State', unit: 'none', meaning: 'state-number' },
            { heading: 'For', unit: 's' },
            { heading: 'Lag in time', unit: 's' },
            { heading: 'Lag in messages', unit: 'short' },
            { heading: 'Retention headroom', unit: 's' },
            { heading: 'Members', unit: 'short' },
          ],
          labels: { kafka_cluster: 'Cluster', consumergroup: 'Group' },
          sortBy: 'State',
          thenBy: 'Lag in time',
          drill: toGroup,
        },
        {
          kind: 'state-timeline',
          title: 'State of the worst groups',
          description: `${WORST_STATE.description} Over time, of the groups that are worst now.`,
          unit: 'none',
          meaning: 'state-number',
          width: 24,
          height: 9,
          targets: [{ expression: worst(state, GROUP), legend: '{{consumergroup}} {{kafka_cluster}}' }],
          drill: toGroup,
        },
        worstLines(LAG_SECONDS, '{{consumergroup}} {{kafka_cluster}}', {
          title: 'Lag in time of the worst',
          drill: toGroup,
        }),
        lines(PARTITION_STATES, '{{state}}', {
          targets: [
            { expression: `sum by (state) (${PARTITION_STATES.expression(q)})`, legend: '{{state}}' },
          ],
          meaning: 'states',
        }),
      ],
    },
    {
      title: 'Loss',
      text: 'Where retention comes close to what was not read. The dashboard of the group says how fast.',
      panels: [
        {
          kind: 'table',
          title: 'Least retention headroom',
          description: RETENTION_HEADROOM.description,
          unit: 's',
          width: 12,
          height: 8,
          targets: [{ expression: `bottomk($limit, ${RETENTION_HEADROOM.expression(q)})`, legend: '' }],
          columns: [{ heading: 'Headroom', unit: 's' }],
          labels: { kafka_cluster: 'Cluster', consumergroup: 'Group', topic: 'Topic' },
          sortBy: 'Headroom',
          smallestFirst: true,
          drill: toGroup,
        },
        worstLines(LOST_OFFSETS, '{{consumergroup}} on {{topic}}', {
          title: 'Offsets lost',
          expression: grown('kafka_consumergroup_lost_offsets_total'),
          drill: toGroup,
        }),
      ],
    },
  ],
}
