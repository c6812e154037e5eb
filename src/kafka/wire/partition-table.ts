import type { Steps } from '../../model/steps.ts'
import type { ProtocolReader } from './protocol-reader.ts'

const UNKNOWN_TOPIC_OR_PARTITION = 3
/** Leader epoch of a row that no partition has been read for. */
const EMPTY = -2
/** What a partition takes at least, and how many rows may be empty before the answer is held to be garbage. */
const MIN_BYTES = 18
/** With three replicas in sync. The room for them costs nothing before it is written to. */
const USUAL_BYTES = 42
const MAX_HOLES = 1_024

export interface PartitionColumns {
  readonly leader: Int32Array
  readonly leaderEpoch: Int32Array
  readonly partitionErrors: Int16Array
  readonly preferredLeader: Int32Array
  readonly replicas: Uint16Array
  readonly inSyncReplicas: Uint16Array
}

/**
 * The partitions of a Metadata answer, topic after topic, each placed at its index whatever the order of arrival.
 * The rows of the topic that is being read grow with the highest index seen.
 */
export class PartitionTable {
  readonly #reader: ProtocolReader
  readonly #maxRows: number
  #capacity = 0
  #leader = new Int32Array(0)
  #leaderEpoch = new Int32Array(0)
  #errors = new Int16Array(0)
  #preferredLeader = new Int32Array(0)
  #replicas = new Uint16Array(0)
  #inSyncReplicas = new Uint16Array(0)
  /** First row of the topic that is being read, one past its last, and how many of these rows have been read. */
  #first = 0
  #end = 0
  #placed = 0

  constructor(reader: ProtocolReader) {
    this.#reader = reader
    this.#maxRows = Math.ceil(reader.length / MIN_BYTES) + MAX_HOLES
    this.#grow(Math.ceil(reader.length / USUAL_BYTES))
  }

  read(run: number): void {
    const reader = this.#reader
    const { view } = reader
    for (let i = 0; i < run; i++) {
      const at = reader.take(14) // error_code 0, partition_index 2, leader_id 6, leader_epoch 10
      const replicas = reader.nullableArrayLength(4)
      const preferredLeader = replicas > 0 ? reader.int32() : -1
      if (replicas > 1) reader.position += 4 * (replicas - 1)
      const inSync = reader.skipInt32Array()
      reader.skipInt32Array() // offline_replicas
      reader.tags()
      const row = this.#place(view.getInt32(at + 2))
      if (row < 0) continue
      this.#errors[row] = view.getInt16(at)
      this.#leader[row] = view.getInt32(at + 6)
      this.#leaderEpoch[row] = Math.max(view.getInt32(at + 10), -1)
      this.#preferredLeader[row] = preferredLeader
      this.#replicas[row] = Math.max(replicas, 0)
      this.#inSyncReplicas[row] = inSync
    }
  }

  skip(run: number): void {
    const reader = this.#reader
    for (let i = 0; i < run; i++) {
      reader.skip(14)
      reader.skipInt32Array()
      reader.skipInt32Array()
      reader.skipInt32Array()
      reader.tags()
    }
  }

  /** Ends the topic; gives the number of rows so far. */
  closeTopic(): number {
    if (this.#placed < this.#end - this.#first) {
      for (let row = this.#first; row < this.#end; row++) {
        if (this.#leaderEpoch[row] === EMPTY) this.#leaderEpoch[row] = -1
      }
    }
    this.#first = this.#end
    this.#placed = 0
    return this.#end
  }

  *columns(): Steps<PartitionColumns> {
    const rows = this.#end
    const leader = trimmed(this.#leader, rows)
    yield
    const leaderEpoch = trimmed(this.#leaderEpoch, rows)
    yield
    const preferredLeader = trimmed(this.#preferredLeader, rows)
    yield
    const partitionErrors = trimmed(this.#errors, rows)
    const replicas = trimmed(this.#replicas, rows)
    const inSyncReplicas = trimmed(this.#inSyncReplicas, rows)
    return { leader, leaderEpoch, partitionErrors, preferredLeader, replicas, inSyncReplicas }
  }

  /** Row to fill in, or -1 where the index has been there before: then nothing about it can be believed. */
  #place(partition: number): number {
    const row = this.#first + partition
    if (row >= this.#end) this.#extend(row + 1)
    else if (partition < 0) throw this.#reader.malformed(`partition ${partition}`)
    if (this.#leaderEpoch[row] === EMPTY) {
      this.#placed++
      return row
    }
    this.#markUnknown(row)
    this.#leaderEpoch[row] = -1
    return -1
  }

  #extend(end: number): void {
    if (end > this.#maxRows) throw this.#reader.malformed(`partition ${end - this.#first - 1} of a topic`)
    if (end > this.#capacity) this.#grow(end)
    for (let row = this.#end; row < end; row++) this.#markUnknown(row)
    this.#end = end
  }

  #markUnknown(row: number): void {
    this.#leader[row] = -1
    this.#leaderEpoch[row] = EMPTY
    this.#errors[row] = UNKNOWN_TOPIC_OR_PARTITION
    this.#preferredLeader[row] = -1
    this.#replicas[row] = 0
    this.#inSyncReplicas[row] = 0
  }

  #grow(needed: number): void {
    this.#capacity = Math.max(needed, this.#capacity * 2)
    this.#leader = copied(new Int32Array(this.#capacity), this.#leader)
    this.#leaderEpoch = copied(new Int32Array(this.#capacity), this.#leaderEpoch)
    this.#errors = copied(new Int16Array(this.#capacity), this.#errors)
    this.#preferredLeader = copied(new Int32Array(this.#capacity), this.#preferredLeader)
    this.#replicas = copied(new Uint16Array(this.#capacity), this.#replicas)
    this.#inSyncReplicas = copied(new Uint16Array(this.#capacity), this.#inSyncReplicas)
  }
}

type Column = Int32Array | Int16Array | Uint16Array

/** Copied only where more than a quarter of the memory would lie idle. */
function trimmed<C extends Column>(column: C, rows: number): C {
  return (rows < column.length * 0.75 ? column.slice(0, rows) : column.subarray(0, rows)) as C
}

function copied<C extends Column>(to: C, from: C): C {
  to.set(from)
  return to
}
