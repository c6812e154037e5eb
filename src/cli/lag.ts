import type { Command } from 'commander'
import picocolors from 'picocolors'
import { ExporterError, messageOf } from '../errors.ts'
import type { CliIo } from './cli-io.ts'
import { directSource, type PollOnce } from './direct-source.ts'
import type { AccessFlags } from './exporter-access.ts'
import { exporterSource } from './exporter-source.ts'
import { judgeLag, type Verdict } from './fail-over.ts'
import type { GroupPartition, LagQuery, LagReport, LagSource } from './lag-report.ts'
import { renderLagTable } from './lag-table.ts'
import { visibleText } from './terminal-text.ts'

export const DEFAULT_EXPORTER = 'http://127.0.0.1:9308'

const MAX_GROUPS = 10_000
/** Of each of which the partitions are asked for by a request of its own. */
const DEFAULT_GROUPS = 100

/** As the command line says it. */
export interface LagFlags extends AccessFlags {
  readonly url?: string | undefined
  readonly group?: string | undefined
  readonly topic?: string | undefined
  readonly partitions?: boolean | undefined
  readonly watch?: boolean | undefined
  readonly output?: string | undefined
  readonly limit?: string | undefined
  readonly failOver?: string | undefined
}

export interface LagOptions extends LagFlags {
  /** Given where brokers were named: then no exporter is asked. */
  readonly direct?: { readonly pollOnce: PollOnce; readonly intervalMs: number } | undefined
}

/** Adds the flags of `lag`; those that name brokers come from the table of settings. */
export function addLagFlags(command: Command): Command {
  return command
    .description('show the lag of every group, worst first, from a running exporter or by one direct poll')
    .option('--url <exporter>', `address of a running exporter (default: ${DEFAULT_EXPORTER})`)
    .option('--group <regex>', 'only groups whose name matches')
    .option('--topic <regex>', 'only topics whose name matches; shows partitions')
    .option('--partitions', 'one row per partition, with its owner')
    .option('--watch', 'redraw after each poll until Ctrl-C')
    .option('--output <format>', 'table or json', 'table')
    .option('--fail-over <seconds>', 'exit 2 when a lag in time is larger, 1 when one is not known')
    .option('--limit <groups>', `at most so many groups (default: ${DEFAULT_GROUPS})`)
}

/**
 * Flags of `serve` that mean nothing to a single poll. They are accepted, so that its command line and its file serve
 * here too, but are no help.
 */
export function isOnlyForServe(flag: string): boolean {
  return /^(web|log|metrics|state|compat|dlq)\./.test(flag) || ONLY_FOR_SERVE.has(flag)
}

const ONLY_FOR_SERVE: ReadonlySet<string> = new Set([
  'print-config',
  'kafka.cluster',
  'kafka.labels',
  'kafka.broker-forget-after',
  'group.no-consumer-after',
  'poll.max-reading-age',
  'expect.topics',
])

/** Resolves to the exit code: 0, or 1 after a line on stderr, or 2 with `--fail-over` when a lag is over it. */
export async function runLag(options: LagOptions, io: CliIo): Promise<number> {
  try {
    const { query, output, shown, failOver } = parseLagFlags(options)
    const source =
      options.direct === undefined
        ? exporterSource(options.url ?? DEFAULT_EXPORTER, io.fetch)
        : directSource(options.direct.pollOnce, options.direct.intervalMs)
    const write = output === 'json' ? jsonWriter(options, io) : tableWriter(options, io, shown, query)
    const report = await source.report(query, io.signal)
    if (options.watch) {
      write(report)
      await watch(source, query, write, io)
      return 0
    }
    const isUnknown = report.total === 0 && report.unavailable.length > 0
    if (!isUnknown || output === 'json') write(limited(report, shown))
    if (isUnknown) tellUnavailable(report, io)
    if (isUnknown) return 1
    return failOver === null ? 0 : tellVerdict(judgeLag(report, query, failOver), io)
  } catch (error) {
    if (io.signal.aborted && options.watch) return 0
    io.stderr.write(`lag: ${messageOf(error)}\n`)
    return 1
  }
}

/** No group is not "nothing is behind" where a cluster that may have some was not read. */
function tellUnavailable({ unavailable }: LagReport, io: CliIo): void {
  for (const { cluster, reason } of unavailable) {
    const name = cluster === null ? 'the cluster' : `cluster ${visibleText(cluster)}`
    io.stderr.write(`lag: ${name} could not be read: ${visibleText(reason)}\n`)
  }
}

