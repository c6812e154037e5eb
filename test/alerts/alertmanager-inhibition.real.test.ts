import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { type Alertmanager, type PostedAlert, startAlertmanager } from '../harness/alertmanager.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../harness/webhook-receiver.ts'
import { keptLabels } from '../rules/kept-labels.ts'
import { labelsOfSet } from '../rules/labels-of-set.ts'
import { withWebhooks } from './sample-config.ts'

/** What each alert silences of the same cluster, group and topic; what is not here silences nothing. */
const SILENCES: Readonly<Record<string, readonly string[]>> = {
  KafkaBrokerDown: [
    'KafkaConsumerGroupUnreadable',
    'KafkaHealthExporterPollFailing',
    'KafkaTopicPartitionOffline',
    'KafkaUnderReplicatedPartitions',
  ],
  KafkaClusterUnreachable: [
    'KafkaBrokerDown',
    'KafkaConsumerCommitBeyondEnd',
    'KafkaConsumerFallingBehind',
    'KafkaConsumerGroupMissing',
    'KafkaConsumerGroupUnproven',
    'KafkaConsumerGroupUnreadable',
    'KafkaConsumerGroupWithoutConsumer',
    'KafkaConsumerLagBudgetBurnFast',
    'KafkaConsumerLagBudgetBurnSlow',
    'KafkaConsumerLagHigh',
    'KafkaConsumerLagOverObjective',
    'KafkaConsumerLossImminent',
    'KafkaConsumerNeverCommits',
    'KafkaConsumerOffsetsLost',
    'KafkaConsumerPartitionStuck',
    'KafkaConsumerRebalanceStorm',
    'KafkaConsumerRetentionLow',
    'KafkaConsumerRewound',
    'KafkaConsumerTopicAbandoned',
    'KafkaDeadLettersArrived',
    'KafkaDeadLettersFlood',
    'KafkaDeadLettersMalformed',
    'KafkaDeadLettersOld',
    'KafkaDeadLettersUndrained',
    'KafkaHealthExporterPollFailing',
    'KafkaHungTransaction',
    'KafkaSchemaDrops',
    'KafkaSchemaRecordsUndecodable',
    'KafkaSchemaWatchBlind',
    'KafkaTopicFutureTimestamps',
    'KafkaTopicMissing',
    'KafkaTopicPartitionOffline',
    'KafkaTopicReadByUnknown',
    'KafkaTopicUnreadable',
    'KafkaUnderReplicatedPartitions',
  ],
  KafkaClientDeadLettersFailing: ['KafkaClientRetrying'],
  KafkaClientNotLive: ['KafkaClientNotReady'],
  KafkaClientPartitionStalled: ['KafkaClientRetrying'],
  KafkaClientRestartLoop: ['KafkaClientNotReady'],
  KafkaConsumerGroupMissing: [
    'KafkaConsumerFallingBehind',
    'KafkaConsumerGroupUnproven',
    'KafkaConsumerLagBudgetBurnSlow',
    'KafkaConsumerLagHigh',
    'KafkaConsumerLagOverObjective',
  ],
  KafkaConsumerLagBudgetBurnFast: ['KafkaConsumerLagBudgetBurnSlow', 'KafkaConsumerLagOverObjective'],
  KafkaConsumerLossImminent: ['KafkaConsumerRetentionLow'],
  KafkaConsumerOffsetsLost: ['KafkaConsumerRetentionLow'],
  KafkaConsumerPartitionStuck: [
    'KafkaClientPartitionStalled',
    'KafkaConsumerFallingBehind',
    'KafkaConsumerGroupUnproven',
    'KafkaConsumerLagBudgetBurnSlow',
    'KafkaConsumerLagHigh',
    'KafkaConsumerLagOverObjective',
  ],
  KafkaDeadLettersFlood: ['KafkaDeadLettersArrived'],
  KafkaHealthExporterAbsent: ['KafkaHealthExporterTargetDown'],
  KafkaHungTransaction: [
    'KafkaConsumerFallingBehind',
    'KafkaConsumerGroupUnproven',
    'KafkaConsumerLagBudgetBurnSlow',
    'KafkaConsumerLagHigh',
    'KafkaConsumerLagOverObjective',
  ],
}

/** The labels that each alert of this exporter has, as its expression keeps them. */
const LABELS = new Map(
  (['kafka-health-exporter', 'consumer-kit', 'jmx-exporter'] as const).flatMap(name =>
    renderGroups(RULE_SETS[name], DEFAULT_CHOICES).flatMap(({ rules }) =>
      rules.flatMap(rule => {
        if (!('alert' in rule)) return []
        const kept = keptLabels(rule.expr, labelsOfSet(name, RULE_SETS[name])) ?? new Set<string>()
        return [[rule.alert as string, { severity: rule.labels.severity as string, kept }] as const]
      }),
    ),
  ),
)
const NAMES = [...LABELS.keys()]

function alert(
  alertname: string,
  kafkaCluster: string | null,
  consumergroup = 'a-consumergroup',
): PostedAlert {
  const { severity, kept } = LABELS.get(alertname)!
  const labels = Object.fromEntries(
    [...kept].map(label => [label, label === 'consumergroup' ? consumergroup : `a-${label}`]),
  )
  const { kafka_cluster: named, ...others } = labels
  const cluster = named !== undefined && kafkaCluster !== null ? { kafka_cluster: kafkaCluster } : {}
  return { labels: { ...others, ...cluster, alertname, severity } }
}

const FENCE = ['KafkaConsumerLossImminent', 'KafkaConsumerRetentionLow'].map(name => alert(name, 'fence'))

