import {
  BROKER_RESPONSE,
  BROKER_UP,
  BROKERS,
  CLUSTER_UP,
  LOG_DIR_SIZE,
  TOPIC_UP,
  UNDER_REPLICATED,
} from '../../src/signals/reachability.ts'
import { NOT_PREFERRED, PARTITION_COUNT, TOPIC_UNDER_REPLICATED } from '../../src/signals/topics.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { lines, number, ups } from './panels.ts'
import { q } from './query.ts'

const toTopic = { dashboard: 'topic', label: 'topic', variable: 'topic' }

export const CLUSTER: DashboardSpec = {
  name: 'cluster',
  title: 'Kafka health / Cluster',
  description: 'Whether brokers answer, and whether all partitions have their leaders and replicas.',
  text: 'Are all brokers there, and all partitions? Seen from the exporter, as a client sees them.',
  variables: ['kafka_cluster', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'The cluster in six numbers.',
      panels: [
        number(CLUSTER_UP, `count(${CLUSTER_UP.expression(q)} == 0) or vector(0)`, {
          title: 'Clusters unreachable',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(BROKERS, `sum(${BROKERS.expression(q)})`),
        number(BROKER_UP, `count(${BROKER_UP.expression(q)} == 0) or vector(0)`, {
          title: 'Brokers down',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(TOPIC_UP, `count(${TOPIC_UP.expression(q)} == 0) or vector(0)`, {
          title: 'Topics down',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(UNDER_REPLICATED, `sum(${UNDER_REPLICATED.expression(q)})`, { meaning: 'bad-above-0' }),
        number(PARTITION_COUNT, `sum(${PARTITION_COUNT.expression(q)})`),
      ],
    },
    {
      title: 'Brokers',
      text: 'Which broker is away, and how quick the others are.',
      panels: [
        ups(BROKER_UP, 'broker {{id}}'),
        lines(BROKER_RESPONSE, 'broker {{id}}'),
        lines(LOG_DIR_SIZE, 'broker {{id}} {{path}}'),
        ups(CLUSTER_UP, '{{kafka_cluster}} seen by {{job}}'),
      ],
    },
    {
      title: 'Partitions',
      text: 'What brokers that are away leave behind. A click on a topic opens it.',
      panels: [
        lines(UNDER_REPLICATED, '{{kafka_cluster}} under-replicated', { width: 8 }),
        {
          kind: 'table',
          title: 'Topics that lack replicas',
          description: TOPIC_UNDER_REPLICATED.description,
          unit: 'short',
          width: 8,
          height: 8,
          targets: [{ expression: `topk($limit, ${TOPIC_UNDER_REPLICATED.expression(q)}) > 0`, legend: '' }],
          columns: [{ heading: 'Partitions', unit: 'short' }],
          labels: { kafka_cluster: 'Cluster', topic: 'Topic' },
          sortBy: 'Partitions',
          drill: toTopic,
        },
        lines(NOT_PREFERRED, '{{kafka_cluster}} not led by the first replica', {
          width: 8,
          targets: [
            {
              expression: `sum without (topic) (${NOT_PREFERRED.expression(q)})`,
              legend: '{{kafka_cluster}} not led by the first replica',
            },
          ],
        }),
      ],
    },
  ],
}
