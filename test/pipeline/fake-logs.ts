import type { RecordTailer, TailAnswer, TailedRecord, TailMap, TailPosition } from '../../src/model/tail.ts'
import { topicOfRow } from '../../src/model/topology.ts'
import type { TopicFacts } from '../fakes/snapshots.ts'

interface FakeLog {
  start: number
  end: number
  readonly spoilt: Set<number>
}

/** Logs in memory, read as a RecordTailer reads: records have offsets and nothing else. */
export class FakeLogs implements RecordTailer {
  readonly denied = new Set<string>()
  /** `topic/partition@offset` that each pass asked for. */
  readonly reads: string[][] = []
  readonly #topics = new Map<string, { readonly id: string; readonly logs: FakeLog[] }>()
  #created = 0

  constructor(topics: Readonly<Record<string, readonly number[]>>) {
    for (const [topic, ends] of Object.entries(topics)) this.create(topic, ends)
  }

  create(topic: string, ends: readonly number[]): void {
    const logs = ends.map(end => ({ start: 0, end, spoilt: new Set<number>() }))
    this.#topics.set(topic, { id: `id-${++this.#created}`, logs })
  }

  addPartition(topic: string, end: number): void {
    this.#topics.get(topic)?.logs.push({ start: 0, end, spoilt: new Set() })
  }

  append(topic: string, partition: number, count: number): void {
    this.#log(topic, partition).end += count
  }

  deleteBefore(topic: string, partition: number, offset: number): void {
    this.#log(topic, partition).start = offset
  }

  truncate(topic: string, partition: number, end: number): void {
    this.#log(topic, partition).end = end
  }

  spoil(topic: string, partition: number, offset: number): void {
    this.#log(topic, partition).spoilt.add(offset)
  }

  /** What a poll says of them. */
  facts(): readonly TopicFacts[] {
    return [...this.#topics].map(([name, { id, logs }]) => ({
      name,
      id,
      partitions: logs.map(({ start, end }) => ({ leader: 1, logStart: start, end })),
    }))
  }

  async read(
    { topology }: TailMap,
    positions: readonly TailPosition[],
    _limits: unknown,
    take: (answer: TailAnswer) => void | Promise<void>,
  ): Promise<number> {
    const places = positions.map(position => {
      const t = topicOfRow(topology, position.row)
      const partition = position.row - (topology.start[t] as number)
      return { ...position, topic: topology.topics[t] as string, partition }
    })
    this.reads.push(places.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`))
    for (const place of places) await take(this.#answer(place))
    return 0
  }

  #answer({
    row,
    topic,
    partition,
    offset,
    maxRecords,
  }: TailPosition & { readonly topic: string; readonly partition: number }): TailAnswer {
    if (this.denied.has(topic)) {
      const code = 'TOPIC_AUTHORIZATION_FAILED'
      return { kind: 'failed', row, code, message: `${topic}-${partition}: ${code}` }
    }
    const { start, end, spoilt } = this.#log(topic, partition)
    if (offset < start || offset > end) return { kind: 'out_of_range', row }
    const records: TailedRecord[] = []
    let unreadable = 0
    let next = offset
    for (; next < end && records.length < maxRecords; next++) {
      if (spoilt.has(next)) unreadable++
      else records.push({ partition, offset: next, timestamp: 0, key: null, value: null, headers: [] })
    }
    return { kind: 'read', row, records, unreadable, nextOffset: next, end }
  }

  #log(topic: string, partition: number): FakeLog {
    const log = this.#topics.get(topic)?.logs[partition]
    if (log === undefined) throw new Error(`there is no ${topic}/${partition}`)
    return log
  }

  async close(): Promise<void> {}
}