function tellVerdict({ over, unknown }: Verdict, io: CliIo): number {
  for (const line of [...over, ...unknown]) io.stderr.write(`lag: ${line}\n`)
  if (over.length > 0) return 2
  return unknown.length > 0 ? 1 : 0
}

/** `--fail-over` judges all groups, whatever `--limit` shows. */
function limited(report: LagReport, groups: number): LagReport {
  if (report.groups.length <= groups) return report
  const shown = report.groups.slice(0, groups)
  const names = new Set(shown.map(({ cluster, group }) => JSON.stringify([cluster, group])))
  const isShown = ({ cluster, group }: GroupPartition) => names.has(JSON.stringify([cluster, group]))
  return { ...report, groups: shown, partitions: report.partitions?.filter(isShown) ?? null }
}

async function watch(
  source: LagSource,
  query: LagQuery,
  write: (report: LagReport) => void,
  io: CliIo,
): Promise<void> {
  const intervalMs = await source.intervalMs(io.signal)
  for (;;) {
    await io.wait(intervalMs, io.signal)
    if (io.signal.aborted) return
    try {
      write(await source.report(query, io.signal))
    } catch (error) {
      if (io.signal.aborted) return
      // During an incident the exporter may be restarted too: whoever watches wants to see it come back.
      io.stderr.write(`lag: ${messageOf(error)}\n`)
    }
  }
}

interface ParsedFlags {
  readonly query: LagQuery
  readonly output: 'table' | 'json'
  /** Groups. */
  readonly shown: number
  /** Seconds. */
  readonly failOver: number | null
}

function parseLagFlags(flags: LagFlags): ParsedFlags {
  const { output = 'table', limit = String(DEFAULT_GROUPS) } = flags
  if (output !== 'table' && output !== 'json') throw wrong(`--output must be table or json, not ${output}`)
  if (!/^\d{1,9}$/.test(limit) || Number(limit) < 1)
    throw wrong(`--limit must be a whole number from 1, not ${limit}`)
  const failOver = parseFailOver(flags)
  const topic = parsePattern('--topic', flags.topic)
  const shown = Math.min(Number(limit), MAX_GROUPS)
  const query = {
    group: parsePattern('--group', flags.group),
    topic,
    partitions: flags.partitions === true || topic !== null,
    limit: failOver === null ? shown : MAX_GROUPS,
  }
  return { query, output, shown, failOver }
}

function parseFailOver({ failOver, watch: repeated }: LagFlags): number | null {
  if (failOver === undefined) return null
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(failOver)) {
    throw wrong(`--fail-over must be a number of seconds, not ${failOver}`)
  }
  if (repeated) throw wrong('--fail-over judges once and --watch never ends: expected one of them')
  return Number(failOver)
}

function parsePattern(flag: string, text: string | undefined): RegExp | null {
  if (text === undefined || text === '') return null
  try {
    return new RegExp(text)
  } catch (error) {
    throw wrong(`${flag}: ${messageOf(error)}`)
  }
}

function wrong(message: string): ExporterError {
  return new ExporterError('BAD_FLAG', message)
}

/** One document; with --watch one line per poll, so that a reader need not find the seams. */
function jsonWriter({ watch: repeated }: LagOptions, io: CliIo): (report: LagReport) => void {
  return report => io.stdout.write(`${JSON.stringify(report, null, repeated ? 0 : 2)}\n`)
}

function tableWriter(
  { watch: repeated }: LagOptions,
  io: CliIo,
  shown: number,
  query: LagQuery,
): (report: LagReport) => void {
  const colors = picocolors.createColors(wantsColor(io))
  const redraw = repeated === true && io.isTTY
  // Room for the summary, an empty line, the titles and what could not be shown.
  const maxLines = redraw && io.rows !== undefined ? Math.max(5, io.rows - 6) : Number.POSITIVE_INFINITY
  const maxRows = query.partitions ? Number.POSITIVE_INFINITY : shown
  const clear = redraw ? '\x1b[H\x1b[2J\x1b[3J' : ''
  return report => {
    const width = io.columns ?? Number.POSITIVE_INFINITY
    const text = renderLagTable(report, { colors, width, maxRows, maxLines })
    // In a file nothing else would tell one table from the next.
    const time = repeated && !redraw ? `${new Date(io.now()).toISOString()}\n` : ''
    io.stdout.write(clear + time + text + (repeated && !redraw ? '\n' : ''))
  }
}

/** https://no-color.org */
function wantsColor({ env, isTTY }: CliIo): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0'
  return isTTY && env.TERM !== 'dumb'
}
