import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { DOCUMENTED, METRICS_REFERENCE, renderMetricsReference } from '../../scripts/docs-metrics.ts'
import type { Family } from '../../src/catalog/family.ts'

test('docs/metrics.md is what the catalogues say (npm run docs writes it)', async () => {
  assert.equal(await readFile(METRICS_REFERENCE, 'utf8'), renderMetricsReference(DOCUMENTED))
})

test('a family is one row under its subject', () => {
  const families: readonly Family[] = [
    {
      kind: 'instrument',
      subject: 'Dependencies',
      name: 'a_seconds',
      type: 'histogram',
      help: 'This | that',
      onByDefault: true,
      labels: ['x', 'y'],
    },
    {
      kind: 'column',
      scope: 'partition',
      unit: 'number',
      subject: 'Topics',
      name: 'b',
      type: 'gauge',
      help: 'Other',
      onByDefault: false,
      column: () => null,
    },
  ]
  const [, ...sections] = renderMetricsReference(families).split('\n## ')
  const head =
    '| metric | type | labels | default | about | meaning |\n| --- | --- | --- | --- | --- | --- |\n'
  assert.deepEqual(sections, [
    `Dependencies\n\n${head}| \`a_seconds\` | histogram | \`x\`, \`y\` | on | the process | This \\| that |\n`,
    `Topics\n\n${head}| \`b\` | gauge | \`topic\`, \`partition\` | off | a cluster | Other |\n`,
  ])
})
