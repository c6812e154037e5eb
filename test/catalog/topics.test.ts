import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOPICS } from '../../src/catalog/topics.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'

test('a partition that the metadata left out has no replicas told, rather than none', () => {
  const leftOut = { leader: -1, preferredLeader: -1, replicas: 0, inSyncReplicas: 0 }
  const snapshot = buildSnapshot({
    topics: [{ name: 't', partitions: [{ replicas: 3, inSyncReplicas: 0 }, leftOut] }],
  })
  const valuesOf = (name: string) => {
    const family = TOPICS.find(one => one.name === `kafka_topic_partition_${name}`)
    if (family?.kind !== 'column') throw new Error(`no column ${name}`)
    const column = family.column(snapshot)
    return [column?.(0), column?.(1)]
  }
  assert.deepEqual(valuesOf('replicas'), [3, Number.NaN])
  assert.deepEqual(valuesOf('in_sync_replica'), [0, Number.NaN])
  assert.deepEqual(valuesOf('under_replicated_partition'), [1, Number.NaN])
})
