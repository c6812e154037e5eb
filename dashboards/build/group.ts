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
import { atEnd, least, lines, number, onLabelsOf, ups, worst, worstLines } from './panels.ts'
import { grown, q } from './query.ts'

const PARTITION = '{{consumergroup}} {{topic}}/{{partition}}'
const TOPIC = '{{consumergroup}} {{topic}}'
const toTopic = { dashboard: 'topic', label: 'topic', variable: 'topic' }

/** Of the groups that are latest now, whatever of them is shown. */
const ofLate = (expression: string) =>
  `${expression}\nand on (kafka_cluster, consumergroup) topk($limit, ${atEnd(LAG_SECONDS.expression(q))})`

export const GROUP: DashboardSpec = {
  name: 'group',
  title: 'Kafka health / Group',
  description: 'Whether a consumer group does its work, how late it is, and what is in its way.',
  text: 'Is it moving? How late is it? What is in its way? Choose a group above; of many, each picture shows the `$limit` lines that are worst now.',
  variables: ['kafka_cluster', 'consumergroup', 'topic', 'limit'],
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
        number(LOST_OFFSETS, `sum(${grown('kafka_consumergroup_lost_offsets_total', '$__range')})`, {
          title: 'Offsets lost meanwhile',
          meaning: 'bad-above-0',
        }),
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
          meaning: 'states',
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
              expression: worst(
                LAG_SECONDS_BY_PARTITION.expression(q),
                onLabelsOf(LAG_SECONDS_BY_PARTITION),
                100,
              ),
              legend: PARTITION,
            },
          ],
        },
        worstLines(ADVANCE_AGE, PARTITION),
        worstLines(COMMITS_BEYOND_END, TOPIC),
      ],
    },
    {
      title: 'Lag',
      text: 'How late, against the objective; and whether it will catch up: more is committed than is written where the lag falls.',
      panels: [
        lines(LAG_SECONDS, 'lag of {{consumergroup}}', {
          targets: [
            { expression: ofLate(LAG_SECONDS.expression(q)), legend: 'lag of {{consumergroup}}' },
            { expression: ofLate(LAG_OBJECTIVE.expression(q)), legend: 'objective of {{consumergroup}}' },
          ],
        }),
        worstLines(LAG_MESSAGES_BY_TOPIC, TOPIC),
        lines(COMMIT_RATE, '', {
          title: 'Written and committed',
          description: `${WRITE_RATE.description} ${COMMIT_RATE.description}`,
          targets: [
            {
              expression: worst(WRITE_RATE.expression(q), onLabelsOf(WRITE_RATE)),
              legend: 'written to {{topic}}',
            },
            {
              expression: worst(COMMIT_RATE.expression(q), onLabelsOf(COMMIT_RATE)),
              legend: '{{consumergroup}} committed of {{topic}}',
            },
          ],
        }),
        worstLines(CATCH_UP, TOPIC),
      ],
    },
    {
      title: 'Loss',
      text: 'How much time is left before retention takes what was not read, and what it took.',
      panels: [
        worstLines(RETENTION_HEADROOM, TOPIC, { width: 8, pick: least }),
        worstLines(TIME_TO_LOSS, TOPIC, { width: 8, pick: least }),
        worstLines(LOST_OFFSETS, TOPIC, {
          width: 8,
          expression: grown('kafka_consumergroup_lost_offsets_total'),
        }),
      ],
    },
    {
      title: 'Members',
      text: 'Who works on it. Members that come and go make rebalances, and each may stop all of them.',
      panels: [
        worstLines(MEMBERS, '{{consumergroup}}', { width: 6 }),
        worstLines(REBALANCES, '{{consumergroup}}', {
          width: 6,
          expression: grown('kafka_consumergroup_rebalances_total'),
        }),
        worstLines(REWINDS, TOPIC, { width: 6, expression: grown('kafka_consumergroup_rewinds_total') }),
        {
          kind: 'state-timeline',
          title: GROUP_STATE.title,
          description: GROUP_STATE.description,
          unit: 'none',
          width: 6,
          height: 8,
          targets: [
            { expression: ofLate(GROUP_STATE.expression(q)), legend: '{{consumergroup}}: {{state}}' },
          ],
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
