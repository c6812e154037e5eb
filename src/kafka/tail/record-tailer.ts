import { pause } from '../../model/pause.ts'
import type { Clock } from '../../model/ports.ts'
import type { RecordTailer, TailAnswer } from '../../model/tail.ts'
import { createWorkQueue } from '../../model/work-queue.ts'
import { PollCalls } from '../reader/poll-calls.ts'
import { Throttle } from '../reader/throttle.ts'
import type { Transport } from '../transport.ts'
import { readLane } from './read-lane.ts'

export interface RecordTailerOptions {
  /** Its own: a Fetch must not stand in the way of a poll. Closed with it. */
  readonly transport: Transport
  readonly clock: Clock
  readonly requestTimeoutMs: number
}

/** Brokers that are read at the same time: an answer of each is held in memory. */
const MOST_LANES = 3

export function createRecordTailer({
  transport,
  clock,
  requestTimeoutMs,
}: RecordTailerOptions): RecordTailer {
  const throttle = new Throttle(clock, requestTimeoutMs)
  const run = createWorkQueue()
  return {
    async read(map, positions, limits, take, signal) {
      transport.setNodes(map.brokers)
      throttle.keepOnly(new Set(map.brokers.map(broker => broker.id)))
      const calls = new PollCalls({ transport, clock, run, throttle, requestTimeoutMs, wait: pause, signal })
      const budget = { left: limits.maxBytes }
      const inTurn = oneAtATime(take)
      const lanes = [...byLeader(map.leader, positions)]
      const readNext = async (): Promise<void> => {
        for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) {
          const [node, own] = lane
          await readLane({ calls, map, node, limits, budget, take: inTurn }, own)
        }
      }
      try {
        await Promise.all(Array.from({ length: MOST_LANES }, readNext))
      } finally {
        calls.close()
      }
      return limits.maxBytes - budget.left
    },
    close: () => transport.close(),
  }
}

function byLeader<Position extends { readonly row: number }>(
  leader: Int32Array,
  positions: readonly Position[],
): ReadonlyMap<number, readonly Position[]> {
  const byNode = new Map<number, Position[]>()
  for (const position of positions) {
    const node = leader[position.row] ?? -1
    // One without a leader is read when it has one.
    if (node < 0) continue
    const own = byNode.get(node)
    if (own === undefined) byNode.set(node, [position])
    else own.push(position)
  }
  return byNode
}

function oneAtATime(take: (answer: TailAnswer) => void | Promise<void>) {
  let last: Promise<void> = Promise.resolve()
  return (answer: TailAnswer): Promise<void> => {
    const taken = last.then(() => take(answer))
    last = taken.catch(() => {})
    return taken
  }
}
