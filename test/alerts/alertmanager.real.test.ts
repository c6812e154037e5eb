import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { type Alertmanager, startAlertmanager } from '../harness/alertmanager.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../harness/webhook-receiver.ts'
import { readSample, SAMPLE_FILE, withWebhooks } from './sample-config.ts'

type Labels = Readonly<Record<string, string>>

const ALERTS = Object.values(RULE_SETS).flatMap(set => set.groups.flatMap(group => [...group.alerts]))
const severityOf = (name: string) => ALERTS.find(alert => alert.name === name)?.severity ?? ''
const amtool = (...args: string[]) =>
  execFileSync('amtool', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

test('amtool finds the sample sound', () => {
  assert.match(amtool('check-config', SAMPLE_FILE), /SUCCESS[\s\S]*6 receivers[\s\S]*SUCCESS/)
})

test('each alert reaches whom its severity and team say', () => {
  const expected: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    critical: { '': 'on-call', payments: 'payments-on-call', billing: 'on-call' },
    warning: { '': 'kafka-channel', payments: 'payments-mail', billing: 'kafka-channel' },
    info: { '': 'log', payments: 'log', billing: 'log' },
  }
  for (const { name, severity } of ALERTS) {
    for (const [team, receiver] of Object.entries(expected[severity] ?? {})) {
      const labels = [`alertname=${name}`, `severity=${severity}`, ...(team ? [`team=${team}`] : [])]
      const found = amtool('config', 'routes', 'test', `--config.file=${SAMPLE_FILE}`, ...labels)
      assert.equal(found.trim(), receiver, labels.join(' '))
    }
  }
  const other = amtool(
    'config',
    'routes',
    'test',
    `--config.file=${SAMPLE_FILE}`,
    'alertname=NodeDown',
    'severity=critical',
  )
  assert.equal(other.trim(), 'unrouted')
})

test('no name in the sample is that of no alert, and no alert that it names by pattern is missed', () => {
  const text = readFileSync(SAMPLE_FILE, 'utf8')
  const names = new Set(ALERTS.map(alert => alert.name as string))
  for (const [, name = ''] of text.matchAll(/alertname="(\w+)"/g)) assert.ok(names.has(name), name)
  for (const [, pattern = ''] of text.matchAll(/alertname=~"([^"]+)"/g)) {
    for (const alternative of alternatives(pattern)) {
      const matched = [...names].filter(name => new RegExp(`^(?:${alternative})$`).test(name))
      assert.ok(matched.length > 0, `${alternative} matches no alert`)
    }
  }
})

/** `A(B|C)D` as ABD and ACD. */
function alternatives(pattern: string): readonly string[] {
  const inner = /^(\w*)\(([^)]*)\)(.*)$/.exec(pattern)
  if (!inner) return pattern.split('|')
  const [, head = '', choices = '', tail = ''] = inner
  return choices.split('|').map(choice => `${head}${choice}${tail}`)
}

test('repeats come at multiples of their group interval, as Alertmanager can only send them then', () => {
  const seconds = (text: unknown) =>
    Number.parseInt(String(text), 10) * { s: 1, m: 60, h: 3600 }[String(text).slice(-1) as 's']
  const { route } = readSample()
  for (const r of [route, ...(route.routes ?? [])].filter(r => r.repeat_interval !== undefined)) {
    assert.equal(seconds(r.repeat_interval) % seconds(r.group_interval ?? route.group_interval), 0)
  }
})

let receiver: WebhookReceiver
let alertmanager: Alertmanager
/** Waits too long to notify anybody. */
let quiet: Alertmanager
before(async () => {
  receiver = await startWebhookReceiver()
  alertmanager = await startAlertmanager(
    withWebhooks(receiver.url, { group_wait: '1s', group_interval: '2s' }),
  )
  quiet = await startAlertmanager(withWebhooks(receiver.url))
})
after(async () => {
  await alertmanager.close()
  await quiet.close()
  await receiver.close()
})

const alert = (alertname: string, labels: Labels = {}) => ({
  labels: { alertname, severity: severityOf(alertname), ...labels },
})

/** Two alerts of which the first silences the second: when that is so, what was posted before them has been weighed. */
const FENCE = ['KafkaConsumerLossImminent', 'KafkaConsumerRetentionLow'].map(name =>
  alert(name, { consumergroup: 'fence', topic: 'fence' }),
)

