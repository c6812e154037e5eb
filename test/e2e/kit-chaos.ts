import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Consumer, Partitioners } from 'kafkajs'
import { createResilientConsumer } from '../../src/consumer/core/resilient/create-resilient-consumer.ts'
import { createRegistryDecoder, type Deserializer } from '../../src/consumer/core/serdes/registry-decoder.ts'
import { SerdesCache } from '../../src/consumer/core/serdes/serdes-cache.ts'
import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { Ledger } from './kit-chaos-ledger.ts'
import { GROUP, killBroker, RECOVERY_TIMEOUT_MS, type Recovery, TOPIC } from './kit-chaos-recovery.ts'
import type { ChaosWorld } from './kit-chaos-world.ts'

export interface ChaosPlan {
  readonly records: number
  readonly partitions: number
  readonly brokerKills: number
  readonly otherFaults: number
  /** Records a second; so many that the faults happen while they are produced. */
  readonly rate: number
}

export interface ChaosResult {
  /** Of the topic, those that were written twice included. */
  readonly ends: readonly number[]
  readonly ledger: Ledger
  /** After each broker that was killed. */
  readonly recoveries: readonly Recovery[]
  readonly counts: Counts
}

interface Counts {
  waits: number
  retries: number
  deadLetters: number
  joins: number
  crashes: number
}

const BATCH = 500

interface Message {
  readonly n: number
}

/** Records are produced and consumed by two members, while brokers are killed and everything else is taken away in turn. */
export async function runChaos(
  cluster: KafkaCluster,
  world: ChaosWorld,
  plan: ChaosPlan,
): Promise<ChaosResult> {
  const ledger = new Ledger(plan.partitions, plan.records * 2)
  const counts = { waits: 0, retries: 0, deadLetters: 0, joins: 0, crashes: 0 }
  const members = [await startMember(world, ledger, counts), await startMember(world, ledger, counts)]
  const producing = produce(world, plan)
  const recoveries: Recovery[] = []
  try {
    const others = Array.from({ length: plan.otherFaults }, (_, i) => i % 3)
    for (let i = 0; i < Math.max(plan.brokerKills, plan.otherFaults); i++) {
      if (i < plan.brokerKills)
        recoveries.push(await killBroker({ cluster, world, ledger, ends: producing.ends }))
      const other = others[i]
      if (other !== undefined) await takeAway(world, other)
    }
    producing.letEnd()
    const ends = await producing.done
    await waitUntil('all records are done', () => ends.every((end, p) => ledger.floor(p) === end), {
      timeoutMs: RECOVERY_TIMEOUT_MS,
    })
    await waitUntil('all are committed', () => areCommitted(world, ends), { timeoutMs: RECOVERY_TIMEOUT_MS })
    return { ends, ledger, recoveries, counts }
  } finally {
    producing.letEnd()
    await Promise.all(members.map(member => member.stop()))
  }
}

async function startMember(
  { anotherKafka, redis, registry }: ChaosWorld,
  ledger: Ledger,
  counts: Counts,
): Promise<{ stop(): Promise<void> }> {
  const kafka = anotherKafka()
  const consumer: Consumer = kafka.consumer({
    groupId: GROUP,
    // As docs/resilient-consumer.md has it, for brokers that are lost.
    sessionTimeout: 10_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 500,
    retry: { retries: 15, initialRetryTime: 100, maxRetryTime: 1_000 },
  })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
    for (const { partition, offset } of payload.topics.flatMap(topic => topic.partitions)) {
      ledger.commit(partition, Number(offset))
    }
  })
  consumer.on(consumer.events.GROUP_JOIN, () => void counts.joins++)
  consumer.on(consumer.events.CRASH, () => void counts.crashes++)
  await Promise.all([consumer.connect(), producer.connect()])
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true })
  const deserializers = new SerdesCache<number, Deserializer>({ load: registry.load, retryAfterMs: 200 })
  const resilient = createResilientConsumer<Message | null>({
    consumer,
    producer,
    group: GROUP,
    decode: createRegistryDecoder<Message>({ deserializers }),
    retry: { maxAttempts: 3, initialMs: 50, maxMs: 2_000 },
    deadLetters: { timeoutMs: 15_000 },
    classify: error => (/^redis/.test(String((error as Error).message)) ? 'wait' : undefined),
    async handler({ partition, message, value }, { attempt }) {
      const { n } = value as Message
      if (n % 1_000 === 1) {
        ledger.condemn(partition, Number(message.offset), n)
        throw new Error('a record that cannot be processed')
      }
      if (n % 1_000 === 2 && attempt === 1) throw new Error('not yet')
      if (n % 100 === 3) {
        await redis.set(`chaos:${n}`).catch((error: unknown) => {
          throw new Error('redis is away', { cause: error })
        })
      }
      ledger.do(partition, Number(message.offset), n)
    },
    onEvent(event) {
      if (event.kind === 'waiting') counts.waits++
      if (event.kind === 'retry') counts.retries++
      if (event.kind === 'dead_letter') {
        counts.deadLetters++
        ledger.park(event.partition, Number(event.offset))
      }
    },
  })
  await resilient.run()
  return {
    async stop() {
      await resilient.stop()
      await Promise.all([consumer.disconnect(), producer.disconnect()])
    },
  }
}

