import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EVERY_FAMILY, selectFamilies } from '../../src/catalog/catalog.ts'
import { SHARE_GROUPS } from '../../src/catalog/share-groups.ts'
import type { SnapshotFamily } from '../../src/exposition/columnar-text.ts'
import { countSeries, isOfSnapshot, mostSeries } from '../../src/exposition/count-series.ts'
import { samplesOf } from '../../src/exposition/registered-family.ts'
import { FINEST, type Levels } from '../../src/model/detail.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { ordersSnapshot, unreachableSnapshot } from '../fakes/orders-estate.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { familiesNamed } from './exposed.ts'
import { estate } from './sized-estate.ts'
import { wideSnapshot } from './wide-snapshot.ts'

describe('counting', () => {
  const estates: Readonly<Record<string, Snapshot>> = {
    rich: ordersSnapshot(),
    unreachable: unreachableSnapshot(),
    wide: wideSnapshot(5_000, 3),
    sick: estate({ a: 3, b: 1 }, ['a']),
    empty: buildSnapshot({}),
  }
  const everyFamily = EVERY_FAMILY.filter(isOfSnapshot)
  const byDefault = selectFamilies(EVERY_FAMILY, { include: [], exclude: [] }).filter(isOfSnapshot)

  function published(chosen: readonly SnapshotFamily[], snapshot: Snapshot): number {
    return chosen
      .flatMap(family => [...samplesOf(family, snapshot)])
      .filter(([value]) => !Number.isNaN(value)).length
  }

  it('takes share groups for no more than they are', () => {
    const snapshot = estate({ a: 1_000 })
    const shares = SHARE_GROUPS.filter(isOfSnapshot)
    assert.equal(mostSeries(shares, snapshot), mostSeries([], snapshot))
  })

  it('is done in steps where nothing is published, too', () => {
    const owns = Array.from({ length: 20_000 }, (_, p) => ['t', p] as const)
    const cells = Object.fromEntries(owns.map(([, p]) => [p, { committed: 1, lag: 1 }]))
    const snapshot = buildSnapshot({
      topics: [{ name: 't', partitions: owns.map(() => ({})) }],
      groups: [{ id: 'g', members: [{ clientId: 'c', host: 'h', owns }], commits: { t: cells } }],
    })
    const byTopic: Levels = { blocks: Uint8Array.of(1), topics: null }
    let steps = 0
    const owners = familiesNamed('kafka_consumergroup_partition_owner_info').filter(isOfSnapshot)
    for (const _ of countSeries(owners, snapshot, byTopic)) steps++
    // As it is and thinned; then which groups ail.
    assert.ok(steps > 2 * 9, `${steps} steps`)
  })

  for (const [name, snapshot] of Object.entries(estates)) {
    it(`finds as many series as are published: ${name}`, () => {
      for (const chosen of [everyFamily, byDefault]) {
        const { total } = toEnd(countSeries(chosen, snapshot, FINEST))
        assert.equal(total, published(chosen, snapshot))
        assert.ok(mostSeries(chosen, snapshot) >= total, `${mostSeries(chosen, snapshot)} < ${total}`)
      }
    })
  }
})
