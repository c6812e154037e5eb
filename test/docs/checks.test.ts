import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DROP_REASONS, TARGETS, TYPE_NAMES } from '../../src/checks.ts'

const ROOT = new URL('../../', import.meta.url)
const text = readFileSync(new URL('docs/checks.md', ROOT), 'utf8')
const block = (language: string) => text.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''

test('the example prints what stands below it', () => {
  const entry = new URL('src/checks.ts', ROOT).href
  const code = block('ts').replace('kafka-health-exporter/checks', entry)
  const args = ['--import', 'tsx', '--input-type=module', '-e', code]
  assert.equal(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }), block('text'))
})

test('every reason, target and type is explained', () => {
  const cells = text.split('\n').flatMap(line => line.match(/^\| (.+?) \|/)?.[1]?.split(', ') ?? [])
  for (const name of [...DROP_REASONS, ...TARGETS, ...TYPE_NAMES])
    assert.ok(cells.includes(`\`${name}\``), name)
})
