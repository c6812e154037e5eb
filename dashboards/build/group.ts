import {
  COMMITS_BEYOND_END,
  GROUP_STATE,
  MEMBERS,
  REBALANCES,
  REWINDS,
} from '../../src/signals/consumer-groups.ts'
import {
  CATCH_UP,
  COMMIT_RATE,
  KEPT_UP,
  LAG_MESSAGES,
  LAG_MESSAGES_BY_TOPIC,
  LAG_OBJECTIVE,
  LAG_SECONDS,
  LAG_SECONDS_BY_PARTITION,
  WRITE_RATE,
} from '../../src/signals/consumer-lag.ts'
import { LOST_OFFSETS, RETENTION_HEADROOM, TIME_TO_LOSS } from '../../src/signals/consumer-loss.ts'
import { ADVANCE_AGE, PARTITION_STATES, STALLED, UNHEALTHY } from '../../src/signals/consumer-states.ts'
import { DEPENDENCY_PING, DEPENDENCY_UP } from '../../src/signals/dependencies.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { lines, number, ups } from './panels.ts'
import { q } from './query.ts'

const PARTITION = '{{topic}}/{{partition}}'
const toTopic = { dashboard: 'topic', label: 'topic', variable: 'topic' }
const increase = (name: string) => q.merged(`increase(${q.series(name)}[$__rate_interval])`)

export const GROUP: DashboardSpec = {
  name: 'group',
  title: 'Kafka health / Group',
  description: 'Whether a consumer group does its work, how late it is, and what is in its way.',
  text: 'Is it moving? How late is it? What is in its way? Choose one group above; with several chosen, lines are told apart by topic only.',
  variables: ['kafka_cluster', 'consumergroup', 'topic'],
  rows: [
    {
      title: 'Now',
      text: 'The group in six numbers.',
      panels: [
        number(STALLED, `count(${STALLED.expression(q)}) or vector(0)`, {
          title: 'Stuck partitions',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(LAG_SECONDS, `max(${LAG_SECONDS.expression(q)})`),
        number(LAG_MESSAGES, `sum(${LAG_MESSAGES.expression(q)})`),
        number(MEMBERS, `sum(${MEMBERS.expression(q)})`),
        number(KEPT_UP, `min(${KEPT_UP.expression(q)})`),
        number(
          LOST_OFFSETS,
          `sum(${q.merged(`increase(${q.series('kafka_consumergroup_lost_offsets_total')}[$__range])`)})`,
          { title: 'Offsets lost meanwhile', meaning: 'bad-above-0' },
        ),
      ],
    },
    {
      title: 'Progress',
      text: 'Partitions in a bad state, and since when. A partition that is stuck while its siblings move is one record or one owner; all at once is a dependency or a deploy.',
      panels: [
        {
          kind: 'table',
          title: UNHEALTHY.title,
          description: UNHEALTHY.description,
          unit: 's',
          width: 12,
          height: 9,
          targets: [{ expression: `topk(200, ${UNHEALTHY.expression(q)})`, legend: '' }],
          columns: [{ heading: 'For', unit: 's' }],
          labels: { consumergroup: 'Group', topic: 'Topic', partition: 'Partition', state: 'State' },
          sortBy: 'For',
          drill: toTopic,
        },
        lines(PARTITION_STATES, '{{state}}', {
          targets: [
            { expression: `sum by (state) (${PARTITION_STATES.expression(q)})`, legend: '{{state}}' },
          ],
          height: 9,
        }),
        {
          kind: 'status-history',
          title: 'Lag in time by partition',
          description: `${LAG_SECONDS_BY_PARTITION.description} The hundred that are furthest behind now.`,
          unit: 's',
          width: 24,
          height: 12,
          targets: [
            {
              expression: `${LAG_SECONDS_BY_PARTITION.expression(q)} and on (topic, partition) topk(100, last_over_time((${LAG_SECONDS_BY_PARTITION.expression(q)})[5m:1m] @ end()))`,
              legend: PARTITION,
            },
          ],
        },
        lines(ADVANCE_AGE, PARTITION, {
          targets: [{ expression: `topk(20, ${ADVANCE_AGE.expression(q)})`, legend: PARTITION }],
        }),
        lines(COMMITS_BEYOND_END, '{{topic}}'),
      ],
    },
    {
      title: 'Lag',
      text: 'How late, against the objective; and whether it will catch up: more is committed than is written where the lag falls.',
      panels: [
        lines(LAG_SECONDS, 'lag of {{consumergroup}}', {
          targets: [
            { expression: LAG_SECONDS.expression(q), legend: 'lag of {{consumergroup}}' },
            { expression: LAG_OBJECTIVE.expression(q), legend: 'objective of {{consumergroup}}' },
          ],
        }),
        lines(LAG_MESSAGES_BY_TOPIC, '{{topic}}'),
        lines(COMMIT_RATE, 'committed of {{topic}}', {
          title: 'Written and committed',
          description: `${WRITE_RATE.description} ${COMMIT_RATE.description}`,
          targets: [
            { expression: WRITE_RATE.expression(q), legend: 'written to {{topic}}' },
            { expression: COMMIT_RATE.expression(q), legend: 'committed of {{topic}}' },
          ],
        }),
        lines(CATCH_UP, '{{topic}}'),
      ],
    },
    {
      title: 'Loss',
      text: 'How much time is left before retention takes what was not read, and what it took.',
      panels: [
        lines(RETENTION_HEADROOM, '{{topic}}', { width: 8 }),
        lines(TIME_TO_LOSS, '{{topic}}', { width: 8 }),
        lines(LOST_OFFSETS, '{{topic}}', {
          width: 8,
          targets: [{ expression: increase('kafka_consumergroup_lost_offsets_total'), legend: '{{topic}}' }],
        }),
      ],
    },
    {
      title: 'Members',
      text: 'Who works on it. Members that come and go make rebalances, and each may stop all of them.',
      panels: [
        lines(MEMBERS, '{{consumergroup}}', { width: 6 }),
        lines(REBALANCES, '{{consumergroup}}', {
          width: 6,
          targets: [
            { expression: increase('kafka_consumergroup_rebalances_total'), legend: '{{consumergroup}}' },
          ],
        }),
        lines(REWINDS, '{{topic}}', {
          width: 6,
          targets: [{ expression: increase('kafka_consumergroup_rewinds_total'), legend: '{{topic}}' }],
        }),
        {
          kind: 'state-timeline',
          title: GROUP_STATE.title,
          description: GROUP_STATE.description,
          unit: 'none',
          width: 6,
          height: 8,
          targets: [{ expression: GROUP_STATE.expression(q), legend: '{{consumergroup}}: {{state}}' }],
        },
      ],
    },
    {
      title: 'Dependencies',
      text: 'What consumers need beside Kafka. A stall that begins when a database goes is not the consumer’s fault.',
      panels: [
        ups(DEPENDENCY_UP, '{{dependency}} ({{kind}})'),
        lines(DEPENDENCY_PING, '{{dependency}} ({{kind}})'),
      ],
    },
  ],
}
