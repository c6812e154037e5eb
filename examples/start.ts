import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import colors from 'picocolors'
import { freePort } from '../test/harness/free-port.ts'
import { startKafka } from '../test/harness/kafka-cluster.ts'
import { ownDirectory, removeOwnDirectory, spawnOwned } from '../test/harness/owned-process.ts'
import { startPostgres } from '../test/harness/postgres.ts'
import type { Example } from './example.ts'

/**
 * Starts one example with all that it needs, and something to do: `npm run example cve-pipeline`. Kafka and PostgreSQL
 * are those of KAFKA_BROKERS and DATABASE_URL, or started here and gone afterwards.
 */
const name = process.argv[2] ?? ''
const folder = join(import.meta.dirname, name)
if (name === '' || !existsSync(join(folder, 'example.ts'))) {
  console.error('usage: npm run example cve-pipeline | exec-probe-worker | auto-healing-consumer')
  process.exit(1)
}
const { example } = (await import(join(folder, 'example.ts'))) as { example: Example }

/** What was opened, to be closed in reverse. */
const opened: (() => Promise<void>)[] = []
const stopping = new AbortController()
closeWithGrace({ delay: 30_000, logger: false }, async ({ err, signal }) => {
  if (err) console.error(colors.red(`example: ${err.message}`), err.cause ?? '')
  if (signal) say('stopping')
  stopping.abort()
  while (opened.length > 0) await opened.pop()!().catch(error => console.error(error))
})

const brokers = process.env.KAFKA_BROKERS?.split(',') ?? [...(await startOwnKafka())]
const home = ownDirectory('example')
opened.push(() => removeOwnDirectory(home))
const env: Record<string, string> = {
  KAFKA_BROKERS: brokers.join(','),
  HEARTBEAT_FILE: join(home, 'alive'),
  ...example.env,
}
if (example.needsPostgres) env.DATABASE_URL = process.env.DATABASE_URL ?? (await startOwnPostgres())
for (const port of example.ports) env[port] = String(await freePort())

const kafka = new Kafka({ clientId: 'example-starter', brokers, logLevel: logLevel.ERROR })
await createTopics()

say(`starting ${name}`)
const service = await spawnOwned(process.execPath, ['--import', 'tsx', join(folder, 'main.ts')], {
  cwd: join(import.meta.dirname, '..'),
  env: { ...process.env, ...env },
  stdio: 'inherit',
})
opened.push(() => service.end('SIGTERM', 20_000))
void service.exited.then(({ code, signal }) => {
  if (stopping.signal.aborted) return
  say(`${name} ended: ${signal ?? code}`)
  process.kill(process.pid, 'SIGTERM')
})

console.log(`\n${colors.bold('Try')}`)
for (const [what, command] of example.lookAt(env)) console.log(`  ${what.padEnd(14)}${colors.cyan(command)}`)
console.log('\nCtrl-C ends everything and leaves nothing behind.\n')
await write()

async function startOwnKafka(): Promise<readonly string[]> {
  const setup = spawnSync(process.execPath, [join(import.meta.dirname, '../scripts/setup.mjs'), '--demo'], {
    stdio: 'inherit',
  })
  if (setup.status !== 0) process.exit(setup.status ?? 1)
  say('starting Kafka')
  const own = await startKafka({ brokers: 1 })
  opened.push(() => own.close())
  return own.brokers
}

async function startOwnPostgres(): Promise<string> {
  say('starting PostgreSQL')
  const own = await startPostgres()
  opened.push(() => own.close())
  return own.url
}

async function createTopics(): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const existing = new Set(await admin.listTopics())
  const topics = example.topics
    .filter(topic => !existing.has(topic.name))
    .map(topic => ({ topic: topic.name, numPartitions: topic.partitions }))
  if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true })
  await admin.disconnect()
}

async function write(): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  opened.push(() => producer.disconnect())
  for (const { topic, message } of example.records()) {
    if (stopping.signal.aborted) return
    await producer
      .send({ topic, messages: [message] })
      .catch(error => say(`cannot write to ${topic}: ${error.message}`))
    await pause(100, undefined, { signal: stopping.signal }).catch(() => {})
  }
}

function say(what: string): void {
  console.log(`${colors.dim('example:')} ${what}`)
}
