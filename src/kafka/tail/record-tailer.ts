import { pause } from '../../model/pause.ts'
import type { Clock } from '../../model/ports.ts'
import type { RecordTailer, TailAnswer, TailPosition } from '../../model/tail.ts'
import type { Topology } from '../../model/topology.ts'
import { createWorkQueue } from '../../model/work-queue.ts'
import { PollCalls } from '../reader/poll-calls.ts'
import { positionsByLeader } from '../reader/positions-by-leader.ts'
import { Throttle } from '../reader/throttle.ts'
import type { Transport } from '../transport.ts'
import type { Hunger } from './lane-queue.ts'

export interface RecordTailerOptions {
  /** Its own: a Fetch must not stand in the way of a poll. Closed with it. */
  readonly transport: Transport
  readonly clock: Clock
  readonly requestTimeoutMs: number
}

interface Left {
  readonly topology: Topology | null
  /** Partitions with more, those that have waited longest first. */
  readonly rows: ReadonlyMap<number, Hunger>
  /** Brokers that were not asked at all. */
  readonly nodes: ReadonlySet<number>
}

/** Who takes records may work for longer than others want to wait. */
const SLICE_MS = 10

/** Brokers that are read at the same time: an answer of each is held in memory. */
const MOST_LANES = 3

export function createRecordTailer({
  transport,
  clock,
  requestTimeoutMs,
}: RecordTailerOptions): RecordTailer {
  const throttle = new Throttle(clock, requestTimeoutMs)
  const run = createWorkQueue()
  /** What the last pass had no bytes left for. */
  let left: Left = { topology: null, rows: new Map(), nodes: new Set() }
  return {
    async read(map, positions, limits, take, signal) {
      // Decompressors are much to have in memory where no records are read.
      const { readLane } = await import('./read-lane.ts')
      transport.setNodes(map.brokers)
      throttle.keepOnly(new Set(map.brokers.map(broker => broker.id)))
      const calls = new PollCalls({ transport, clock, run, throttle, requestTimeoutMs, wait: pause, signal })
      const budget = { left: limits.maxBytes }
      const inTurn = oneAtATime(take)
      const waiting: Left['rows'] = left.topology === map.topology ? left.rows : new Map()
      const rowsAsked = Int32Array.from(positions, ({ row }) => row)
      // What has no leader is read when it has one.
      const { byNode } = await run(positionsByLeader(rowsAsked, map.leader))
      const lanes = [...byNode]
        .map(([node, own]) => [node, own.map(i => positions[i] as TailPosition)] as const)
        .sort(([a], [b]) => Number(left.nodes.has(b)) - Number(left.nodes.has(a)))
      const rows = new Map<number, Hunger>()
      const readNext = async (): Promise<void> => {
        while (budget.left > 0) {
          const lane = lanes.shift()
          if (lane === undefined) return
          const [node, own] = lane
          const more = await readLane({ calls, map, node, limits, budget, take: inTurn }, own, waiting)
          for (const [row, hunger] of more) rows.set(row, hunger)
        }
      }
      try {
        await Promise.all(Array.from({ length: MOST_LANES }, readNext))
      } finally {
        calls.close()
      }
      left = { topology: map.topology, rows, nodes: new Set(lanes.map(([node]) => node)) }
      return limits.maxBytes - budget.left
    },
    close: () => transport.close(),
  }
}

/** Others have their turn in between, though nothing is waited for where what is taken costs no more than time. */
function oneAtATime(take: (answer: TailAnswer) => void | Promise<void>) {
  let last: Promise<void> = Promise.resolve()
  let since = performance.now()
  const takeNext = async (answer: TailAnswer) => {
    await take(answer)
    if (performance.now() - since < SLICE_MS) return
    await new Promise<void>(resume => setImmediate(resume))
    since = performance.now()
  }
  return (answer: TailAnswer): Promise<void> => {
    const taken = last.then(() => takeNext(answer))
    last = taken.catch(() => {})
    return taken
  }
}
