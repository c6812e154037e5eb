import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CATALOG, selectFamilies } from '../../src/catalog/catalog.ts'
import { labelsOf } from '../../src/catalog/family.ts'
import { ordersSnapshot } from '../fakes/orders-estate.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { saidBy } from './group-families.ts'

test('each family stands there once', () => {
  const names = CATALOG.map(family => family.name)
  assert.equal(new Set(names).size, names.length)
})

test('a partition that a group works on well has four series, unless more are asked for', () => {
  const families = selectFamilies(CATALOG, { include: [], exclude: [] }).filter(
    family => labelsOf(family).includes('consumergroup') && labelsOf(family).includes('partition'),
  )
  const healthy = buildSnapshot({
    topics: [{ name: 't', partitions: [{}] }],
    groups: [{ id: 'g', commits: { t: { 0: { committed: 1, lag: 5, headAt: 1_699_999_999_000 } } } }],
  })
  const published = families.map(family => [family.name, saidBy(family.name, healthy)] as const)
  assert.deepEqual(
    published.map(([name, said]) => [name, Object.keys(said).length]),
    [
      ['kafka_consumergroup_current_offset', 1],
      ['kafka_consumergroup_lag', 1],
      ['kafka_consumergroup_lag_seconds', 1],
      ['kafka_consumergroup_offset_advance_age_seconds', 1],
      ['kafka_consumergroup_partition_unhealthy_seconds', 0],
      ['kafka_consumergroup_retention_headroom_seconds', 0],
      ['kafka_consumergroup_time_to_loss_seconds', 0],
    ],
  )
})

test('by default each thing has the series that docs/operating.md says', () => {
  const snapshot = buildSnapshot({
    takenAt: 1_700_000_000_000,
    futureTimestamps: { t: 0 },
    topics: [{ name: 't', partitions: [{ stableEnd: 1, sizeBytes: 1 }] }],
    groups: [
      {
        id: 'g',
        members: [{ owns: [['t', 0]] }],
        catchUpMs: { t: 1 },
        commits: { t: { 0: { committed: 1, lag: 5, headAt: 1_699_999_999_000 } } },
      },
    ],
  })
  const counts: Record<string, number> = {}
  for (const family of selectFamilies(CATALOG, { include: [], exclude: [] })) {
    const names = labelsOf(family).filter(label => ['consumergroup', 'topic', 'partition'].includes(label))
    if (family.kind === 'instrument' || names.length === 0) continue
    const about = names.join(' ')
    counts[about] = (counts[about] ?? 0) + Object.keys(saidBy(family.name, snapshot)).length
  }
  assert.deepEqual(counts, {
    topic: 5,
    'topic partition': 7,
    'topic consumergroup': 0,
    'consumergroup topic partition': 4,
    'consumergroup topic': 8,
    consumergroup: 14,
  })
})

test('no value of a rich estate is negative, but for the offsets that kafka_exporter has so', () => {
  const snapshot = ordersSnapshot()
  for (const family of CATALOG) {
    if (family.kind === 'instrument') continue
    const negative = Object.entries(saidBy(family.name, snapshot)).filter(([, value]) => value < 0)
    const isCompatible = /^kafka_consumergroup_(?:current_offset|lag)$/.test(family.name)
    assert.deepEqual(negative, isCompatible ? [['billing orders 0', -1]] : [], family.name)
  }
})

test('what looking for time stamps costs is said of each cluster', () => {
  const snapshot = buildSnapshot({
    futureTimestamps: { a: 0, b: 3 },
    poll: { probeBytes: 65_536, probesDeferred: 2 },
  })
  assert.deepEqual(saidBy('kafka_topic_future_timestamps_total', snapshot), { a: 0, b: 3 })
  assert.deepEqual(saidBy('kafka_health_exporter_probe_bytes_total', snapshot), { '': 65_536 })
  assert.deepEqual(saidBy('kafka_health_exporter_probes_deferred', snapshot), { '': 2 })
})
