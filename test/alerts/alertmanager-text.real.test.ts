import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { SAMPLE_FILE } from './sample-config.ts'

const home = ownDirectory('alertmanager-text')
after(() => removeOwnDirectory(home))

type Status = 'firing' | 'resolved'

/** Alerts as Alertmanager gives them to a template: partition `i` has the i-th status. */
function render(
  template: string,
  statuses: readonly Status[],
  common: Readonly<Record<string, string>> = {},
) {
  const data = join(home, 'data.json')
  const alerts = statuses.map((status, i) => ({
    status,
    labels: {},
    annotations: { summary: `orders/${i} is stuck`, description: `orders/${i} stands.` },
  }))
  const commonLabels = { alertname: 'KafkaConsumerPartitionStuck', severity: 'critical', ...common }
  const status = statuses.includes('firing') ? 'firing' : 'resolved'
  const commonAnnotations = { runbook_url: 'https://runbooks/x', dashboard_url: 'https://grafana/x' }
  writeFileSync(data, JSON.stringify({ status, alerts, commonLabels, commonAnnotations, groupLabels: {} }))
  return execFileSync(
    'amtool',
    [
      'template',
      'render',
      `--template.glob=${join(SAMPLE_FILE, '../kafka.tmpl')}`,
      `--template.text={{ template "${template}" . }}`,
      `--template.data=${data}`,
    ],
    { encoding: 'utf8' },
  )
}

const some = (count: number, status: Status): readonly Status[] => Array(count).fill(status)
const group = { consumergroup: 'payments', kafka_cluster: 'east' }

const TITLES: readonly (readonly [string, readonly Status[], Readonly<Record<string, string>>, string])[] = [
  ['one', ['firing'], group, 'CRITICAL: orders/0 is stuck'],
  ['one beside one that is over', ['resolved', 'firing'], group, 'CRITICAL: orders/1 is stuck'],
  [
    'two beside many that are over',
    [...some(20, 'resolved'), 'firing', 'firing'],
    group,
    'CRITICAL: KafkaConsumerPartitionStuck of payments in east: 2 alerts',
  ],
  [
    'two without a group or a cluster',
    some(2, 'firing'),
    { severity: 'warning' },
    'WARNING: KafkaConsumerPartitionStuck: 2 alerts',
  ],
  ['one that is over', ['resolved'], group, 'OVER: orders/0 is stuck'],
  [
    'two that are over',
    some(2, 'resolved'),
    group,
    'OVER: KafkaConsumerPartitionStuck of payments in east: 2 alerts',
  ],
]

for (const [what, statuses, common, expected] of TITLES) {
  test(`the title of ${what}`, () => {
    assert.equal(render('kafka.title', statuses, common).trimEnd(), expected)
  })
}

const END = ['Runbook: https://runbooks/x', 'Dashboard: https://grafana/x']
const stands = (from: number, to: number, head = '') =>
  Array.from({ length: to - from }, (_, i) => `${head}orders/${from + i} stands.`)

const TEXTS: readonly (readonly [string, readonly Status[], readonly string[]])[] = [
  ['one', ['firing'], [...stands(0, 1), ...END]],
  ['ten', some(10, 'firing'), [...stands(0, 10), ...END]],
  ['eleven', some(11, 'firing'), [...stands(0, 10), '… 11 in all.', ...END]],
  ['a thousand', some(1000, 'firing'), [...stands(0, 10), '… 1000 in all.', ...END]],
  [
    'one beside twelve that are over, first',
    [...some(12, 'resolved'), 'firing'],
    [...stands(12, 13), ...stands(0, 10, 'Over: '), '… 12 over in all.', ...END],
  ],
  ['two that are over', some(2, 'resolved'), [...stands(0, 2, 'Over: '), ...END]],
]

for (const [what, statuses, expected] of TEXTS) {
  test(`the text of ${what}`, () => {
    assert.deepEqual(render('kafka.text', statuses).trimEnd().split('\n'), expected)
  })
}
