import { commitRows, createLargeEstate, GROUPS } from '../../test/e2e/large-estate.ts'
import { startKafka } from '../../test/harness/kafka-cluster.ts'
import { startLab } from '../../test/harness/lab.ts'
import { openKfake } from '../poll/clusters.ts'
import { SIZES } from '../poll/sizes.ts'

export type EstateName = 'kafka' | '200k' | '1m'

/** A cluster with topics, groups and commits. */
export interface Estate {
  readonly title: string
  readonly groupPartitions: number
  /** 127.0.0.1 with different ports. */
  readonly brokers: readonly string[]
  /** A tenth of the groups commit anew. */
  advance(): Promise<void>
  /** Stops the last broker with SIGSTOP, or lets it go on. Null where brokers are no processes. */
  readonly hang: ((isHung: boolean) => void) | null
  close(): Promise<void>
}

export async function openEstate(name: EstateName): Promise<Estate> {
  return name === 'kafka' ? openKafka() : openFake(name)
}

async function openKafka(): Promise<Estate> {
  const kafka = await startKafka({ heapMb: 512 })
  const lab = await startLab(kafka)
  await createLargeEstate(lab)
  let step = 0
  return {
    title: `Kafka ${kafka.version}, 3 brokers, 2,000 partitions, 200 groups, 50,000 committed group-partitions`,
    groupPartitions: 50_000,
    brokers: kafka.internalBrokers,
    async advance() {
      step++
      const moving = Array.from({ length: GROUPS / 10 }, (_, i) => i * 10 + (step % 10))
      await lab.commitOffsets(moving.map(group => commitRows(group, step)))
    },
    hang(isHung) {
      if (isHung) kafka.broker(3).stop()
      else kafka.broker(3).cont()
    },
    async close() {
      await lab.close()
      await kafka.close()
    },
  }
}

async function openFake(name: '200k' | '1m'): Promise<Estate> {
  const { title, workload } = SIZES[name]
  const kfake = await openKfake(workload)
  return {
    title: `kfake, 3 brokers, ${title}`,
    groupPartitions: workload.groups * workload.commits,
    brokers: kfake.brokers.split(','),
    advance: async () => void (await kfake.advance()),
    hang: null,
    close: () => kfake.close(),
  }
}
