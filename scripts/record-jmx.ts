/**
 * Records what jmx_exporter publishes of two real brokers while topics are read, and what this exporter says of the same
 * topics, for test/alerts/cases/jmx-recorded.ts:
 *
 *   node --import tsx scripts/record-jmx.ts AGENT.jar EXAMPLE.yml > test/golden/jmx/readers.txt
 *
 * AGENT.jar is io.prometheus.jmx:jmx_prometheus_javaagent, EXAMPLE.yml one of its examples for Kafka. Takes two minutes.
 */
import { execFileSync } from 'node:child_process'
import { basename } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { runExporter } from '../test/e2e/running-exporter.ts'
import { startKafka } from '../test/harness/kafka-cluster.ts'
import { javaFlags } from '../test/harness/kafka-node.ts'
import { spawnOwned } from '../test/harness/owned-process.ts'
import { waitUntil } from '../test/harness/wait-until.ts'

const [agent = '', example = ''] = process.argv.slice(2)
const KEPT = /^(# (HELP|TYPE) )?kafka_server_brokertopicmetrics_bytes(in|out)_total\b/
const OURS =
  /^(# TYPE )?(kafka_topic_consumergroups|kafka_consumergroup_lag_seconds(_max)?|kafka_consumergroup_rewinds_total)[{ ]/
const TOPICS = ['orders.placed', 'refunds']
const GROUPS = ['billing', 'search']
const EVERY_MS = 15_000
const SCRAPES = 6

const cluster = await startKafka({ brokers: 2, javaOptions: [`-javaagent:${agent}=0:${example}`] })
const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.ERROR })
const admin = kafka.admin()
await admin.connect()
await admin.createTopics({
  waitForLeaders: true,
  topics: TOPICS.map(topic => ({ topic, numPartitions: 2, replicationFactor: 2 })),
})
const producer = kafka.producer()
await producer.connect()
const value = Buffer.alloc(15_000, 'x')
let isOn = true
/** 1.4 MiB a second on the first topic, a fifth of it on the other. */
const producing = (async () => {
  while (isOn) {
    const messages = (n: number) => Array.from({ length: n }, (_, i) => ({ value, partition: i % 2 }))
    await producer.sendBatch({
      topicMessages: [
        { topic: TOPICS[0] as string, messages: messages(50) },
        { topic: TOPICS[1] as string, messages: messages(10) },
      ],
    })
    await new Promise(resolve => setTimeout(resolve, 500))
  }
})()
const consumers = await Promise.all(
  GROUPS.map(async groupId => {
    const consumer = kafka.consumer({ groupId })
    await consumer.connect()
    await consumer.subscribe({ topics: TOPICS, fromBeginning: true })
    await consumer.run({ autoCommitInterval: 1000, eachBatch: async () => {} })
    return consumer
  }),
)
// Assigned to partitions, it is in no group and commits nothing.
const strangers = await Promise.all(
  ['0', '1'].map(partition =>
    spawnOwned(
      'java',
      [
        ...javaFlags,
        '-Xmx128m',
        '-Dharness.log.level=error',
        '-cp',
        cluster.jars.classpath,
        'org.apache.kafka.tools.consumer.ConsoleConsumer',
        '--bootstrap-server',
        cluster.brokers.join(),
        '--topic',
        TOPICS[0] as string,
        '--partition',
        partition,
        '--offset',
        'earliest',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    ),
  ),
)
const exporter = await runExporter({ 'kafka.brokers': cluster.brokers.join(), 'poll.interval': '5s' })
const agents = await Promise.all([1, 2].map(id => agentOf(cluster.broker(id).pid ?? 0)))
await exporter.scrapeUntil('both groups have committed', metrics =>
  TOPICS.every(topic => metrics.value('kafka_topic_consumergroups', { topic }) === GROUPS.length),
)

console.log(`# Kafka ${cluster.version}, ${basename(agent, '.jar')} with ${basename(example)}.`)
console.log(
  `# ${TOPICS[0]} is read by ${GROUPS.join(' and ')} and by one without a group, ${TOPICS[1]} by both.`,
)
const start = Date.now()
for (let i = 0; i < SCRAPES; i++) {
  await new Promise(resolve => setTimeout(resolve, start + i * EVERY_MS - Date.now()))
  for (const [n, url] of agents.entries()) {
    print(i, `kafka-${n + 1}:7071`, await textOf(url), KEPT)
  }
  print(i, 'exporter', await textOf(`${exporter.url}/metrics`), OURS)
}
isOn = false
await producing
await Promise.all([...consumers.map(c => c.disconnect()), ...strangers.map(s => s.end('SIGKILL'))])
await producer.disconnect()
await admin.disconnect()
await exporter.stop()
await cluster.close()

function print(i: number, instance: string, text: string, kept: RegExp): void {
  const lines = text.split('\n').filter(line => kept.test(line))
  console.log(`== ${(i * EVERY_MS) / 1000}s ${instance}\n${lines.join('\n')}`)
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url, { signal: AbortSignal.timeout(30_000) })).text()
}

/** The one of the ports on which a JVM listens that answers as the agent does; at first it takes long. */
async function agentOf(pid: number): Promise<string> {
  const find = async () => {
    const listening = execFileSync('ss', ['-ltnpH'], { encoding: 'utf8' })
    const own = listening.split('\n').filter(line => line.includes(`pid=${pid},`))
    const texts = own.map(async line => {
      const url = `http://127.0.0.1:${/:(\d+)\s/.exec(line)?.[1]}/metrics`
      const text = await textOf(url).catch(() => '')
      return text.includes('kafka_server_brokertopicmetrics') && url
    })
    return (await Promise.all(texts)).find(url => url !== false)
  }
  return waitUntil('the agent answers', async () => (await find()) ?? false, { timeoutMs: 120_000 })
}
