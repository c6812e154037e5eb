import type { Topology } from '../model/topology.ts'

/**
 * Where the rows of one topology are in a later one: -1 for partitions that are gone or belong to a topic that was
 * recreated. State follows the topic's id, not its name; where a broker knows no ids, its name.
 * Null when both are the same table.
 */
export function mapRows(before: Topology, after: Topology): Int32Array | null {
  if (before === after) return null
  const rows = before.start[before.topics.length] ?? 0
  const map = new Int32Array(rows).fill(-1)
  for (let t = 0; t < before.topics.length; t++) {
    const to = after.indexOf.get(before.topics[t] as string)
    if (to === undefined || isRecreated(before.topicIds[t] ?? '', after.topicIds[to] ?? '')) continue
    const from = before.start[t] as number
    const target = after.start[to] as number
    const partitions = Math.min(
      (before.start[t + 1] as number) - from,
      (after.start[to + 1] as number) - target,
    )
    for (let p = 0; p < partitions; p++) map[from + p] = target + p
  }
  return map
}

function isRecreated(idBefore: string, idAfter: string): boolean {
  return idBefore !== '' && idAfter !== '' && idBefore !== idAfter
}