/** Fires two alerts and tells whether the first silences the second; nothing is left of them. */
async function inhibits(
  source: ReturnType<typeof alert>,
  target: ReturnType<typeof alert>,
): Promise<boolean> {
  const isSuppressed = async (one: ReturnType<typeof alert>) => {
    const all = await quiet.alerts()
    const same = (labels: Labels) => Object.entries(one.labels).every(([key, value]) => labels[key] === value)
    return all.find(({ labels }) => same(labels))?.status.state === 'suppressed'
  }
  await quiet.post([source, target])
  await quiet.post(FENCE)
  await waitUntil('the fence is weighed', () => isSuppressed(FENCE[1]!))
  const found = await isSuppressed(target)
  const over = new Date().toISOString()
  await quiet.post([source, target, ...FENCE].map(one => ({ ...one, endsAt: over })))
  await waitUntil('all are over', async () => (await quiet.alerts()).length === 0)
  return found
}

const east = { kafka_cluster: 'east' }
const payments = { consumergroup: 'payments' }
const orders = { ...payments, topic: 'orders' }

const SILENCED: readonly (readonly [string, Labels, string, Labels])[] = [
  ['KafkaHealthExporterAbsent', {}, 'KafkaHealthExporterTargetDown', { instance: 'a', job: 'kafka' }],
  ['KafkaClusterUnreachable', {}, 'KafkaBrokerDown', { id: '1' }],
  ['KafkaClusterUnreachable', east, 'KafkaConsumerPartitionStuck', { ...east, ...orders, partition: '0' }],
  ['KafkaClusterUnreachable', east, 'KafkaHealthExporterPollFailing', { ...east, instance: 'a' }],
  ['KafkaBrokerDown', { id: '1' }, 'KafkaUnderReplicatedPartitions', {}],
  ['KafkaBrokerDown', { ...east, id: '1' }, 'KafkaTopicPartitionOffline', { ...east, topic: 'orders' }],
  ['KafkaClusterUnreachable', east, 'KafkaDeadLettersOld', { ...east, topic: 'orders-dlt' }],
  ['KafkaDeadLettersFlood', { topic: 'orders-dlt' }, 'KafkaDeadLettersArrived', { topic: 'orders-dlt' }],
  ['KafkaConsumerLossImminent', orders, 'KafkaConsumerRetentionLow', orders],
  ['KafkaConsumerOffsetsLost', { ...east, ...orders }, 'KafkaConsumerRetentionLow', { ...east, ...orders }],
  ['KafkaConsumerLagBudgetBurnFast', payments, 'KafkaConsumerLagBudgetBurnSlow', payments],
  ['KafkaConsumerPartitionStuck', { ...orders, partition: '3' }, 'KafkaConsumerLagOverObjective', payments],
  ['KafkaHungTransaction', orders, 'KafkaConsumerLagHigh', payments],
]

const HEARD: readonly (readonly [string, Labels, string, Labels])[] = [
  // Neither has a cluster, a group or a topic, and that is no reason.
  ['KafkaBrokerDown', { id: '1' }, 'KafkaDependencySlow', { dependency: 'orders-db' }],
  ['KafkaClusterUnreachable', {}, 'KafkaDependencyDown', { dependency: 'orders-db' }],
  ['KafkaClusterUnreachable', {}, 'KafkaHealthExporterStateNotSaved', { instance: 'a' }],
  ['KafkaClusterUnreachable', east, 'KafkaBrokerDown', { kafka_cluster: 'west', id: '1' }],
  [
    'KafkaBrokerDown',
    { ...east, id: '1' },
    'KafkaConsumerPartitionStuck',
    { ...east, ...orders, partition: '0' },
  ],
  ['KafkaConsumerLossImminent', orders, 'KafkaConsumerRetentionLow', { ...payments, topic: 'refunds' }],
  [
    'KafkaConsumerLossImminent',
    orders,
    'KafkaConsumerRetentionLow',
    { consumergroup: 'billing', topic: 'orders' },
  ],
  [
    'KafkaConsumerPartitionStuck',
    { ...orders, partition: '3' },
    'KafkaConsumerLagOverObjective',
    { consumergroup: 'billing' },
  ],
  ['KafkaConsumerPartitionStuck', { ...orders, partition: '3' }, 'KafkaConsumerRewound', orders],
  ['KafkaConsumerPartitionStuck', { ...orders, partition: '3' }, 'KafkaConsumerLossImminent', orders],
  ['KafkaConsumerLagBudgetBurnFast', payments, 'KafkaConsumerLagHigh', payments],
  ['KafkaDeadLettersFlood', { topic: 'orders-dlt' }, 'KafkaDeadLettersArrived', { topic: 'audit-dlt' }],
  ['KafkaDeadLettersFlood', { topic: 'orders-dlt' }, 'KafkaDeadLettersOld', { topic: 'orders-dlt' }],
]

