import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { RUNBOOK_INDEX, renderRunbookIndex } from '../../scripts/docs-runbooks.ts'
import { runCommandLine } from '../../src/cli/program.ts'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { THRESHOLDS } from '../../src/rules/thresholds.ts'
import { readDashboards } from '../dashboards/read-dashboards.ts'

const FOLDER = new URL('../../docs/runbooks/', import.meta.url)
const alerts = new Set(
  Object.values(RULE_SETS).flatMap(set => set.groups.flatMap(g => g.alerts.map(a => a.name as string))),
)
const pages = readdirSync(FOLDER)
  .filter(file => file !== 'README.md')
  .map(file => ({ name: file.replace(/\.md$/, ''), text: readFileSync(new URL(file, FOLDER), 'utf8') }))
const families = new Set(
  Object.values(RULE_SETS).flatMap(set => [
    ...set.families.keys(),
    ...('foreign' in set ? [...(set.foreign as ReadonlyMap<string, unknown>).keys()] : []),
  ]),
)

test('each alert has a page, and each page an alert', () => {
  assert.deepEqual(pages.map(page => page.name).sort(), [...alerts].sort())
})

test('the address in an alert is that of its page', () => {
  for (const set of Object.values(RULE_SETS)) {
    for (const rule of renderGroups(set, DEFAULT_CHOICES).flatMap(group => group.rules)) {
      if (!('alert' in rule)) continue
      const file = rule.annotations.runbook_url?.split('/').at(-1) ?? ''
      assert.ok(existsSync(new URL(file, FOLDER)), rule.alert)
    }
  }
})

test('each page says what it means, how urgent it is, how to confirm, mend and silence it', () => {
  for (const { name, text } of pages) {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    assert.deepEqual(headings, ['What it means', 'How urgent', 'Confirm', 'Mend', 'Silence'], name)
    assert.ok(text.startsWith(`# ${name}\n`), name)
    assert.match(text, new RegExp(`amtool silence add alertname=${name} `), name)
  }
})

test('metrics, thresholds and dashboards that pages name are there', () => {
  const dashboards = new Set(readDashboards().map(d => d.uid))
  for (const { name, text } of pages) {
    for (const [, metric = ''] of text.matchAll(/`(kafka_[a-z_]+)`/g)) {
      // The name of another exporter, not of a metric.
      if (metric !== 'kafka_exporter') assert.ok(families.has(metric), `${name}: ${metric}`)
    }
    for (const [, threshold = ''] of text.matchAll(/--threshold ([a-z-]+)=/g)) {
      assert.ok(threshold in THRESHOLDS, `${name}: ${threshold}`)
    }
    for (const [, uid = ''] of text.matchAll(/[Dd]ashboard `([\w-]+)`/g))
      assert.ok(dashboards.has(uid), `${name}: ${uid}`)
  }
})

test('the commands of rules that pages give are taken', async () => {
  const commands = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/`kafka-health-exporter rules ([^`]+)`/g)].map(([, flags = '']) => ({ name, flags })),
  )
  assert.ok(commands.length > 10, `${commands.length} commands`)
  for (const { name, flags } of commands) {
    const err: string[] = []
    const world = {
      env: {},
      stdout: { write: () => true },
      stderr: { write: (t: string) => err.push(t) },
      readFile: () => '',
    }
    assert.equal(
      await runCommandLine(['rules', ...flags.split(' ')], world),
      0,
      `${name}: ${flags}: ${err.join('')}`,
    )
  }
})

test('links lead somewhere', () => {
  for (const { name, text } of pages) {
    for (const [, target = '', anchor] of text.matchAll(/\]\(([^)#]+)(#[^)]+)?\)/g)) {
      const url = new URL(target, FOLDER)
      assert.ok(existsSync(url), `${name}: ${target}`)
      if (anchor) assert.ok(anchorsOf(fileURLToPath(url)).has(anchor), `${name}: ${target}${anchor}`)
    }
  }
})

function anchorsOf(file: string): ReadonlySet<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(
      ([, h = '']) =>
        `#${h
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-')}`,
    ),
  )
}

test('the index is what is made', () => {
  assert.equal(readFileSync(RUNBOOK_INDEX, 'utf8'), renderRunbookIndex())
})
