import { GROUP_EXISTS, MEMBERS } from '../../src/signals/consumer-groups.ts'
import { LAG_MESSAGES, LAG_SECONDS } from '../../src/signals/consumer-lag.ts'
import { LOST_OFFSETS, RETENTION_HEADROOM } from '../../src/signals/consumer-loss.ts'
import {
  NO_CONSUMER,
  PARTITION_STATES,
  STALLED,
  STALLED_PARTITIONS,
} from '../../src/signals/consumer-states.ts'
import { BROKER_UP } from '../../src/signals/reachability.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { lines, number, worst } from './panels.ts'
import { q } from './query.ts'

const GROUP = 'kafka_cluster, consumergroup'
const toGroup = { dashboard: 'group', label: 'consumergroup', variable: 'consumergroup' }
const FIRING = 'ALERTS{alertname=~"Kafka.+", alertstate="firing"}'

/** The groups that the table is about: sick ones before slow ones. */
const sickness = `${LAG_SECONDS.expression(q)} + on (${GROUP}) group_left () (1e9 * (sum by (${GROUP}) (${STALLED_PARTITIONS.expression(q)}) > bool 0))`
const ofTheWorst = (expression: string) =>
  `${expression} and on (${GROUP}) topk($limit, ${sickness} or ${LAG_SECONDS.expression(q)})`

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
          targets: [{ expression: `count(${FIRING}) or vector(0)`, legend: 'alerts' }],
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
        number(
          LOST_OFFSETS,
          `sum(${q.merged(`increase(${q.series('kafka_consumergroup_lost_offsets_total')}[$__range])`)})`,
          { title: 'Offsets lost meanwhile', meaning: 'bad-above-0' },
        ),
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
          targets: [{ expression: FIRING, legend: '' }],
          columns: [{ heading: 'Firing', unit: 'none' }],
          labels: {
            severity: 'Severity',
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
      text: 'The worst `$limit` groups. Partitions that are stuck count first, then lag in time.',
      panels: [
        {
          kind: 'table',
          title: 'Sick and slow groups',
          description:
            'The worst groups: partitions that are stuck, lag in time and in messages, members. A click opens the group.',
          unit: 'none',
          width: 24,
          height: 10,
          targets: [
            { expression: ofTheWorst(`sum by (${GROUP}) (${STALLED_PARTITIONS.expression(q)})`), legend: '' },
            { expression: ofTheWorst(`max by (${GROUP}) (${LAG_SECONDS.expression(q)})`), legend: '' },
            { expression: ofTheWorst(`max by (${GROUP}) (${LAG_MESSAGES.expression(q)})`), legend: '' },
            { expression: ofTheWorst(`max by (${GROUP}) (${MEMBERS.expression(q)})`), legend: '' },
          ],
          columns: [
            { heading: 'Stuck partitions', unit: 'short' },
            { heading: 'Lag in time', unit: 's' },
            { heading: 'Lag in messages', unit: 'short' },
            { heading: 'Members', unit: 'short' },
          ],
          labels: { kafka_cluster: 'Cluster', consumergroup: 'Group' },
          sortBy: 'Lag in time',
          drill: toGroup,
        },
        lines(LAG_SECONDS, '{{consumergroup}} {{kafka_cluster}}', {
          title: 'Lag in time of the worst',
          targets: [
            {
              expression: worst(LAG_SECONDS.expression(q), GROUP),
              legend: '{{consumergroup}} {{kafka_cluster}}',
            },
          ],
          drill: toGroup,
        }),
        lines(PARTITION_STATES, '{{state}}', {
          title: 'Partitions by state',
          targets: [
            { expression: `sum by (state) (${PARTITION_STATES.expression(q)})`, legend: '{{state}}' },
          ],
        }),
        {
          kind: 'state-timeline',
          title: 'Stuck partitions of the worst',
          description: `How many partitions were stuck, over time, of the groups that are worst now. ${STALLED.description}`,
          unit: 'short',
          meaning: 'bad-above-0',
          width: 24,
          height: 8,
          targets: [
            {
              expression: worst(`sum by (${GROUP}) (${STALLED_PARTITIONS.expression(q)})`, GROUP),
              legend: '{{consumergroup}} {{kafka_cluster}}',
            },
          ],
          drill: toGroup,
        },
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
        lines(LOST_OFFSETS, '{{consumergroup}} on {{topic}}', {
          title: 'Offsets lost',
          targets: [
            {
              expression: `topk($limit, ${q.merged(`increase(${q.series('kafka_consumergroup_lost_offsets_total')}[$__rate_interval])`)} > 0) or vector(0)`,
              legend: '{{consumergroup}} on {{topic}}',
            },
          ],
        }),
      ],
    },
  ],
}
