import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EVERY_FAMILY } from '../../src/catalog/catalog.ts'
import type { GranularityRule } from '../../src/exposition/chosen-levels.ts'
import type { Granularity } from '../../src/model/detail.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { budgeted } from './budgeted.ts'
import { asPromClient, textOf } from './exposed.ts'

const NOW = 1_700_000_000_000

/** Partition 1 is stalled, 2 has used up most of its retention, 3 a little of it; 0 has caught up. */
const SNAPSHOT = buildSnapshot({
  takenAt: NOW,
  topics: [
    {
      name: 'orders',
      partitions: [
        { end: 10 },
        { end: 20, inSyncReplicas: 2 },
        { end: 30, leader: -1, inSyncReplicas: 0 },
        { end: 40 },
      ],
    },
  ],
  groups: [
    {
      id: 'batch',
      members: [
        {
          clientId: 'w',
          host: 'h',
          owns: [
            ['orders', 0],
            ['orders', 1],
          ],
        },
      ],
      rewinds: { orders: 1 },
      lost: { orders: 7 },
      catchUpMs: { orders: 5_000 },
      commits: {
        orders: {
          0: { committed: 10, lag: 0 },
          1: {
            committed: 15,
            lag: 5,
            headAt: NOW - 9_000,
            workSince: NOW - 9_000,
            state: 'stalled',
            conditionSince: NOW - 9_000,
          },
          2: { committed: 28, lag: 2, headAt: NOW - 9_000, workSince: NOW - 1_000, headroomMs: 8_999 },
          3: { committed: 39, lag: 1, headAt: NOW - 1_000, workSince: NOW - 1_000, headroomMs: 1_000 },
        },
      },
    },
  ],
})

const PER_PARTITION = [
  'kafka_consumergroup_current_offset',
  'kafka_consumergroup_lag',
  'kafka_consumergroup_lag_seconds',
  'kafka_consumergroup_partition_unhealthy_seconds',
  'kafka_consumergroup_retention_headroom_seconds',
  'kafka_consumergroup_partition_owner_info',
]
const PER_TOPIC = [
  'kafka_consumergroup_current_offset_sum',
  'kafka_consumergroup_lag_sum',
  'kafka_consumergroup_catch_up_seconds',
  'kafka_consumergroup_commits_beyond_end',
  'kafka_consumergroup_partitions',
  'kafka_consumergroup_rewinds_total',
  'kafka_consumergroup_lost_offsets_total',
  'kafka_consumergroup_lag_max',
]

function publishedBy(granularity: Granularity, rule: Partial<GranularityRule> = { groups: [/^batch$/] }) {
  const exporter = budgeted(EVERY_FAMILY, {
    granularity: [{ clusters: null, groups: null, topics: null, ...rule, granularity }],
  })
  exporter.poll(SNAPSHOT)
  return exporter
}

const AILING = [
  'kafka_consumergroup_current_offset{consumergroup="batch",topic="orders",partition="1"} 15',
  'kafka_consumergroup_current_offset{consumergroup="batch",topic="orders",partition="2"} 28',
  'kafka_consumergroup_lag{consumergroup="batch",topic="orders",partition="1"} 5',
  'kafka_consumergroup_lag{consumergroup="batch",topic="orders",partition="2"} 2',
  'kafka_consumergroup_lag_seconds{consumergroup="batch",topic="orders",partition="1"} 9',
  'kafka_consumergroup_lag_seconds{consumergroup="batch",topic="orders",partition="2"} 9',
  'kafka_consumergroup_partition_unhealthy_seconds{consumergroup="batch",topic="orders",partition="1",state="stalled"} 9',
  'kafka_consumergroup_retention_headroom_seconds{consumergroup="batch",topic="orders",partition="2"} 8.999',
  'kafka_consumergroup_retention_headroom_seconds{consumergroup="batch",topic="orders",partition="3"} 1',
  'kafka_consumergroup_partition_owner_info{consumergroup="batch",topic="orders",partition="1",client_id="w",host="h"} 1',
]

