import type { createColors } from 'picocolors'
import {
  conditionOf,
  type Severity,
  severityOf,
  severityOfState,
  wordsOfState,
} from '../http/api/condition.ts'
import type { GroupSummary } from '../http/api/group-summary.ts'
import type { PartitionLag } from '../http/api/partition-lag.ts'
import {
  humanCount,
  humanDuration,
  humanLagTime,
  humanPlural,
  humanStall,
  stallLimitSeconds,
} from '../http/human.ts'
import type { GroupPartition, LagReport } from './lag-report.ts'
import { visibleText, wrapTo } from './terminal-text.ts'
import { type Column, renderTextTable } from './text-table.ts'

export type Colors = ReturnType<typeof createColors>

export interface TableOptions {
  readonly colors: Colors
  /** Cells of a line. */
  readonly width: number
  /** Rows of the table. */
  readonly maxRows: number
  /** Lines of the table and of the sentences above it together. */
  readonly maxLines: number
}

const MOST_SENTENCES = 5
/** Of a low screen: the table matters more than the last sentence. */
const SENTENCES_PART = 0.4

/** A report for people: a line of summary, the table, and what is missing. Ends in a newline. */
export function renderLagTable(report: LagReport, options: TableOptions): string {
  const { colors, width } = options
  const title = (text: string) => colors.bold(text)
  const lines: string[] = [summaryOf(report)]
  for (const { cluster, reason } of report.unavailable) {
    const name = cluster === null ? '' : ` ${visibleText(cluster)}`
    lines.push(colors.yellow(`cluster${name} not read: ${visibleText(reason)}`))
  }
  for (const { name, cluster, reason, code } of report.missing) {
    const place = cluster === null ? '' : ` in ${visibleText(cluster)}`
    const fate = reason === 'unreadable' ? 'could not be asked for' : 'is missing'
    lines.push(colors.red(`expected group ${visibleText(name)}${place} ${fate}: ${code ?? reason}`))
  }
  const sentences = sentencesOf(report, options)
  if (sentences.length > 0) lines.push('', ...sentences)
  const taken = sentences.length > 0 ? sentences.length + 1 : 0
  const maxRows = Math.min(options.maxRows, Math.max(5, options.maxLines - taken))
  const rows = report.partitions ?? report.groups
  if (rows.length > 0) {
    const table =
      report.partitions === null
        ? renderTextTable(groupColumns(report, colors), report.groups.slice(0, maxRows), width, title)
        : renderTextTable(partitionColumns(report, colors), report.partitions.slice(0, maxRows), width, title)
    lines.push('', ...table)
  }
  const what = report.partitions === null ? 'group' : 'partition'
  const hidden = (report.partitions === null ? report.total : rows.length) - Math.min(rows.length, maxRows)
  if (hidden > 0) lines.push(colors.dim(`${humanPlural(hidden, `more ${what}`)}; see --limit and --group`))
  return `${lines.join('\n')}\n`
}

/** What is to be said of the groups that are not well, the worst first. */
function sentencesOf({ groups }: LagReport, { colors, width, maxLines }: TableOptions): readonly string[] {
  const paint = painter(colors)
  const unwell = groups
    .map(group => ({ text: visibleText(group.summary), severity: severityOf(conditionOf(group)) }))
    .filter(({ severity }) => severity === 'bad' || severity === 'warning')
  const lines: string[] = []
  let told = 0
  for (const { text, severity } of unwell.slice(0, MOST_SENTENCES)) {
    const wrapped = wrapTo(text, width)
    if (told > 0 && lines.length + wrapped.length > maxLines * SENTENCES_PART) break
    lines.push(...wrapped.map(line => paint(severity, line)))
    told++
  }
  const rest = unwell.length - told
  if (rest > 0) {
    lines.push(colors.dim(`and ${humanPlural(rest, 'more group')} ${rest === 1 ? 'is' : 'are'} not well`))
  }
  return lines
}

function summaryOf({ total, groups, unavailable }: LagReport): string {
  if (total === 0) return unavailable.length > 0 ? 'no group is known' : 'no groups'
  const behind = groups.filter(group => group.partitionsBehind > 0 || (group.lagSum ?? 0) > 0).length
  const all = humanPlural(total, 'group')
  if (behind === 0) return `${all}, none${total > groups.length ? ' of those shown' : ''} behind`
  // Of what --limit left out nothing is known here.
  return `${all}, ${total > groups.length ? 'at least ' : ''}${humanCount(behind)} behind`
}