let receiver: WebhookReceiver
let alertmanager: Alertmanager
before(async () => {
  receiver = await startWebhookReceiver()
  // Its group_wait is that of the sample: nobody is told anything before the test has ended.
  alertmanager = await startAlertmanager(withWebhooks(receiver.url))
})
after(async () => {
  await alertmanager.close()
  await receiver.close()
})

/** Fires the alerts, and gives the labels of those that are silenced; nothing is left of them. */
async function silencedOf(alerts: readonly PostedAlert[]): Promise<readonly PostedAlert['labels'][]> {
  const suppressed = async () =>
    (await alertmanager.alerts()).filter(a => a.status.state === 'suppressed').map(a => a.labels)
  await alertmanager.post(alerts)
  // What was posted before the fence has been weighed when the fence has.
  await alertmanager.post(FENCE)
  await waitUntil('the fence is weighed', async () =>
    (await suppressed()).some(labels => labels.kafka_cluster === 'fence'),
  )
  const found = (await suppressed()).filter(labels => labels.kafka_cluster !== 'fence')
  const endsAt = new Date().toISOString()
  await alertmanager.post([...alerts, ...FENCE].map(each => ({ ...each, endsAt })))
  await waitUntil('all are over', async () => (await alertmanager.alerts()).length === 0)
  return found
}

test('each alert silences in its cluster what the table says, and nothing else', async () => {
  const ofAll = new Set(['KafkaHealthExporterAbsent'])
  const sources = NAMES.filter(name => !ofAll.has(name))
  // Each pair has a cluster and a group of its own, so that no other alert has a part in it.
  const pairs = sources.flatMap(source =>
    NAMES.filter(target => target !== source && !ofAll.has(target)).map(target => ({ source, target })),
  )
  const ofPair = (name: string, { source, target }: (typeof pairs)[number]) =>
    alert(name, `${source}/${target}`, `${source}/${target}`)
  const silenced = await silencedOf(
    pairs.flatMap(pair => [ofPair(pair.source, pair), ofPair(pair.target, pair)]),
  )
  const found: Record<string, string[]> = {}
  for (const { alertname = '', kafka_cluster, consumergroup = '' } of silenced) {
    const [one = '', other = ''] = (kafka_cluster ?? consumergroup).split('/')
    const source = alertname === other ? one : other
    found[source] = [...new Set([...(found[source] ?? []), alertname])].sort()
  }
  const { KafkaHealthExporterAbsent: _ofAll, ...expected } = SILENCES
  assert.deepEqual(found, expected)
  // Both orders of each pair were there, and told the same.
  assert.equal(silenced.length, 2 * Object.values(expected).flat().length)
})

const NOT_SOURCES = NAMES.filter(name => SILENCES[name] === undefined)

for (const source of Object.keys(SILENCES)) {
  test(`${source} of a cluster without a name silences what the table says, and nothing else`, async () => {
    const silenced = await silencedOf([source, ...NOT_SOURCES].map(name => alert(name, null)))
    assert.deepEqual(
      silenced.map(labels => labels.alertname).sort(),
      SILENCES[source]!.filter(name => NOT_SOURCES.includes(name)),
    )
  })

  test(`${source} of a cluster with a name silences nothing of one without, or of another`, async () => {
    const others = NOT_SOURCES.filter(name => LABELS.get(name)!.kept.has('kafka_cluster'))
    const silenced = await silencedOf([
      alert(source, 'east'),
      ...others.flatMap(name => [alert(name, 'west'), alert(name, null)]),
    ])
    assert.deepEqual(silenced, [])
  })
}

for (const [label, source] of [
  ['consumergroup', 'KafkaClientDeadLettersFailing'],
  ['topic', 'KafkaClientDeadLettersFailing'],
  ['instance', 'KafkaClientNotLive'],
  ['consumergroup', 'KafkaClientPartitionStalled'],
  ['consumergroup', 'KafkaClientRestartLoop'],
  ['consumergroup', 'KafkaConsumerGroupMissing'],
  ['consumergroup', 'KafkaConsumerLagBudgetBurnFast'],
  ['consumergroup', 'KafkaConsumerLossImminent'],
  ['topic', 'KafkaConsumerLossImminent'],
  ['consumergroup', 'KafkaConsumerOffsetsLost'],
  ['topic', 'KafkaConsumerOffsetsLost'],
  ['consumergroup', 'KafkaConsumerPartitionStuck'],
  ['consumergroup', 'KafkaHungTransaction'],
  ['topic', 'KafkaDeadLettersFlood'],
] as const) {
  test(`${source} of another ${label} silences nothing`, async () => {
    const one = alert(source, 'east')
    const others = NOT_SOURCES.filter(name => LABELS.get(name)!.kept.has(label))
    const another = { ...one, labels: { ...one.labels, [label]: 'another' } }
    assert.deepEqual(await silencedOf([another, ...others.map(name => alert(name, 'east'))]), [])
  })
}

test('two replicas of Prometheus that tell the same are told once', async () => {
  const hooked = await startWebhookReceiver()
  const manager = await startAlertmanager(
    withWebhooks(hooked.url, { group_wait: '1s', group_interval: '2s' }),
  )
  try {
    const stuck = alert('KafkaConsumerPartitionStuck', 'east')
    const later = { ...alert('KafkaBrokerDown', 'west') }
    await manager.post([stuck])
    await manager.post([{ ...stuck, annotations: { summary: 'the same of another' } }])
    await hooked.waitFor('it is told', all => all.length > 0)
    await manager.post([stuck, later])
    await hooked.waitFor('what came later is told', all => all.length > 1)
    assert.deepEqual(
      hooked.notifications.map(n => n.alerts.map(a => a.labels.alertname)),
      [['KafkaConsumerPartitionStuck'], ['KafkaBrokerDown']],
    )
  } finally {
    await manager.close()
    await hooked.close()
  }
})