/** At the rate, and on until it may end. `ends` are the ends of the log, as far as a broker has acknowledged them. */
function produce({ kafka }: ChaosWorld, { records, partitions, rate }: ChaosPlan) {
  const ends = Array.from({ length: partitions }, () => 0)
  let mayEnd = false
  const run = async () => {
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await producer.connect()
    const startedAt = performance.now()
    for (let n = 0; n < records || !mayEnd; n += BATCH) {
      const messages = Array.from({ length: BATCH }, (_, i) => messageOf(n + i, partitions))
      // One whose answer was lost is there twice.
      await waitUntil('a batch is written', () => send(producer, messages, ends), {
        timeoutMs: RECOVERY_TIMEOUT_MS,
      })
      const aheadMs = ((n + BATCH) / rate) * 1_000 - (performance.now() - startedAt)
      if (aheadMs > 0 || n >= records) await pause(Math.max(aheadMs, 1))
    }
    const answers = await waitUntil('the ends are told', () => endsOf(kafka), {
      timeoutMs: RECOVERY_TIMEOUT_MS,
    })
    await producer.disconnect()
    return answers
  }
  return { ends, done: run(), letEnd: () => (mayEnd = true) }
}

async function send(
  producer: ReturnType<ChaosWorld['kafka']['producer']>,
  messages: ReturnType<typeof messageOf>[],
  ends: number[],
): Promise<boolean> {
  const answers = await producer.send({ topic: TOPIC, messages })
  for (const { partition, baseOffset } of answers) {
    ends[partition] = Math.max(ends[partition] ?? 0, Number(baseOffset) + 1)
  }
  // KafkaJS leaves out partitions whose leader has moved to a broker that has already answered.
  const answered = new Set(answers.map(({ partition }) => partition))
  return messages.every(({ partition }) => answered.has(partition))
}

/** A new schema every 5,000 records: each has to be asked for while the registry comes and goes. */
function messageOf(n: number, partitions: number) {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(1 + Math.floor(n / 5_000), 1)
  return { partition: n % partitions, value: Buffer.concat([header, Buffer.from(JSON.stringify({ n }))]) }
}

async function endsOf(kafka: ChaosWorld['kafka']): Promise<number[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const offsets = await admin.fetchTopicOffsets(TOPIC)
    return offsets.sort((a, b) => a.partition - b.partition).map(({ high }) => Number(high))
  } finally {
    await admin.disconnect()
  }
}

async function areCommitted({ kafka }: ChaosWorld, ends: readonly number[]): Promise<boolean> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const [answer] = await admin.fetchOffsets({ groupId: GROUP, topics: [TOPIC] })
    return ends.every(
      (end, p) => Number(answer?.partitions.find(({ partition }) => partition === p)?.offset) === end,
    )
  } finally {
    await admin.disconnect()
  }
}

async function takeAway({ cut, redis, registry }: ChaosWorld, which: number): Promise<void> {
  const ms = randomInt(500, 3_000)
  if (which === 0) {
    registry.stop()
    await pause(ms)
    registry.start()
  } else if (which === 1) {
    await redis.stop()
    await pause(ms)
    await redis.start()
  } else {
    cut(randomInt(1, 6))
  }
}
