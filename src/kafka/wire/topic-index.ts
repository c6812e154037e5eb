import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'
import type { ProtocolReader } from './protocol-reader.ts'

/** Much of the longest name that Kafka allows is 249 bytes; a topology made elsewhere may hold longer ones. */
const BYTES_PER_NAME = 32

/**
 * Finds topics by the bytes of their names, so that a name which an answer repeats for each of a thousand groups is
 * never made into a string. Open addressing, linear probing, at most half full.
 */
export class TopicIndex {
  readonly #topology: Topology
  readonly #mask: number
  /** Topic position + 1 by slot, 0 = free. */
  readonly #slots: Int32Array
  readonly #hashes: Int32Array
  /** Where the name of topic `t` begins in `#names`; the next entry is its end. */
  readonly #nameStart: Int32Array
  #names: Buffer
  #built = 0

  constructor(topology: Topology) {
    const topics = topology.topics.length
    let capacity = 16
    while (capacity < topics * 2) capacity *= 2
    this.#topology = topology
    this.#mask = capacity - 1
    this.#slots = new Int32Array(capacity)
    this.#hashes = new Int32Array(topics)
    this.#nameStart = new Int32Array(topics + 1)
    this.#names = Buffer.allocUnsafeSlow(Math.max(256, topics * BYTES_PER_NAME))
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
    const from = reader.position
    const bytes = reader.bytes
    reader.position = from + length
    const hash = hashOf(bytes, from, from + length)
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const topic = (this.#slots[slot] as number) - 1
      if (topic < 0) return -1
      if (this.#hashes[topic] === hash && this.#equals(topic, bytes, from, length)) return topic
    }
  }

  #equals(topic: number, bytes: Buffer, from: number, length: number): boolean {
    const start = this.#nameStart[topic] as number
    if ((this.#nameStart[topic + 1] as number) - start !== length) return false
    const names = this.#names
    for (let i = 0; i < length; i++) if (names[start + i] !== bytes[from + i]) return false
    return true
  }

  #add(topic: number): void {
    const name = this.#topology.topics[topic] as string
    const start = this.#nameStart[topic] as number
    const end = start + Buffer.byteLength(name)
    if (end > this.#names.length) this.#grow(end)
    this.#names.write(name, start)
    this.#nameStart[topic + 1] = end
    const hash = hashOf(this.#names, start, end)
    this.#hashes[topic] = hash
    let slot = hash & this.#mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#slots[slot] = topic + 1
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#names.length * 2))
    this.#names.copy(grown)
    this.#names = grown
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

/** FNV-1a. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0x811c9dc5 | 0
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}
