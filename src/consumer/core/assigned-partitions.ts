import { excuse, newPartitionClock, type PartitionClock } from './partition-clock.ts'

/** A partition that is assigned to this consumer. */
export interface AssignedPartition {
  readonly topic: string
  readonly partition: number
  readonly clock: PartitionClock
  /** It came with an assignment, and nothing has been heard of its position since. */
  isPositionOpen: boolean
  /** Of the batch in its hands only that is processed which the handler says, and not all when it ends. */
  isResolvedByHandler: boolean
}

interface Parked extends AssignedPartition {
  readonly since: number
}

/** Of partitions that are somebody else's for now. */
const PARKED_AT_MOST = 10_000
const PARKED_FOR_MS = 3_600_000

/** The partitions of one consumer, and the clocks of those that may come back. */
export class AssignedPartitions {
  #byTopic = new Map<string, AssignedPartition[]>()
  readonly #parked = new Map<string, Parked>()

  /** Undefined for one that is not assigned. */
  find(topic: string, partition: number): AssignedPartition | undefined {
    return this.#byTopic.get(topic)?.[partition]
  }

  topics(): string[] {
    return [...this.#byTopic.keys()]
  }

  *[Symbol.iterator](): IterableIterator<AssignedPartition> {
    for (const partitions of this.#byTopic.values()) {
      // By a loop that passes over the holes of partitions that are others'.
      for (const each of Object.values(partitions)) yield each
    }
  }

  /** One that showed itself by a batch: the assignment was made before anybody listened. */
  adopt(topic: string, partition: number, now: number): AssignedPartition {
    const found = this.find(topic, partition)
    return found ?? this.#add(topic, partition, newPartitionClock(now))
  }

  /** `assignment` as KafkaJS tells it with a join: partitions by topic. */
  assign(assignment: Readonly<Record<string, readonly number[]>>, now: number): void {
    const before = [...this]
    this.#byTopic = new Map()
    for (const each of before) {
      if (assignment[each.topic]?.includes(each.partition) !== true) this.#park(each, now)
    }
    const kept = new Map(before.map(each => [keyOf(each.topic, each.partition), each]))
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const clock = kept.get(keyOf(topic, partition))?.clock ?? this.#takeBack(topic, partition, now)
        // A batch that was in work when the group changed has ended, one way or the other.
        clock.inFlightFirst = Number.NaN
        clock.inFlightLast = Number.NaN
        clock.handed = Number.NaN
        clock.handedEnd = Number.NaN
        this.#add(topic, partition, clock).isPositionOpen = true
      }
    }
  }

  #add(topic: string, partition: number, clock: PartitionClock): AssignedPartition {
    const added = { topic, partition, clock, isPositionOpen: false, isResolvedByHandler: false }
    const partitions = this.#byTopic.get(topic) ?? []
    partitions[partition] = added
    this.#byTopic.set(topic, partitions)
    return added
  }

  #park(each: AssignedPartition, now: number): void {
    this.#parked.set(keyOf(each.topic, each.partition), { ...each, since: now })
    for (const [key, { since }] of this.#parked) {
      if (this.#parked.size <= PARKED_AT_MOST && now - since <= PARKED_FOR_MS) break
      this.#parked.delete(key)
    }
  }

  /** Its clock goes on where it stood: the time in which it was somebody else's does not count. */
  #takeBack(topic: string, partition: number, now: number): PartitionClock {
    const key = keyOf(topic, partition)
    const parked = this.#parked.get(key)
    if (parked === undefined) return newPartitionClock(now)
    this.#parked.delete(key)
    excuse(parked.clock, now - parked.since, now)
    return parked.clock
  }
}

/** The handler has records of it. */
export function isInHand({ clock }: AssignedPartition): boolean {
  return !Number.isNaN(clock.inFlightLast)
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}
