import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { type Alertmanager, startAlertmanager } from '../../harness/alertmanager.ts'
import { type KafkaCluster, startKafka } from '../../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../../harness/lab.ts'
import { ownDirectory, removeOwnDirectory } from '../../harness/owned-process.ts'
import { type Postgres, startPostgres } from '../../harness/postgres.ts'
import { type Prometheus, startPrometheus } from '../../harness/prometheus.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../harness/webhook-receiver.ts'
import { runCommand, type ServingCommand, startServing } from '../command.ts'
import { type Consumers, startConsumers, TOPICS } from './consumers.ts'
import { PROFILE } from './profile.ts'
import { sampleWithWebhooks } from './sample-config.ts'

const REPOSITORY = join(import.meta.dirname, '..', '..', '..')
export const CLUSTER = 'shop'

/** Everything that is between a fault and whoever hears of it, as processes of their own. */
export interface AlertWorld {
  readonly kafka: KafkaCluster
  readonly lab: Lab
  readonly postgres: Postgres
  readonly exporter: ServingCommand
  readonly prometheus: Prometheus
  readonly alertmanager: Alertmanager
  readonly webhooks: WebhookReceiver
  readonly consumers: Consumers
  close(): Promise<void>
}

export async function startAlertWorld(): Promise<AlertWorld> {
  const opened: (() => Promise<unknown>)[] = []
  const close = async () => {
    while (opened.length > 0) await opened.pop()!()
  }
  const open = async <T>(starting: Promise<T>, end: (part: T) => Promise<unknown>): Promise<T> => {
    const part = await starting
    opened.push(() => end(part))
    return part
  }
  try {
    const home = ownDirectory('alerts')
    opened.push(() => removeOwnDirectory(home))
    const [kafka, postgres] = await Promise.all([
      open(startKafka({ dedicatedController: true, properties: PROPERTIES }), part => part.close()),
      open(startPostgres(), part => part.close()),
    ])
    const lab = await open(startLab(kafka), part => part.close())
    await lab.createTopics(TOPICS)
    const consumers = await open(startConsumers(lab), part => part.stop())
    const exporter = await open(
      startServing([`--config=${exporterConfig(home, kafka)}`], envOf(postgres)),
      part => part.end('SIGTERM'),
    )
    const webhooks = await open(startWebhookReceiver(), part => part.close())
    const alertmanager = await open(
      startAlertmanager(sampleWithWebhooks(webhooks.url, PROFILE.waits)),
      part => part.close(),
    )
    const prometheus = await open(
      startPrometheus({
        scrapeInterval: PROFILE.scrapeInterval,
        ruleFiles: [await ruleFile(home)],
        scrapeConfigs: [{ job_name: 'kafka', static_configs: [{ targets: [new URL(exporter.url).host] }] }],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.address] }] }] },
      }),
      part => part.close(),
    )
    return { kafka, lab, postgres, exporter, prometheus, alertmanager, webhooks, consumers, close }
  } catch (error) {
    await close()
    throw error
  }
}

const PROPERTIES = {
  // So that what a topic's retention says is done at once.
  'log.retention.check.interval.ms': '2000',
  'log.initial.task.delay.ms': '0',
  // A coordinator that forgets to end what has taken too long: that is a hung transaction.
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '86400000',
}

function exporterConfig(home: string, kafka: KafkaCluster): string {
  const file = join(home, 'exporter.yml')
  const config = {
    clusters: [
      {
        name: CLUSTER,
        brokers: kafka.brokers,
        expect: { groups: ['billing', 'nightly'], topics: ['orders', 'invoices'] },
        ...PROFILE.cluster,
      },
    ],
    dependencies: [{ name: 'orders-db', kind: 'postgres', url_env: 'ORDERS_DB_URL', ...PROFILE.dependency }],
    state_file: join(home, 'state'),
  }
  writeFileSync(file, stringify(config))
  return file
}

function envOf(postgres: Postgres): NodeJS.ProcessEnv {
  return { ORDERS_DB_URL: postgres.url }
}

/** That of the repository, or what a user would have written with the command. */
async function ruleFile(home: string): Promise<string> {
  if (PROFILE.ruleFlags === null) return join(REPOSITORY, 'alerts', 'kafka-health-exporter.rules.yml')
  const file = join(home, 'rules.yml')
  const { code, stderr } = await runCommand(['rules', `--output=${file}`, ...PROFILE.ruleFlags])
  if (code !== 0) throw new Error(`rules: ${stderr}`)
  if (PROFILE.evaluationInterval !== null) evaluateEvery(file, PROFILE.evaluationInterval)
  return file
}

function evaluateEvery(file: string, interval: string): void {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { name: string; interval: string }[] }
  // Budgets are shares of a number of evaluations: an hour of them is 120.
  for (const group of groups) if (group.name !== 'kafka-consumer-lag') group.interval = interval
  writeFileSync(file, stringify({ groups }))
}
