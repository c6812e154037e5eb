import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { archiveFlags } from '../harness/class-archive.ts'
import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import { javaFlags } from '../harness/kafka-node.ts'

const run = promisify(execFile)

type Cluster = Pick<KafkaCluster, 'internalBrokers' | 'jars'>

export interface ToolRow {
  readonly topic: string
  readonly partition: number
  readonly committed: number
  readonly end: number
  readonly lag: number
}

/** What `kafka-consumer-groups.sh --describe --offsets` prints. */
export async function describeGroup(cluster: Cluster, group: string): Promise<ToolRow[]> {
  const lines = await tool(cluster, 'consumer.group.ConsumerGroupCommand', [
    '--describe',
    '--offsets',
    '--group',
    group,
  ])
  return lines.flatMap(line => {
    const [name, topic = '', partition, committed, end, lag] = line.split(/\s+/)
    if (name !== group) return []
    return [
      {
        topic,
        partition: Number(partition),
        committed: Number(committed),
        end: Number(end),
        lag: Number(lag),
      },
    ]
  })
}

/** What `kafka-get-offsets.sh` prints: the offsets by `topic-partition`. */
export async function getOffsets(
  cluster: Cluster,
  topicPattern: string,
  time: 'earliest' | 'latest',
): Promise<Map<string, number>> {
  const args = ['--topic', topicPattern, '--time', time, '--exclude-internal-topics']
  const lines = await tool(cluster, 'GetOffsetShell', args)
  return new Map(
    lines.flatMap(line => {
      const [, topic, partition, offset] = /^([^:]+):(\d+):(\d+)$/.exec(line) ?? []
      return offset === undefined ? [] : [[`${topic}-${partition}`, Number(offset)] as const]
    }),
  )
}

async function tool(
  { internalBrokers, jars }: Cluster,
  name: string,
  args: readonly string[],
): Promise<string[]> {
  const flags = [...javaFlags, ...archiveFlags(jars), '-Xmx128m', '-Dharness.log.level=error']
  const java = [...flags, '-cp', jars.classpath]
  const { stdout } = await run(
    'java',
    [...java, `org.apache.kafka.tools.${name}`, '--bootstrap-server', internalBrokers.join(','), ...args],
    { maxBuffer: 1 << 26, timeout: 60_000 },
  )
  return stdout.split('\n')
}