function groupColumns(report: LagReport, colors: Colors): readonly Column<GroupSummary>[] {
  const paint = painter(colors)
  const severe = (text: string, group: GroupSummary) => paint(severityOf(conditionOf(group)), text)
  return [
    { title: 'GROUP', text: g => visibleText(g.group), atLeast: 14 },
    ...clusterColumn<GroupSummary>(report),
    { title: 'CONDITION', text: g => conditionOf(g), paint: severe },
    { title: 'LAG TIME', text: g => humanDuration(g.lagSecondsMax), align: 'right', paint: severe },
    ...clockColumn<GroupSummary>(report, g => (g.worst === null ? '–' : stallText(g.worst)), severe),
    { title: 'LAG', text: g => humanCount(g.lagSum), align: 'right' },
    { title: 'BEHIND', text: g => `${g.partitionsBehind}/${g.partitions}`, align: 'right', dropOrder: 3 },
    { title: 'MEMBERS', text: g => humanCount(g.members), align: 'right', dropOrder: 2 },
    { title: 'STATE', text: g => visibleText(g.state ?? '–'), dropOrder: 1 },
    { title: 'WORST PARTITION', text: worstText, atLeast: 16, dropOrder: 5 },
  ]
}

function worstText({ worst, failure }: GroupSummary): string {
  if (worst === null) return failure === null ? '' : visibleText(failure.code)
  const { topic, partition, owner } = worst
  const by = owner === null ? '' : ` ${visibleText(owner.clientId)} at ${visibleText(owner.host)}`
  return `${visibleText(topic)}/${partition}${by}`
}

function partitionColumns(report: LagReport, colors: Colors): readonly Column<GroupPartition>[] {
  const paint = painter(colors)
  const severe = (text: string, row: GroupPartition) => paint(severityOfState(row.state), text)
  return [
    { title: 'GROUP', text: p => visibleText(p.group), atLeast: 12 },
    ...clusterColumn<GroupPartition>(report),
    { title: 'PARTITION', text: p => `${visibleText(p.topic)}/${p.partition}`, atLeast: 14 },
    { title: 'CONDITION', text: p => wordsOfState(p.state), paint: severe },
    { title: 'LAG TIME', text: humanLagTime, align: 'right' },
    ...clockColumn<GroupPartition>(report, stallText, severe),
    { title: 'LAG', text: lagText, align: 'right' },
    { title: 'COMMITTED', text: p => humanCount(p.committedOffset), align: 'right', dropOrder: 2 },
    { title: 'END', text: p => humanCount(p.endOffset), align: 'right', dropOrder: 1 },
    {
      title: 'OWNER',
      text: ({ owner }) =>
        owner === null ? '–' : `${visibleText(owner.clientId)} at ${visibleText(owner.host)}`,
      atLeast: 12,
      dropOrder: 3,
    },
  ]
}

/** How long there has been work without an advance, of how long there may be: one look has no clocks. */
function clockColumn<Row>(
  report: LagReport,
  text: (row: Row) => string,
  paint: (text: string, row: Row) => string,
): readonly Column<Row>[] {
  if (report.source === 'kafka') return []
  return [{ title: 'NO ADVANCE', text, align: 'right', paint, dropOrder: 4 }]
}

function stallText(partition: PartitionLag): string {
  const { lag, stalledSeconds } = partition
  if (lag === 0 || stalledSeconds === null) return '–'
  const limit = stallLimitSeconds(partition)
  return `${humanStall(partition)}${limit === null ? '' : ` of ${humanDuration(limit)}`}`
}

function clusterColumn<Row extends { readonly cluster: string | null }>(
  report: LagReport,
): readonly Column<Row>[] {
  const names = new Set(report.groups.map(group => group.cluster))
  if (names.size < 2) return []
  return [{ title: 'CLUSTER', text: row => visibleText(row.cluster ?? '–'), atLeast: 7, dropOrder: 6 }]
}

function lagText({ lag, flags }: GroupPartition): string {
  return flags.includes('beyondEnd') ? 'beyond end' : humanCount(lag)
}

function painter(colors: Colors): (severity: Severity, text: string) => string {
  return (severity, text) => {
    switch (severity) {
      case 'bad':
        return colors.red(text)
      case 'warning':
        return colors.yellow(text)
      case 'good':
        return colors.green(text)
      case 'neutral':
        return text
      default:
        return severity satisfies never
    }
  }
}
