import {
  type Admin,
  Kafka,
  logLevel,
  type Message,
  Partitioners,
  type Producer,
  type RecordMetadata,
} from 'kafkajs'
import { LogLedger } from './log-ledger.ts'

export interface Written {
  readonly partition: number
  readonly count: number
  readonly key?: string
  readonly bytes?: number
}

/** A topic of a name, from when it was made until it was deleted. */
interface Incarnation {
  readonly from: number
  readonly logs: LogLedger[]
}

/** Writes records and keeps account of each: when it was sent, when its acceptance was known, and where it went. */
export class Writer {
  readonly admin: Admin
  readonly #kafka: Kafka
  readonly #producer: Producer
  readonly #logs = new Map<string, Incarnation[]>()
  readonly #transactional = new Map<string, Producer>()

  constructor(brokers: readonly string[]) {
    this.#kafka = new Kafka({
      brokers: [...brokers],
      clientId: 'accuracy',
      logLevel: logLevel.NOTHING,
      // A request that is given up and sent again would write its records twice.
      requestTimeout: 60_000,
      connectionTimeout: 20_000,
    })
    this.admin = this.#kafka.admin()
    this.#producer = this.#kafka.producer(PRODUCER)
  }

  async connect(): Promise<void> {
    await Promise.all([this.admin.connect(), this.#producer.connect()])
  }

  /** A topic is there with empty logs: anew, or for the partitions that it did not have. */
  begin(topic: string, partitions: number, isNew: boolean): void {
    const now = Date.now()
    const all = this.#logs.get(topic) ?? []
    this.#logs.set(topic, all)
    if (isNew) all.push({ from: now, logs: [] })
    const { logs } = all.at(-1) as Incarnation
    while (logs.length < partitions) logs.push(new LogLedger(now))
  }

  /** As it is now. */
  logsOf(topic: string): readonly LogLedger[] {
    return this.#logs.get(topic)?.at(-1)?.logs ?? []
  }

  /** As it was at an instant. */
  logsAt(topic: string, instant: number): readonly LogLedger[] {
    return this.#logs.get(topic)?.findLast(({ from }) => from <= instant)?.logs ?? []
  }

  async write(topic: string, records: readonly Written[]): Promise<void> {
    const logs = this.logsOf(topic)
    const sentAt = Date.now()
    const answers = await this.#producer.send({
      topic,
      acks: -1,
      messages: records.flatMap(r => messagesOf(r, sentAt)),
    })
    account(logs, records, answers, sentAt)
  }

  /** Records of all topics; ends the transaction where it is told to. */
  async transact(
    id: string,
    topic: string,
    records: readonly Written[],
    outcome: 'commit' | 'abort' | 'open',
    openForMs = 0,
  ): Promise<void> {
    const logs = this.logsOf(topic)
    const producer = await this.#transactionalOf(id)
    const transaction = await producer.transaction()
    const sentAt = Date.now()
    const answers = await transaction.send({
      topic,
      acks: -1,
      messages: records.flatMap(r => messagesOf(r, sentAt)),
    })
    const places = account(logs, records, answers, sentAt)
    if (outcome === 'open') return
    await new Promise(resolve => setTimeout(resolve, openForMs))
    const endedAt = Date.now()
    if (outcome === 'commit') return transaction.commit()
    await transaction.abort()
    for (const { log, from, to } of places) {
      for (let o = from; o < to; o++) {
        log.goneAfter[o] = endedAt
        // Markers are written after the answer.
        log.goneBy[o] = Date.now() + MARKER_MS
      }
    }
  }

  async #transactionalOf(id: string): Promise<Producer> {
    const known = this.#transactional.get(id)
    if (known !== undefined) return known
    const producer = this.#kafka.producer({
      ...PRODUCER,
      transactionalId: id,
      maxInFlightRequests: 1,
      idempotent: true,
      // A hung transaction must outlive the run.
      transactionTimeout: 3_000_000,
    })
    await producer.connect()
    this.#transactional.set(id, producer)
    return producer
  }

  async close(): Promise<void> {
    const all = [this.#producer, this.admin, ...this.#transactional.values()]
    await Promise.allSettled(all.map(client => client.disconnect()))
  }
}

const MARKER_MS = 1_000
const PRODUCER = {
  createPartitioner: Partitioners.DefaultPartitioner,
  allowAutoTopicCreation: false,
} as const

function messagesOf({ partition, count, key, bytes = 20 }: Written, sentAt: number): Message[] {
  const message = { partition, key: key ?? null, value: 'x'.repeat(bytes), timestamp: String(sentAt) }
  return Array.from({ length: count }, () => message)
}

/** kafkajs gives the first offset of what went to each partition. */
function account(
  logs: readonly LogLedger[],
  records: readonly Written[],
  answers: readonly RecordMetadata[],
  sentAt: number,
) {
  const ackedAt = Date.now()
  return answers.map(({ partition, baseOffset, logAppendTime }) => {
    const log = logs[partition] as LogLedger
    const from = Number(baseOffset)
    const count = records.filter(r => r.partition === partition).reduce((sum, r) => sum + r.count, 0)
    const appended = Number(logAppendTime ?? -1)
    const stamp = appended > 0 ? appended : sentAt
    for (let o = from; o < from + count; o++) log.append(o, { sentAt, ackedAt, stamp })
    return { log, from, to: from + count }
  })
}
