import picocolors from 'picocolors'
import type { AdminCalls } from '../admin/admin-calls.ts'
import { readClusterMap, readOffsets } from '../admin/cluster-map.ts'
import { roleOfTopic } from '../domain/dlq/topic-role.ts'
import { ExporterError, messageOf } from '../errors.ts'
import { humanCount } from '../http/human.ts'
import { EARLIEST, LATEST } from '../kafka/wire/list-offsets.ts'
import type { CliIo } from './cli-io.ts'
import type { DlqListFlags } from './dlq-flags.ts'
import { parseOneOf } from './dlq-values.ts'
import { visibleText } from './terminal-text.ts'
import { renderTextTable } from './text-table.ts'

interface ListedTopic {
  readonly topic: string
  readonly kind: 'dead_letters' | 'retries' | 'other'
  readonly partitions: number
  /** Offsets from the log starts to the ends; null where they could not be read. */
  readonly records: number | null
  readonly problem: string | null
}

/**
 * `dlq list`: resolves to the exit code, 1 where something could not be read.
 *
 * @param isDeadLetterTopic as the settings of the cluster say
 */
export async function runDlqList(
  flags: DlqListFlags,
  isDeadLetterTopic: (topic: string) => boolean,
  calls: AdminCalls,
  io: CliIo,
): Promise<number> {
  const output = parseOneOf('output', flags.output ?? 'table', ['table', 'json'])
  const pattern = flags.topic === undefined ? null : parsePattern(flags.topic)
  const { topology } = await readClusterMap(calls, null)
  const topics: ListedTopic[] = []
  for (const [t, topic] of topology.topics.entries()) {
    const kind = isDeadLetterTopic(topic)
      ? 'dead_letters'
      : roleOfTopic(topic) === 'retries'
        ? 'retries'
        : 'other'
    if (pattern === null ? kind === 'other' : !pattern.test(topic)) continue
    const partitions = (topology.start[t + 1] as number) - (topology.start[t] as number)
    topics.push({ topic, kind, partitions, ...(await countRecords(calls, topic)) })
  }
  if (output === 'json') io.stdout.write(`${JSON.stringify({ topics }, null, 2)}\n`)
  else io.stdout.write(render(topics, io))
  for (const { topic, problem } of topics) {
    if (problem !== null) io.stderr.write(`dlq list: ${visibleText(topic)}: ${visibleText(problem)}\n`)
  }
  return topics.some(({ problem }) => problem !== null) ? 1 : 0
}

async function countRecords(
  calls: AdminCalls,
  topic: string,
): Promise<Pick<ListedTopic, 'records' | 'problem'>> {
  try {
    const map = await readClusterMap(calls, [topic])
    const starts = await readOffsets(calls, map, EARLIEST, 0)
    const ends = await readOffsets(calls, map, LATEST, 0)
    return { records: ends.reduce((sum, end, row) => sum + end - (starts[row] as number), 0), problem: null }
  } catch (error) {
    return { records: null, problem: messageOf(error) }
  }
}

function render(topics: readonly ListedTopic[], io: CliIo): string {
  if (topics.length === 0) return 'no topic is named like one for dead letters\n'
  const colors = picocolors.createColors(io.isTTY)
  const lines = renderTextTable<ListedTopic>(
    [
      { title: 'TOPIC', text: ({ topic }) => visibleText(topic), atLeast: 16 },
      { title: 'FOR', text: ({ kind }) => kind.replace('_', ' ') },
      { title: 'PARTITIONS', text: ({ partitions }) => String(partitions), align: 'right' },
      {
        title: 'RECORDS',
        text: ({ records }) => humanCount(records),
        align: 'right',
      },
    ],
    topics,
    io.columns ?? Number.POSITIVE_INFINITY,
    colors.bold,
  )
  return `${lines.join('\n')}\n`
}

function parsePattern(source: string): RegExp {
  try {
    return new RegExp(source)
  } catch (error) {
    throw new ExporterError('BAD_FLAG', `--topic: ${messageOf(error)}`)
  }
}
