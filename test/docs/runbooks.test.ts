import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { RUNBOOK_INDEX, renderRunbookIndex } from '../../scripts/docs-runbooks.ts'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { THRESHOLDS, type ThresholdName } from '../../src/rules/thresholds.ts'
import { statusFinding } from '../../src/sources/services/health-failure.ts'
import { readDashboards } from '../dashboards/read-dashboards.ts'
import { ALERTS, FOLDER, readRunbooks } from './read-runbooks.ts'

const pages = readRunbooks()
const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('each alert has a page, and each page an alert', () => {
  assert.deepEqual(pages.map(page => page.name).sort(), [...new Set(ALERTS.map(a => a.name))].sort())
})

test('the address in an alert is that of its page', () => {
  for (const set of Object.values(RULE_SETS)) {
    for (const rule of renderGroups(set, DEFAULT_CHOICES).flatMap(group => group.rules)) {
      if (!('alert' in rule)) continue
      assert.equal(rule.annotations.runbook_url, `${DEFAULT_CHOICES.runbookBase}${rule.alert}.md`)
      assert.ok(existsSync(new URL(`${rule.alert}.md`, FOLDER)), rule.alert)
    }
  }
  assert.match(DEFAULT_CHOICES.runbookBase, /\/docs\/runbooks\/$/)
})

