import { createInterface } from 'node:readline/promises'
import type { FlagValues } from '../config/flags.ts'
import type { ClusterSettings } from '../config/settings.ts'
import { ExporterError, messageOf } from '../errors.ts'
import { deadLetterTopicsOf } from '../run/create-pipeline.ts'
import type { CliIo } from './cli-io.ts'
import type { CommandWorld } from './command-world.ts'
import type { DlqFlags, DlqListFlags, DlqReplayFlags, DlqShowFlags } from './dlq-flags.ts'
import { runDlqList } from './dlq-list.ts'
import { runDlqReplay } from './dlq-replay.ts'
import { type DlqSession, openDlqSession } from './dlq-session.ts'
import { runDlqShow } from './dlq-show.ts'
import { processIo } from './process-io.ts'
import { settingsFrom } from './serve.ts'

export interface DlqCommand {
  readonly name: 'list' | 'show' | 'replay'
  /** Of show and replay. */
  readonly topic: string
  readonly flags: DlqFlags
}

/** One `dlq` command; resolves to its exit code. */
export async function runDlq(
  command: DlqCommand,
  clusterFlags: FlagValues,
  world: CommandWorld,
): Promise<number> {
  const settings = settingsFrom(clusterFlags, world, line => world.stderr.write(`notice: ${line}\n`))
  if (settings === null) return 1
  const io = processIo()
  try {
    const cluster = clusterOf(settings.clusters, command.flags.cluster)
    const session = openDlqSession(cluster, io.signal)
    try {
      return await runIn(session, cluster, command, io)
    } finally {
      await session.close()
    }
  } catch (error) {
    const remedy = error instanceof ExporterError && error.remedy ? `. ${error.remedy}` : ''
    io.stderr.write(`dlq ${command.name}: ${messageOf(error)}${remedy}\n`)
    return 1
  }
}

function runIn(
  session: DlqSession,
  cluster: ClusterSettings,
  { name, topic, flags }: DlqCommand,
  io: CliIo,
): Promise<number> {
  switch (name) {
    case 'list':
      return runDlqList(flags as DlqListFlags, deadLetterTopicsOf(cluster), session.calls, io)
    case 'show':
      return runDlqShow(topic, flags as DlqShowFlags, session, io)
    case 'replay':
      return runDlqReplay(topic, flags as DlqReplayFlags, session, io, question =>
        askAtTerminal(question, io),
      )
  }
}

function clusterOf(clusters: readonly ClusterSettings[], name: string | undefined): ClusterSettings {
  const names = clusters.map(cluster => cluster.name).join(', ')
  const [first, second] = clusters
  if (name === undefined) {
    if (first === undefined || second !== undefined) {
      throw new ExporterError(
        'BAD_FLAG',
        `got several clusters (${names}), expected --cluster with one of them`,
      )
    }
    return first
  }
  const found = clusters.find(cluster => cluster.name === name)
  if (found === undefined)
    throw new ExporterError('BAD_FLAG', `--cluster: got ${name}, expected one of ${names}`)
  return found
}

function askAtTerminal(question: string, { signal }: CliIo): Promise<boolean> | null {
  const { stdin: input, stderr: output } = process
  if (!input.isTTY || !output.isTTY) return null
  const ask = async () => {
    const terminal = createInterface({ input, output })
    try {
      return /^y(es)?$/i.test((await terminal.question(question, { signal })).trim())
    } catch {
      // Ctrl-C.
      return false
    } finally {
      terminal.close()
    }
  }
  return ask()
}
