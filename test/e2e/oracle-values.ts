import type { OracleAnswer } from '../harness/lab-types.ts'

/** Values by the JSON of their label values, in the order of the labels. */
export type Values = ReadonlyMap<string, number>

/** `pick` of every commit that Kafka's Admin client knows, by group, topic and partition. */
export function committed({ groups }: OracleAnswer, pick: 'offset' | 'lag'): Values {
  return new Map(
    Object.entries(groups).flatMap(([group, { offsets }]) =>
      offsets.map(o => [JSON.stringify([group, o.topic, String(o.partition)]), o[pick] as number] as const),
    ),
  )
}

/** By topic and partition. */
export function partitionValues({ topics }: OracleAnswer, pick: 'start' | 'end' | 'leader'): Values {
  return new Map(
    Object.entries(topics).flatMap(([topic, { partitions }]) =>
      partitions.map(p => [JSON.stringify([topic, String(p.partition)]), p[pick] as number] as const),
    ),
  )
}

/** Over the partitions of each group and topic. */
export function sumsByTopic(values: Values): Values {
  const sums = new Map<string, number>()
  for (const [key, value] of values) {
    const block = JSON.stringify((JSON.parse(key) as string[]).slice(0, 2))
    sums.set(block, (sums.get(block) ?? 0) + value)
  }
  return sums
}

/** What does not agree, in words; every name of either side counts. */
export function differences(ours: Values, theirs: Values): string[] {
  const names = new Set([...ours.keys(), ...theirs.keys()])
  return [...names].flatMap(name =>
    ours.get(name) === theirs.get(name) ? [] : [`${name}: ${ours.get(name)}, Kafka says ${theirs.get(name)}`],
  )
}
