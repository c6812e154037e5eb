import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { alertTestFiles } from '../../scripts/docs-alert-tests.ts'

const ROOT = new URL('../../', import.meta.url)

for (const [path, text] of alertTestFiles()) {
  test(`${path} is what \`npm run docs\` makes`, () => {
    assert.ok(readFileSync(new URL(path, ROOT), 'utf8') === text, 'run `npm run docs`')
  })
}

test('alerts/tests holds the themes that there are, and nothing else', () => {
  assert.deepEqual(
    readdirSync(new URL('alerts/tests/', ROOT)).map(file => `alerts/tests/${file}`),
    [...alertTestFiles().keys()].sort(),
  )
})