describe('a group that is published', () => {
  it('by partition has everything', async () => {
    const lines = await publishedBy('partition').lines(...PER_PARTITION)
    assert.equal(lines.length, 4 + 4 + 4 + 1 + 2 + 2)
  })

  it('by topic keeps its roll-ups, and of partitions what needs attention', async () => {
    const exporter = publishedBy('topic')
    assert.deepEqual(await exporter.lines(...PER_PARTITION), AILING)
    assert.deepEqual(await exporter.lines(...PER_TOPIC), [
      'kafka_consumergroup_current_offset_sum{consumergroup="batch",topic="orders"} 92',
      'kafka_consumergroup_lag_sum{consumergroup="batch",topic="orders"} 8',
      'kafka_consumergroup_lag_max{consumergroup="batch"} 5',
      'kafka_consumergroup_catch_up_seconds{consumergroup="batch",topic="orders"} 5',
      'kafka_consumergroup_commits_beyond_end{consumergroup="batch",topic="orders"} 0',
      'kafka_consumergroup_partitions{consumergroup="batch",topic="orders",state="stalled"} 1',
      'kafka_consumergroup_partitions{consumergroup="batch",topic="orders",state="advancing"} 2',
      'kafka_consumergroup_partitions{consumergroup="batch",topic="orders",state="caught_up"} 1',
      'kafka_consumergroup_rewinds_total{consumergroup="batch",topic="orders"} 1',
      'kafka_consumergroup_lost_offsets_total{consumergroup="batch",topic="orders"} 7',
    ])
  })

  it('by group keeps the counters of its topics, and their bad states', async () => {
    const exporter = publishedBy('group')
    assert.deepEqual(await exporter.lines(...PER_PARTITION), AILING)
    assert.deepEqual(await exporter.lines(...PER_TOPIC), [
      'kafka_consumergroup_lag_max{consumergroup="batch"} 5',
      'kafka_consumergroup_partitions{consumergroup="batch",topic="orders",state="stalled"} 1',
      'kafka_consumergroup_rewinds_total{consumergroup="batch",topic="orders"} 1',
      'kafka_consumergroup_lost_offsets_total{consumergroup="batch",topic="orders"} 7',
    ])
  })

  it('by group has no series for each topic under the names of kminion either', async () => {
    const perTopic = [
      'kminion_kafka_consumer_group_topic_members',
      'kminion_kafka_consumer_group_topic_assigned_partitions',
    ]
    assert.deepEqual(await publishedBy('topic').lines(...perTopic), [
      'kminion_kafka_consumer_group_topic_members{group_id="batch",topic_name="orders"} 1',
      'kminion_kafka_consumer_group_topic_assigned_partitions{group_id="batch",topic_name="orders"} 2',
    ])
    assert.deepEqual(await publishedBy('group').lines(...perTopic), [])
  })

  it('as somebody chose has dropped nothing', async () => {
    assert.deepEqual(await publishedBy('group').dropped(), {})
  })

  it('coarsely is what prom-client makes of the same samples, too', async () => {
    for (const granularity of ['topic', 'group'] as const) {
      const { registry } = publishedBy(granularity, { topics: [/.*/] })
      for (const name of ['kafka_health_exporter_series', 'kafka_health_exporter_series_dropped']) {
        registry.removeSingleMetric(name)
      }
      assert.equal(await textOf(registry), await asPromClient(registry))
    }
  })
})

describe('a topic that is published by topic', () => {
  it('has the series of partitions that lack a leader or replicas, and of no others', async () => {
    const exporter = publishedBy('topic', { topics: [/^orders$/] })
    assert.deepEqual(
      await exporter.lines(
        'kafka_topic_partitions',
        'kafka_topic_partition_current_offset',
        'kafka_topic_partition_leader',
        'kafka_topic_partition_under_replicated_partition',
      ),
      [
        'kafka_topic_partitions{topic="orders"} 4',
        'kafka_topic_partition_current_offset{topic="orders",partition="1"} 20',
        'kafka_topic_partition_current_offset{topic="orders",partition="2"} 30',
        'kafka_topic_partition_leader{topic="orders",partition="1"} 1',
        'kafka_topic_partition_under_replicated_partition{topic="orders",partition="1"} 1',
        'kafka_topic_partition_under_replicated_partition{topic="orders",partition="2"} 1',
      ],
    )
  })

  it('is left alone by what speaks of groups', async () => {
    const exporter = publishedBy('group')
    assert.equal((await exporter.lines('kafka_topic_partition_current_offset')).length, 4)
  })
})
