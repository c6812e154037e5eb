import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { type KafkaCluster, startKafka } from '../../test/harness/kafka-cluster.ts'
import { ownDirectory } from '../../test/harness/owned-process.ts'
import type { ConsumeOrder, ConsumeResult } from './order.ts'

/** How much dearer the median pair may be. */
const GOAL = 0.03
const RATE = 50_000
const PARTITIONS = 6
const TOPIC = 'small-records'
const BATCH = 5_000

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '11' },
    records: { type: 'string', default: '600000' },
    handler: { type: 'string', default: 'message' },
  },
})
const { handler } = values
if (handler !== 'message' && handler !== 'batch') {
  throw new Error(`--handler: got ${handler}, expected message or batch`)
}
const pairs = Number(values.pairs)
const records = Number(values.records)
const folder = ownDirectory('kit-overhead')
const run = promisify(execFile)
let groups = 0

const kafka = await startKafka({ brokers: 1 })
try {
  await produce(kafka)
  console.log(
    `each${handler === 'message' ? 'Message' : 'Batch'}, ${pairs} pairs, ${records} records a run:\n`,
  )
  console.log('| | without | with the kit | median of the pairs | least | most |')
  console.log('|---|--:|--:|--:|--:|--:|')
  const paced = await measure(RATE)
  const free = await measure(0)
  const costs = [
    told(`CPU a record at ${RATE}/s, ns`, paced, ({ cpuNs }) => cpuNs),
    told('CPU a record at full speed, ns', free, ({ cpuNs }) => cpuNs),
    // As a cost: how much longer a record takes.
    told('time a record at full speed, ns', free, ({ perSecond }) => 1e9 / perSecond),
  ]
  const isReached = costs.every(cost => cost <= GOAL)
  console.log(`\ngoal: at most ${GOAL * 100} % more: ${isReached ? 'reached' : 'MISSED'}`)
  process.exitCode = isReached ? 0 : 1
} finally {
  await kafka.close()
}

type Pair = readonly [without: ConsumeResult, kit: ConsumeResult]

/** Each pair in turn begins with the one or the other. */
async function measure(rate: number): Promise<readonly Pair[]> {
  const measured: Pair[] = []
  for (let i = 0; i < pairs; i++) {
    const first = await consume(rate, i % 2 === 1)
    const second = await consume(rate, i % 2 === 0)
    measured.push(i % 2 === 0 ? [first, second] : [second, first])
    if (first.bytes !== second.bytes) throw new Error(`${first.bytes} and ${second.bytes} bytes were read`)
  }
  return measured
}

async function consume(rate: number, hasKit: boolean): Promise<ConsumeResult> {
  const order: ConsumeOrder = {
    broker: kafka.brokers[0] as string,
    topic: TOPIC,
    groupId: `overhead-${groups++}`,
    records,
    warmUp: Math.floor(records / 5),
    rate,
    handler: handler as ConsumeOrder['handler'],
    hasKit,
    folder,
  }
  const script = join(import.meta.dirname, 'consume.ts')
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, JSON.stringify(order)], {
    timeout: 180_000,
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as ConsumeResult
}

function told(what: string, measured: readonly Pair[], cost: (result: ConsumeResult) => number): number {
  const ratios = measured.map(([without, kit]) => cost(kit) / cost(without) - 1).sort((a, b) => a - b)
  const middle = median(ratios)
  const cells = [
    what,
    median(measured.map(([without]) => cost(without))).toFixed(0),
    median(measured.map(([, kit]) => cost(kit))).toFixed(0),
    ...[middle, ratios[0] as number, ratios.at(-1) as number].map(ratio => `${(ratio * 100).toFixed(1)} %`),
  ]
  console.log(`| ${cells.join(' | ')} |`)
  return middle
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number
}

async function produce({ brokers }: KafkaCluster): Promise<void> {
  const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.ERROR })
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }] })
  await admin.disconnect()
  const producer = client.producer()
  await producer.connect()
  for (let at = 0; at < records; at += BATCH) {
    const messages = Array.from({ length: Math.min(BATCH, records - at) }, (_, i) => ({
      partition: (at / BATCH) % PARTITIONS,
      value: JSON.stringify({ id: at + i, customer: 'c-1', status: 'shipped', cents: 1_299 }),
    }))
    await producer.send({ topic: TOPIC, acks: 1, messages })
  }
  await producer.disconnect()
}
