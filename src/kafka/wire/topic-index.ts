import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'
import type { ProtocolReader } from './protocol-reader.ts'

/** Room for the names, which grows; Kafka allows up to 249 bytes for one. */
const BYTES_PER_NAME = 32
/** Fields of a slot: hash, topic position + 1 (0 = free), where its name begins, how long it is. */
const SLOT_FIELDS = 4

/**
 * Finds topics by the bytes of their names, so that a name which an answer repeats for each of a thousand groups is
 * never made into a string. Open addressing, linear probing, at most half full; a slot is a quarter of a cache line.
 */
export class TopicIndex {
  readonly #topology: Topology
  readonly #mask: number
  readonly #slots: Int32Array
  #names: Buffer
  #namesView: DataView
  #namesEnd = 0
  #built = 0

  constructor(topology: Topology) {
    const topics = topology.topics.length
    let capacity = 16
    while (capacity < topics * 2) capacity *= 2
    this.#topology = topology
    this.#mask = capacity - 1
    this.#slots = new Int32Array(capacity * SLOT_FIELDS)
    this.#names = Buffer.allocUnsafeSlow(256 + topics * BYTES_PER_NAME)
    this.#namesView = viewOf(this.#names)
  }

  /** Several may build at once: each goes on where another has stopped. */
  *build(): Steps<void> {
    let budget = ROWS_PER_STEP
    while (this.#built < this.#topology.topics.length) {
      this.#add(this.#built++)
      if (--budget > 0) continue
      yield
      budget = ROWS_PER_STEP
    }
  }

  /** Reads a string: position of the topic of that name, or -1 where it is not in the topology. */
  read(reader: ProtocolReader): number {
    const length = reader.stringLength()
    const from = reader.take(length)
    const hash = hashOf(reader.view, from, length)
    const slots = this.#slots
    for (let i = hash & this.#mask; ; i = (i + 1) & this.#mask) {
      const slot = i * SLOT_FIELDS
      const topic = (slots[slot + 1] as number) - 1
      if (topic < 0) return -1
      if (slots[slot] !== hash || slots[slot + 3] !== length) continue
      if (areEqual(this.#namesView, slots[slot + 2] as number, reader.view, from, length)) return topic
    }
  }

  #add(topic: number): void {
    const name = this.#topology.topics[topic] as string
    const start = this.#namesEnd
    const length = Buffer.byteLength(name)
    if (start + length > this.#names.length) this.#grow(start + length)
    this.#names.write(name, start)
    this.#namesEnd = start + length
    const hash = hashOf(this.#namesView, start, length)
    let i = hash & this.#mask
    while (this.#slots[i * SLOT_FIELDS + 1] !== 0) i = (i + 1) & this.#mask
    const slot = i * SLOT_FIELDS
    this.#slots[slot] = hash
    this.#slots[slot + 1] = topic + 1
    this.#slots[slot + 2] = start
    this.#slots[slot + 3] = length
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#names.length * 2))
    this.#names.copy(grown)
    this.#names = grown
    this.#namesView = viewOf(grown)
  }
}

const indexes = new WeakMap<Topology, TopicIndex>()

/** The index of a topology, built once for as long as the topology lives. */
export function* topicIndexOf(topology: Topology): Steps<TopicIndex> {
  let index = indexes.get(topology)
  if (index === undefined) {
    index = new TopicIndex(topology)
    indexes.set(topology, index)
  }
  yield* index.build()
  return index
}

/** Four bytes at a time, the last of them overlapping; multiplication spreads them, the shift brings them down. */
function hashOf(view: DataView, from: number, length: number): number {
  let hash = length
  if (length < 4) {
    for (let i = 0; i < length; i++) hash = mixed(hash, view.getUint8(from + i))
    return hash
  }
  const last = from + length - 4
  for (let at = from; at < last; at += 4) hash = mixed(hash, view.getInt32(at))
  return mixed(hash, view.getInt32(last))
}

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1)
  return product ^ (product >>> 15)
}

function areEqual(a: DataView, fromA: number, b: DataView, fromB: number, length: number): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) if (a.getUint8(fromA + i) !== b.getUint8(fromB + i)) return false
    return true
  }
  const last = length - 4
  for (let i = 0; i < last; i += 4) if (a.getInt32(fromA + i) !== b.getInt32(fromB + i)) return false
  return a.getInt32(fromA + last) === b.getInt32(fromB + last)
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
