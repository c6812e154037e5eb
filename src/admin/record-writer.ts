import { errorName, NONE } from '../kafka/wire/error-codes.ts'
import type { AdminCalls } from './admin-calls.ts'
import { Refusal } from './refusal.ts'
import type { TargetTopics } from './target-topics.ts'
import { encodeRecordBatch, type NewRecord, sizeOf } from './wire/encode-record-batch.ts'
import {
  decodeProduce,
  encodeProduce,
  type PartitionBatch,
  PRODUCE,
  PRODUCE_TIMEOUT_MS,
  type ProduceResult,
} from './wire/produce.ts'
import type { Producer } from './wire/transactions.ts'

export interface RoutedRecord extends NewRecord {
  readonly topic: string
  readonly partition: number
}

export interface Rejected {
  readonly record: RoutedRecord
  /** Kafka's name of the error. */
  readonly code: string
}

/** Well below what topics allow by default (max.message.bytes: 1 MiB); a longer record goes alone. */
const BATCH_BYTES = 256 * 1024
const LEADER_NOT_AVAILABLE = 5
/** It was written before, and its answer lost. */
const DUPLICATE_SEQUENCE_NUMBER = 46
/** INVALID_TOPIC_EXCEPTION: one of the brokers' own topics takes no records. */
const INVALID_TOPIC = 17
/** The record's own fault: MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_TIMESTAMP, INVALID_RECORD. */
const OF_THE_RECORDS: ReadonlySet<number> = new Set([10, 18, 32, 87])

/** What is still to be written to one partition, in order. */
interface Lane {
  readonly topic: string
  readonly partition: number
  records: readonly RoutedRecord[]
  /** Of records; halved when a batch is refused for what is in it. */
  most: number
}

/** Writes as an idempotent producer: what is sent again for want of an answer is there once, and in its place. */
export class RecordWriter {
  readonly #calls: AdminCalls
  readonly #targets: TargetTopics
  readonly #producer: Producer
  readonly #transactionalId: string | null
  readonly #sequences = new Map<string, number>()

  constructor(calls: AdminCalls, targets: TargetTopics, producer: Producer, transactionalId: string | null) {
    this.#calls = calls
    this.#targets = targets
    this.#producer = producer
    this.#transactionalId = transactionalId
  }

  /**
   * Resolves when all in-sync replicas have them, those of each partition in the order given; to the records that a
   * broker will never take. Topics must be known to the targets.
   */
  async write(records: readonly RoutedRecord[]): Promise<readonly Rejected[]> {
    const rejected: Rejected[] = []
    const lanes = lanesOf(records)
    while (lanes.some(lane => lane.records.length > 0)) {
      const heads = lanes.filter(lane => lane.records.length > 0).map(lane => this.#nextOf(lane))
      await this.#writeHeads(heads, rejected)
    }
    return rejected
  }

  #nextOf(lane: Lane): Head {
    let bytes = 0
    const records: RoutedRecord[] = []
    for (const record of lane.records) {
      bytes += sizeOf(record)
      if (records.length === lane.most || (records.length > 0 && bytes > BATCH_BYTES)) break
      records.push(record)
    }
    const { id, epoch } = this.#producer
    const sequence = this.#sequences.get(nameOf(lane)) ?? 0
    const isTransactional = this.#transactionalId !== null
    const batch = encodeRecordBatch(records, { id, epoch, sequence, isTransactional })
    const { topic, partition } = lane
    return { topic, partition, batch, lane, records, sequence }
  }

  async #writeHeads(heads: readonly Head[], rejected: Rejected[]): Promise<void> {
    let left: readonly Head[] = heads
    let hasMoved = false
    await this.#calls.persist(async () => {
      if (hasMoved) await this.#targets.refresh()
      const failures: unknown[] = []
      const again: Head[] = []
      const asked = [...this.#byLeader(left)].map(async ([node, own]) => {
        try {
          const results = await this.#send(node, own)
          for (const head of own) {
            const failure = this.#settle(head, results, rejected)
            if (failure === null) continue
            failures.push(failure)
            again.push(head)
          }
        } catch (error) {
          failures.push(error)
          again.push(...own)
        }
      })
      await Promise.all(asked)
      left = again
      hasMoved = again.length > 0
      const worst = failures.find(failure => !(failure as Partial<Refusal>).canRetry) ?? failures[0]
      if (worst !== undefined) throw worst
    })
  }

  #byLeader(heads: readonly Head[]): ReadonlyMap<number, readonly Head[]> {
    const byNode = new Map<number, Head[]>()
    for (const head of heads) {
      const node = this.#targets.leaderOf(head.topic, head.partition)
      const own = byNode.get(node)
      if (own === undefined) byNode.set(node, [head])
      else own.push(head)
    }
    return byNode
  }

  async #send(node: number, heads: readonly Head[]): Promise<readonly ProduceResult[]> {
    const [first] = heads
    if (node < 0) throw new Refusal(LEADER_NOT_AVAILABLE, 'write to', titleOf(first as Head))
    return this.#calls.ask(node, {
      api: PRODUCE,
      timeoutMs: PRODUCE_TIMEOUT_MS + 5_000,
      encode: version => encodeProduce(version, this.#transactionalId, heads),
      decode: decodeProduce,
    })
  }

  /** Null where the batch needs no more; else why it was not written. */
  #settle(head: Head, results: readonly ProduceResult[], rejected: Rejected[]): Refusal | null {
    const { lane, records } = head
    const result = results.find(r => r.topic === head.topic && r.partition === head.partition)
    if (result === undefined) return new Refusal(LEADER_NOT_AVAILABLE, 'write to', titleOf(head))
    const { errorCode, message } = result
    if (errorCode === NONE || errorCode === DUPLICATE_SEQUENCE_NUMBER) {
      lane.records = lane.records.slice(records.length)
      this.#sequences.set(nameOf(lane), (head.sequence + records.length) % 2 ** 31)
      return null
    }
    if (errorCode === INVALID_TOPIC) {
      for (const record of lane.records) rejected.push({ record, code: errorName(errorCode) })
      lane.records = []
      return null
    }
    if (!OF_THE_RECORDS.has(errorCode)) return new Refusal(errorCode, 'write to', titleOf(head), message)
    if (records.length > 1) lane.most = records.length >> 1
    else {
      for (const record of records) rejected.push({ record, code: errorName(errorCode) })
      lane.records = lane.records.slice(1)
      lane.most = Number.POSITIVE_INFINITY
    }
    return null
  }
}

interface Head extends PartitionBatch {
  readonly lane: Lane
  readonly records: readonly RoutedRecord[]
  readonly sequence: number
}

function lanesOf(records: readonly RoutedRecord[]): readonly Lane[] {
  const lanes = new Map<string, RoutedRecord[]>()
  for (const record of records) {
    const own = lanes.get(nameOf(record))
    if (own === undefined) lanes.set(nameOf(record), [record])
    else own.push(record)
  }
  return [...lanes.values()].map(own => {
    const { topic, partition } = own[0] as RoutedRecord
    return { topic, partition, records: own, most: Number.POSITIVE_INFINITY }
  })
}

function nameOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic} ${partition}`
}

function titleOf({ topic, partition }: Head): string {
  return `topic ${topic}, partition ${partition}`
}
