import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CATALOG } from '../../src/catalog/catalog.ts'
import { labelsOf } from '../../src/catalog/family.ts'
import { RESERVED_LABELS } from '../../src/config/labels.ts'

describe('the labels that a configuration may not use', () => {
  it('hold every label of the catalogue, but for those of the build, which no cluster has', () => {
    const ofClusters = CATALOG.filter(family => !family.name.endsWith('_build_info')).flatMap(labelsOf)
    assert.deepEqual(
      [...new Set(ofClusters)].filter(label => !RESERVED_LABELS.has(label)),
      [],
    )
    assert.ok(ofClusters.includes('consumergroup'))
  })
})