for (const { name, text: page } of pages) {
  test(`${name}: what it means, how urgent it is, how to confirm, mend and silence it`, () => {
    assert.ok(page.startsWith(`# ${name}\n`))
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
    assert.deepEqual(headings, ['What it means', 'How urgent', 'Confirm', 'Mend', 'Silence'])
    const [, , , confirm = '', mend = ''] = page.split(/^## .+$/m)
    assert.match(confirm, /(^|`)(kafka[-_]|curl )/m, 'a metric or a command')
    assert.match(mend, /^1\. /m)
    assert.doesNotMatch(page, /^\S.*```|[ \t]$|\n{3}/m)
  })
}

test('an alert of kafka_exporter that an offset tells otherwise is told apart', () => {
  const ours = new Set(RULE_SETS['kafka-health-exporter'].groups.flatMap(g => g.alerts.map(a => a.name)))
  const shared = RULE_SETS['kafka-exporter'].groups
    .flatMap(group => group.alerts.map(alert => alert.name))
    // It is the same expression.
    .filter(name => ours.has(name) && name !== 'KafkaUnderReplicatedPartitions')
  assert.ok(shared.length > 5)
  assert.deepEqual(
    shared.filter(name => !pages.find(page => page.name === name)?.text.includes('`kafka-exporter` set')),
    [],
  )
})

test('each code by which nothing is known of a service is mended', () => {
  const answered = Array.from({ length: 17 }, (_, number) => statusFinding(number, ''))
    .filter(({ status }) => status === 'unknown')
    .map(({ failure }) => failure?.code)
  const ours = ['CREDENTIALS_UNAVAILABLE', 'INTERNAL']
  const page = pages.find(({ name }) => name === 'KafkaServiceUnknown')?.text
  assert.deepEqual(
    [...answered, ...ours].filter(code => !page?.split('## Mend')[1]?.includes(`\`${code}\``)),
    [],
  )
})

test('metrics that pages name are there', () => {
  const families = new Set(
    Object.values(RULE_SETS).flatMap(set => [
      ...set.families.keys(),
      ...set.groups.flatMap(group => group.recordings.map(({ record }) => record)),
    ]),
  )
  for (const { name, code } of pages) {
    for (const piece of code) {
      for (const [metric] of piece.matchAll(/(?<![\w.-])(consumergroup:)?kafka_[a-z_]+(:\w+)?/g)) {
        // These are a label and the other exporter.
        if (metric === 'kafka_cluster' || metric === 'kafka_exporter') continue
        assert.ok(families.has(metric), `${name}: ${metric}`)
      }
    }
  }
})

test('dashboards and rows that pages name are there', () => {
  const rows = new Map(
    readDashboards().map(({ uid, panels }) => [
      uid,
      new Set(panels.filter(panel => panel.type === 'row').map(panel => panel.title)),
    ]),
  )
  for (const { name, text: page } of pages) {
    const named = [...page.matchAll(/[Dd]ashboard `([\w-]+)`(?:, row (\w+))?/g)]
    for (const [, uid = '', row] of named) {
      assert.ok(rows.has(uid), `${name}: ${uid}`)
      if (row !== undefined) assert.ok(rows.get(uid)?.has(row), `${name}: row ${row} of ${uid}`)
    }
    // A bare row is one of the dashboard of the last that was named.
    for (const [whole, row = ''] of page.matchAll(/(?<!`, )\brows? ([A-Z]\w+)/g)) {
      const known = [...rows.values()].some(titles => titles.has(row))
      assert.ok(known, `${name}: ${whole}`)
    }
  }
})

test('thresholds are told with the values that they have', () => {
  const told = (value: number | string) =>
    typeof value === 'string'
      ? value.replace(/m$/, ' minutes').replace(/h$/, ' hours')
      : value.toLocaleString('en')
  for (const name of ['offsets-stuck-after', 'loss-window', 'rewind-window', 'under-replicated-window']) {
    const { value } = THRESHOLDS[name as ThresholdName]
    for (const { name: page, text: said } of pages) {
      const [, brackets] = new RegExp(`\`${name}\` \\(([^)]+)\\)`).exec(said) ?? []
      if (brackets !== undefined) assert.equal(brackets, told(value), `${page}: ${name}`)
    }
  }
  for (const [name, threshold] of Object.entries(THRESHOLDS)) {
    for (const { name: page, text: said } of pages) {
      const [, brackets] = new RegExp(`\`${name}\` \\((\\d[\\d,.]*)[^)]*\\)`).exec(said) ?? []
      if (brackets === undefined || threshold.kind === 'window') continue
      const number = Number(brackets.replaceAll(',', ''))
      const units = [1, 60, 3600, 86_400, 1 / 100, 1_048_576]
      assert.ok(
        units.some(unit => Math.abs(number * unit - threshold.value) < 1e-9),
        `${page}: ${name} is ${threshold.value}, not ${brackets}`,
      )
    }
  }
})

test('settings that pages name are there', () => {
  const reference = text('docs/config.md') + text('docs/api.md') + text('docs/metrics.md')
  // Kafka's, PostgreSQL's and Prometheus's.
  const others = new Set(['request_log', 'scrape_timeout', 'relabel_configs', 'pg_stat_activity'])
  // Values of labels.
  const values = new Set([
    'schema_registry',
    'case_collision',
    'name_collision',
    'type_flip',
    'missing_required',
    'null_violation',
    'unknown_schema_id',
    'not_serving',
    // Of what a probe answers.
    'poll_loop',
  ])
  for (const { name, code } of pages) {
    for (const piece of code.filter(span => /^[a-z]+(_[a-z]+)+$/.test(span) && !span.startsWith('kafka_'))) {
      const isKnown = others.has(piece) || values.has(piece) || reference.includes(`\`${piece}\``)
      assert.ok(isKnown, `${name}: ${piece}`)
    }
    for (const piece of code.filter(span =>
      /^(groups|topics|expect|probe|web|metrics|sasl)\.\w/.test(span),
    )) {
      assert.ok(reference.includes(`\`${piece}\``), `${name}: ${piece}`)
    }
  }
})

test('quoted sentences are those of the exporter', () => {
  const folder = new URL('../../src/http/words/', import.meta.url)
  const sources = readdirSync(folder).map(file => readFileSync(new URL(file, folder), 'utf8'))
  const words = [...sources, text('docs/cli.md')].join('\n')
  const quotes = pages.flatMap(({ name, text: page }) =>
    [...page.matchAll(/^> (.+)$/gm)].map(([, quote = '']) => ({ name, quote })),
  )
  assert.ok(quotes.length > 10)
  for (const { name, quote } of quotes) {
    const pieces = quote
      .replaceAll(
        /GROUP|TOPIC\/\w+|TOPIC|audit\/\d|settlement-2|worker-3|orders-tx-1|Ongoing|offsets|its former place|is (?=written)/g,
        '¤',
      )
      .replaceAll(/kafka-2:9092|[A-Z_]{8,}|[\d.:,]*\d+( (min|h|s|days|UTC))*/g, '¤')
      .split(/[¤;,()…]| and /)
      .map(piece => piece.trim().replace(/ for$/, ''))
      .filter(piece => piece.includes(' '))
    for (const piece of pieces) assert.ok(words.includes(piece), `${name}: "${piece}"`)
  }
})

test('links lead somewhere', () => {
  const index = { name: 'README', text: readFileSync(RUNBOOK_INDEX, 'utf8') }
  for (const { name, text: page } of [...pages, index]) {
    for (const [, target = '', anchor] of page.matchAll(/\]\(([^)#]+)(#[^)]+)?\)/g)) {
      const url = new URL(target, FOLDER)
      assert.ok(existsSync(url), `${name}: ${target}`)
      if (anchor) assert.ok(anchorsOf(fileURLToPath(url)).has(anchor), `${name}: ${target}${anchor}`)
    }
  }
})

function anchorsOf(file: string): ReadonlySet<string> {
  const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  const slug = (heading: string) => heading.toLowerCase().replace(/[^\w\- ]/g, '')
  return new Set(headings.map(heading => `#${slug(heading).replaceAll(' ', '-')}`))
}

test('the index is what is made', () => {
  assert.equal(readFileSync(RUNBOOK_INDEX, 'utf8'), renderRunbookIndex())
})