for (const [rows, silenced] of [
  [SILENCED, true],
  [HEARD, false],
] as const) {
  for (const [source, sourceLabels, target, targetLabels] of rows) {
    const about = (labels: Labels) => Object.values(labels).join('/')
    test(`${source} ${about(sourceLabels)} ${silenced ? 'silences' : 'leaves'} ${target} ${about(targetLabels)}`, async () => {
      assert.equal(await inhibits(alert(source, sourceLabels), alert(target, targetLabels)), silenced)
      if (silenced)
        assert.equal(await inhibits(alert(target, targetLabels), alert(source, sourceLabels)), false)
    })
  }
}

test('a thousand stuck partitions of a group are one notification, and another group is another', async () => {
  const stuck = (consumergroup: string, partition: number) =>
    alert('KafkaConsumerPartitionStuck', { consumergroup, topic: 'orders', partition: String(partition) })
  await alertmanager.post([
    ...Array.from({ length: 1000 }, (_, p) => stuck('payments', p)),
    stuck('billing', 0),
  ])
  await receiver.waitFor('both are told', all => all.length >= 2)
  const told = receiver.notifications.map(n => [n.receiver, n.groupLabels.consumergroup, n.alerts.length])
  assert.deepEqual(told.sort(), [
    ['on-call', 'billing', 1],
    ['on-call', 'payments', 1000],
  ])
})

test('what a channel reads, when it fires and when it is over', async () => {
  const template = join(SAMPLE_FILE, '../kafka.tmpl')
  const manager = await startAlertmanager({
    templates: [template],
    route: { receiver: 'channel', group_by: ['alertname'], group_wait: '1s', group_interval: '2s' },
    receivers: [
      {
        name: 'channel',
        slack_configs: [
          {
            api_url: `${receiver.url}/slack`,
            channel: '#kafka',
            title: '{{ template "kafka.title" . }}',
            text: '{{ template "kafka.text" . }}',
            send_resolved: true,
          },
        ],
      },
    ],
  })
  const texts = () =>
    receiver.bodies
      .filter(({ path }) => path === '/slack')
      .map(({ body }) => {
        const [attachment] = (body as { attachments: readonly { title: string; text: string }[] }).attachments
        return [attachment?.title, attachment?.text]
      })
  const stuck = (partition: number, endsAt?: string) => ({
    ...alert('KafkaConsumerPartitionStuck', { ...east, ...orders, partition: String(partition) }),
    annotations: {
      summary: `payments is stuck on orders/${partition} in east`,
      description: `payments has work on orders/${partition}.`,
      runbook_url: 'https://runbooks/KafkaConsumerPartitionStuck.md',
    },
    ...(endsAt && { endsAt }),
  })
  try {
    await manager.post([stuck(0)])
    await waitUntil('it is told', () => texts().length === 1)
    await manager.post([stuck(0, new Date().toISOString())])
    await waitUntil('it is told that it is over', () => texts().length === 2)
    assert.deepEqual(texts(), [
      [
        'CRITICAL: payments is stuck on orders/0 in east',
        'payments has work on orders/0.\nRunbook: https://runbooks/KafkaConsumerPartitionStuck.md\n',
      ],
      [
        'OVER: payments is stuck on orders/0 in east',
        'Over: payments has work on orders/0.\nRunbook: https://runbooks/KafkaConsumerPartitionStuck.md\n',
      ],
    ])
    await manager.post(Array.from({ length: 12 }, (_, p) => stuck(p)))
    await waitUntil('twelve are told', () => texts().some(([, text]) => text?.includes('12 in all')))
    const [title, text] = texts().at(-1) as [string, string]
    assert.equal(title, 'CRITICAL: KafkaConsumerPartitionStuck of payments in east: 12 alerts')
    assert.deepEqual(text.split('\n').slice(9), [
      'payments has work on orders/7.',
      '… 12 in all.',
      'Runbook: https://runbooks/KafkaConsumerPartitionStuck.md',
      '',
    ])
  } finally {
    await manager.close()
  }
})
