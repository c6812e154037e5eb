import { randomInt } from 'node:crypto'
import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import { waitUntil } from '../harness/wait-until.ts'
import type { Ledger } from './kit-chaos-ledger.ts'
import type { ChaosWorld } from './kit-chaos-world.ts'

/** Both topics are there, replicated, with the ends at 0. */
export const TOPIC = 'chaos'
export const GROUP = 'chaos-workers'
export const RECOVERY_TIMEOUT_MS = 180_000

/** Since a broker was killed. */
export interface Recovery {
  /** Until each partition had taken a record again. */
  readonly writtenMs: number
  /** Until one of those was processed, of each partition. */
  readonly processedMs: number
  readonly wasCoordinator: boolean
}

interface Scene {
  readonly cluster: KafkaCluster
  readonly world: ChaosWorld
  readonly ledger: Ledger
  /** By partition: the end as far as it is acknowledged. */
  readonly ends: readonly number[]
}

/** Kills one, waits until all partitions have gone on, and starts it again. */
export async function killBroker({ cluster, world, ledger, ends }: Scene): Promise<Recovery> {
  const id = randomInt(1, 4)
  const coordinator = await coordinatorOf(world)
  const killedAt = performance.now()
  await cluster.broker(id).kill()
  const before = [...ends]
  /** By partition: the end with its first record since. */
  const goals = before.map(() => 0)
  const look = () => {
    for (const [p, end] of ends.entries()) {
      if (goals[p] === 0 && end > (before[p] as number)) goals[p] = end
    }
  }
  const isDone = (p: number) => {
    const goal = goals[p] as number
    return goal > 0 && ledger.floor(p) >= goal
  }
  const since = async (what: string, holds: () => boolean) => {
    const both = () => {
      look()
      return holds()
    }
    await waitUntil(what, both, { timeoutMs: RECOVERY_TIMEOUT_MS, pauseMs: 20 })
    return performance.now() - killedAt
  }
  const all = [...before.keys()]
  const [writtenMs, processedMs] = await Promise.all([
    since('every partition is written to', () => goals.every(goal => goal > 0)),
    since('every partition goes on', () => all.every(isDone)),
  ])
  await cluster.broker(id).restart()
  await cluster.ready()
  return { writtenMs, processedMs, wasCoordinator: coordinator === id }
}

async function coordinatorOf({ kafka }: ChaosWorld): Promise<number | undefined> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] })
    const partitions = topics[0]?.partitions ?? []
    return partitions.find(p => p.partitionId === hashOf(GROUP) % partitions.length)?.leader
  } finally {
    await admin.disconnect()
  }
}

/** As Kafka chooses the partition of a group's offsets. */
function hashOf(text: string): number {
  let hash = 0
  for (const c of text) hash = (Math.imul(31, hash) + c.charCodeAt(0)) | 0
  return Math.abs(hash)
}
