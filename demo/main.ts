import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import closeWithGrace from 'close-with-grace'
import { Kafka, logLevel } from 'kafkajs'
import colors from 'picocolors'
import { freePort } from '../test/harness/free-port.ts'
import { startKafka } from '../test/harness/kafka-cluster.ts'
import { startLab } from '../test/harness/lab.ts'
import { startPostgres } from '../test/harness/postgres.ts'
import { findProgram, startPrometheus } from '../test/harness/prometheus.ts'
import { startConsumers, wedge } from './consumers.ts'
import { startExporter } from './exporter.ts'
import { startInvoicing } from './invoicing.ts'
import { awaitPicture } from './picture.ts'
import { startRegistry } from './registry.ts'
import { history, startProducing, topics } from './traffic.ts'

const { values: flags } = parseArgs({
  options: {
    /** Start, wait until everything to be seen is there, say so, stop: exit 0. */
    once: { type: 'boolean', default: false },
    'no-prometheus': { type: 'boolean', default: false },
  },
})

// kafkajs lets each attempt to close a connection wait for its requests with a listener of its own: with a broker
// gone that can be more than the ten that Node.js warns of as a leak. They end with the clients, and the exporter is
// a process of its own, with no such limit lifted.
EventEmitter.defaultMaxListeners = 0

/** What was opened, to be closed in reverse. */
const opened: (() => Promise<void>)[] = []

// Whatever happens: a failure, Ctrl-C half way, the end. A second signal exits at once, and what then still runs is
// reaped when this process is gone.
closeWithGrace({ delay: 30_000, logger: false }, async ({ err, signal }) => {
  if (err) console.error(colors.red(`demo: ${err.message}`), err.cause ?? '')
  if (signal) say('stopping')
  while (opened.length > 0) await opened.pop()!().catch(error => console.error(error))
})

const setup = spawnSync(process.execPath, [join(import.meta.dirname, '../scripts/setup.mjs'), '--demo'], {
  stdio: 'inherit',
})
if (setup.status !== 0) process.exit(setup.status ?? 1)

say('starting three Kafka brokers and Postgres')
const [kafka, postgres] = await Promise.all([
  // So that retention is seen at work: by default a broker looks every five minutes.
  open(startKafka({ brokers: 3, properties: { 'log.retention.check.interval.ms': '5000' } })),
  open(startPostgres()),
])
const lab = await open(startLab(kafka))
await lab.createTopics(topics)
await lab.produce(history())

say('starting producers and consumers')
const client = (clientId: string) =>
  new Kafka({ clientId, brokers: [...kafka.brokers], logLevel: logLevel.NOTHING })
opened.push(await startProducing(client('shop')))
opened.push(await startConsumers(client, lab))
const invoicing = await open(startInvoicing(client('invoicing-1')))
const registry = await open(startRegistry())

say('starting the exporter')
const exporter = await open(
  startExporter({
    brokers: kafka.brokers,
    databaseUrl: postgres.url,
    registryUrl: registry.url,
    services: [
      {
        name: 'invoicing',
        address: invoicing.healthAddress,
        metrics_url: `http://${invoicing.address}/metrics`,
        interval: '5s',
      },
      { name: 'mailer', address: `127.0.0.1:${await freePort()}`, interval: '5s' },
    ],
  }),
)
const prometheus =
  flags['no-prometheus'] || !findProgram('prometheus')
    ? null
    : await open(
        startPrometheus({
          scrapeInterval: '5s',
          ruleFiles: ['kafka-health-exporter', 'consumer-kit'].map(set =>
            join(import.meta.dirname, `../alerts/${set}.rules.yml`),
          ),
          scrapeConfigs: [
            { job_name: 'kafka-health-exporter', static_configs: [{ targets: [exporter.address] }] },
            { job_name: 'invoicing', static_configs: [{ targets: [invoicing.address] }] },
          ],
        }),
      )

if (flags.once) {
  say('waiting until everything is to be seen')
  const { sights, words } = await awaitPicture(exporter.url)
  for (const sight of sights) console.log(`  ${colors.green('✓')} ${sight}`)
  for (const text of words) console.log(`    ${colors.dim(text)}`)
  while (opened.length > 0) await opened.pop()!()
  say('stopped')
  process.exit(0)
}
// Debian's Prometheus has the classic pages alone.
const alertsPage =
  prometheus && (await fetch(`${prometheus.url}/alerts`, { signal: AbortSignal.timeout(5_000) }))
const alertsPath = alertsPage?.ok ? '/alerts' : '/classic/alerts'
tell()
// The children are not waited for: something has to keep this process until a signal comes.
setInterval(() => {}, 60_000)

async function open<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const part = await starting
  opened.push(() => part.close())
  return part
}

function say(what: string): void {
  console.log(`${colors.dim('demo:')} ${what}`)
}

function tell(): void {
  const where = (name: string, address: string) => console.log(`  ${name.padEnd(14)}${colors.cyan(address)}`)
  const who = (name: string, what: string) => console.log(`  ${colors.bold(name.padEnd(14))}${what}`)
  console.log(`\n${colors.bold('Open')}`)
  where('status page', `${exporter.url}/`)
  where('metrics', `${exporter.url}/metrics`)
  where('API', `${exporter.url}/api/v1/groups`)
  if (prometheus) where('Prometheus', `${prometheus.url}/graph`)
  if (prometheus) where('alerts', `${prometheus.url}${alertsPath}`)
  where('Kafka', kafka.brokers.join(','))
  where('Postgres', postgres.url)
  where('invoicing', `http://${invoicing.address}/livez, /readyz and /metrics`)
  where('registry', registry.url)
  where('exporter', `${exporter.configFile}, ${exporter.logFile}`)
  console.log(`\n${colors.bold('Look for')}`)
  who(
    'payments',
    `wedged: partition ${wedge.partition} stands still at offset ${wedge.offset} and is stalled within a minute; its five siblings move`,
  )
  who('reports', 'stopped: no consumer, which is said after half a minute; oldest record most of an hour old')
  who(
    'archive',
    'stopped too, and audit keeps a minute: headroom falls to 0, then what retention took is counted',
  )
  who('accounting', 'caught up: only transaction markers and aborted records lie behind its commit on ledger')
  who(
    'analytics',
    'slow: its lag grows for a minute and a half, is gone within the next one, and it always moves',
  )
  who('billing', 'healthy: two members, next to no lag, and how long it has met its objective')
  who('fraud', 'healthy, a group of the new protocol (KIP-848)')
  who(
    'shipping',
    'a share group (KIP-932) on shipments: its start offsets move; Kafka 4.1 does not report share lag, 4.2 does',
  )
  who('orders-dlq', 'a dead-letter topic with three records, of which one was sent back')
  who(
    'invoicing',
    'a service with the consumer kit: every twentieth invoice is parked in invoices-dlq, with its cause',
  )
  who('mailer', 'a service that is not there: offline; invoicing serves')
  who(
    'events',
    'watched by its schema: a tenth has an amount that is text, others a user name twice; some name no schema',
  )
  console.log(`\n${colors.bold('Try')}`)
  console.log(`  npx tsx src/main.ts lag --url=${exporter.url}        # the same in words; --watch goes on`)
  console.log(`  curl -s ${exporter.url}/metrics | grep -E 'unhealthy_seconds|headroom|lost_offsets'`)
  console.log(`  kill -9 ${kafka.broker(3).pid}        # a broker; everything else stays readable`)
  console.log(`  kill -QUIT ${postgres.pid}     # Postgres: kafka_health_dependency_up turns 0`)
  console.log('\nCtrl-C ends everything and leaves nothing behind.\n')
}
