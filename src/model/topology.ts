/**
 * The topics and partitions of one cluster, as one immutable table shared by everything that is measured of them.
 *
 * A *row* is one partition: the rows of topic `t` are `start[t]` to `start[t + 1] - 1`, and partition `p` of it is
 * row `start[t] + p`. Topics are in order of their names (UTF-16 code units), so that two answers about the same
 * cluster give equal tables; a poll that found nothing changed passes on the previous object itself, which makes
 * "has anything changed?" a comparison of references.
 */
export interface Topology {
  readonly topics: readonly string[]
  /** KIP-516 topic ids as Kafka prints them (22 characters of base64url); '' where the broker has none. */
  readonly topicIds: readonly string[]
  /** One entry more than there are topics; the last is the number of rows. */
  readonly start: Int32Array
  /** Position of a topic in `topics`. */
  readonly indexOf: ReadonlyMap<string, number>
}

export function rowCount(topology: Topology): number {
  return topology.start[topology.topics.length] ?? 0
}

/** Row of a partition, or -1 where the topic or the partition is not in the table. */
export function rowOf(topology: Topology, topic: string, partition: number): number {
  const t = topology.indexOf.get(topic)
  if (t === undefined || partition < 0) return -1
  const row = (topology.start[t] as number) + partition
  return row < (topology.start[t + 1] as number) ? row : -1
}

/** Position in `topics` of the topic that a row belongs to, by bisection. */
export function topicOfRow(topology: Topology, row: number): number {
  let low = 0
  let high = topology.topics.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((topology.start[middle] as number) <= row) low = middle
    else high = middle - 1
  }
  return low
}

/** A table from topics in any order. Partition counts are per topic, in the same order as `topics`. */
export function buildTopology(
  topics: readonly { readonly name: string; readonly id: string; readonly partitions: number }[],
): Topology {
  const sorted = [...topics].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const start = new Int32Array(sorted.length + 1)
  const indexOf = new Map<string, number>()
  sorted.forEach((topic, t) => {
    start[t + 1] = (start[t] as number) + topic.partitions
    indexOf.set(topic.name, t)
  })
  return { topics: sorted.map(t => t.name), topicIds: sorted.map(t => t.id), start, indexOf }
}

export const EMPTY_TOPOLOGY: Topology = buildTopology([])
