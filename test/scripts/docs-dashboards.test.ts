import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { DASHBOARDS } from '../../dashboards/build/dashboards.ts'
import { DASHBOARDS_REFERENCE, renderDashboardsReference } from '../../scripts/docs-dashboards.ts'
import { SIGNALS } from '../../src/signals/signals.ts'

test('docs/dashboards.md is what dashboards and signals say (npm run docs writes it)', async () => {
  assert.equal(await readFile(DASHBOARDS_REFERENCE, 'utf8'), renderDashboardsReference(DASHBOARDS, SIGNALS))
})

test('signals have names of their own, and say what they are in whole sentences', () => {
  assert.equal(new Set(SIGNALS.map(s => s.id)).size, SIGNALS.length)
  assert.equal(new Set(SIGNALS.map(s => s.title)).size, SIGNALS.length)
  for (const { id, title, description } of SIGNALS) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/)
    assert.match(title, /^[A-Z].*[^.]$/)
    assert.match(description, /^[A-Z0-9].{20,}[.]$/s, id)
  }
})
