import type { Command } from 'commander'

export interface DlqFlags {
  readonly cluster?: string
  readonly output?: string
}

export interface DlqListFlags extends DlqFlags {
  readonly topic?: string
}

export interface DlqShowFlags extends DlqFlags {
  readonly filter?: readonly string[]
  readonly limit?: string
  readonly partition?: string
  readonly offset?: string
}

export interface DlqReplayFlags extends DlqFlags {
  readonly to?: string
  readonly filter?: readonly string[]
  readonly rate?: string
  readonly transactional?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly again?: boolean
  readonly group?: string
  readonly maxHops?: string
  readonly keepTimestamps?: boolean
  readonly partitionBy?: string
}

export const DEFAULT_MAX_HOPS = 5
export const DEFAULT_SHOWN = 20

const collect = (value: string, earlier: readonly string[] = []) => [...earlier, value]
const FILTER =
  'only records that meet it, such as cause~Timeout, group=billing, topic!=orders, key=42, time>=2026-11-27T08:00Z; several: all of them'

export function addDlqFlags(command: Command): Command {
  return command
    .option('--cluster <name>', 'which cluster of the configuration, where it has several')
    .option('--output <format>', 'table or json', 'table')
}

export function addDlqListFlags(command: Command): Command {
  return addDlqFlags(command)
    .description(
      'list the topics that hold dead letters, and those for retries, as dlq.match, dlq.include and dlq.exclude say',
    )
    .option('--topic <regex>', 'topics whose name matches, whatever it says')
}

export function addDlqShowFlags(command: Command): Command {
  return addDlqFlags(command)
    .argument('<topic>', 'dead-letter topic')
    .description('show dead letters with where they come from and why they are there')
    .option('--filter <condition>', FILTER, collect)
    .option('--limit <records>', `at most so many (default: ${DEFAULT_SHOWN})`)
    .option('--partition <partition>', 'of this partition alone')
    .option('--offset <offset>', 'from this offset on; with --partition')
}

export function addDlqReplayFlags(command: Command): Command {
  return addDlqFlags(command)
    .argument('<topic>', 'dead-letter topic')
    .description(
      'send dead letters on, each partition in order, from where the last replay to the same target ended',
    )
    .option('--to <target>', 'source: the topic that each comes from; or the name of a topic')
    .option('--filter <condition>', FILTER, collect)
    .option('--rate <records>', 'at most so many a second (default: as fast as the brokers take them)')
    .option('--transactional', 'exactly once for who reads committed records')
    .option('--partition-by <what>', 'key, as producers do; or original: the partition that it was in', 'key')
    .option('--keep-timestamps', 'the time stamps of the dead letters instead of the present time')
    .option('--max-hops <times>', `refuse what was replayed so often before (default: ${DEFAULT_MAX_HOPS})`)
    .option('--again', 'from the log start, whatever was replayed before')
    .option('--group <group>', 'keep the position in this group')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--yes', 'do not ask')
}
