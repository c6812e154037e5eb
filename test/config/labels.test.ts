import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ALIASES, CATALOG } from '../../src/catalog/catalog.ts'
import { labelNamesOf, labelsOf } from '../../src/catalog/family.ts'
import { RESERVED_LABELS } from '../../src/config/labels.ts'
import { TAKEN_LABELS } from '../../src/config/taken-labels.ts'

describe('the labels that a configuration may not use', () => {
  it('hold every label of the catalogue, but for those of the build, which no cluster has', () => {
    const ofClusters = CATALOG.filter(family => !family.name.endsWith('_build_info')).flatMap(labelsOf)
    assert.deepEqual(
      [...new Set(ofClusters)].filter(label => !RESERVED_LABELS.has(label)),
      [],
    )
    assert.ok(ofClusters.includes('consumergroup'))
  })

  for (const [set, families] of Object.entries(ALIASES)) {
    it(`hold every other label of the metrics under the names of ${set}, the cluster's too`, () => {
      const labels = families.flatMap(family => [labelNamesOf(family).cluster, ...labelsOf(family)])
      assert.deepEqual(
        [...new Set(labels)].filter(label => !RESERVED_LABELS.has(label)).sort(),
        [...TAKEN_LABELS[set as keyof typeof ALIASES]].sort(),
      )
    })
  }
})
