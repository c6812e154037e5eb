import { ExporterError } from '../errors.ts'
import type { AdminCalls } from './admin-calls.ts'
import { Coordinator } from './coordinator.ts'
import { Refusal } from './refusal.ts'
import {
  decodeStableOffsetFetch,
  encodeOffsetCommit,
  encodeStableOffsetFetch,
  encodeTxnOffsetCommit,
  LASTING_OFFSET_COMMIT,
  OFFSET_COMMIT,
  STABLE_OFFSET_FETCH,
  TXN_OFFSET_COMMIT,
} from './wire/group-offsets.ts'
import { decodePartitionResults, type Transaction } from './wire/transactions.ts'

/** UNKNOWN_TOPIC_OR_PARTITION, TOPIC_AUTHORIZATION_FAILED */
const OF_THE_TOPIC: ReadonlySet<number> = new Set([3, 29])

/** Next offset by partition of one topic. */
export type PartitionOffsets = ReadonlyMap<number, number>

/** How far a topic has been dealt with, kept as the committed offsets of a group that nobody joins. */
export class GroupPosition {
  readonly group: string
  readonly #calls: AdminCalls
  readonly #topic: string
  readonly #coordinator: Coordinator
  /** As it was read or committed last. */
  #known: PartitionOffsets = new Map()

  constructor(calls: AdminCalls, group: string, topic: string) {
    this.group = group
    this.#calls = calls
    this.#topic = topic
    this.#coordinator = new Coordinator(calls, group, 'group')
  }

  /** As it is now, whatever an open transaction may make of it. Empty where nothing was committed, or it has expired. */
  peek(): Promise<PartitionOffsets> {
    return this.#fetch(false)
  }

  /** Waits for a transaction that is just ending. */
  async read(): Promise<PartitionOffsets> {
    this.#known = await this.#fetch(true)
    return this.#known
  }

  /** To be kept for years. Throws where somebody else has moved the position since, or the group has members. */
  async commit(offsets: PartitionOffsets): Promise<void> {
    const found = await this.#fetch(true)
    for (const partition of offsets.keys()) {
      if (found.get(partition) === this.#known.get(partition)) continue
      throw new ExporterError(
        'POSITION_MOVED',
        `group ${this.group}: its position of partition ${partition} was moved by another: another replay is running`,
      )
    }
    await this.#coordinator.persist(async node => {
      const results = await this.#calls.ask(node, {
        api: OFFSET_COMMIT,
        preferred: LASTING_OFFSET_COMMIT,
        encode: version => encodeOffsetCommit(version, this.group, this.#positions(offsets)),
        decode: (version, body) => decodePartitionResults(OFFSET_COMMIT, version, body),
      })
      for (const { errorCode } of results) this.#check(errorCode)
    })
    this.moved(offsets)
  }

  /** It is known to be there now. */
  moved(offsets: PartitionOffsets): void {
    this.#known = new Map([...this.#known, ...offsets])
  }

  /** Counts when the transaction does, and expires as offsets of groups without members do: commit it again. */
  async commitWith(transaction: Transaction, offsets: PartitionOffsets): Promise<void> {
    await this.#coordinator.persist(async node => {
      const results = await this.#calls.ask(node, {
        api: TXN_OFFSET_COMMIT,
        encode: version => encodeTxnOffsetCommit(version, transaction, this.group, this.#positions(offsets)),
        decode: (version, body) => decodePartitionResults(TXN_OFFSET_COMMIT, version, body),
      })
      for (const { errorCode } of results) this.#check(errorCode)
    })
  }

  #fetch(isStable: boolean): Promise<PartitionOffsets> {
    return this.#coordinator.persist(async node => {
      const { errorCode, committed } = await this.#calls.ask(node, {
        api: STABLE_OFFSET_FETCH,
        encode: version => encodeStableOffsetFetch(version, this.group, isStable),
        decode: decodeStableOffsetFetch,
      })
      this.#coordinator.check(errorCode)
      const own = committed.filter(({ topic }) => topic === this.#topic)
      return new Map(own.map(({ partition, offset }) => [partition, offset]))
    })
  }

  /** Of a partition: to commit an offset needs READ on its topic too. */
  #check(errorCode: number): void {
    if (OF_THE_TOPIC.has(errorCode)) throw new Refusal(errorCode, 'read', `topic ${this.#topic}`)
    this.#coordinator.check(errorCode)
  }

  #positions(offsets: PartitionOffsets) {
    return { topic: this.#topic, offsets: [...offsets] }
  }
}
