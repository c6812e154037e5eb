import type { GroupSummary } from '../http/api/group-summary.ts'
import { humanCount, humanPlural } from '../http/human.ts'
import { type GroupPartition, type LagQuery, type LagReport, PARTITION_LIMIT } from './lag-report.ts'
import { visibleText } from './terminal-text.ts'

/** What `--fail-over` finds: one line for each group that is over the limit, and for what could not be judged. */
export interface Verdict {
  readonly over: readonly string[]
  readonly unknown: readonly string[]
}

/** A wall of lines helps nobody: the table has the rest. */
const MOST_LINES = 10

/**
 * Judges groups by their lag in time; with `--topic`, by that of the partitions of those topics alone. What is not
 * known is told apart: it must pass for neither 0 nor too much.
 */
export function judgeLag(report: LagReport, query: LagQuery, limitSeconds: number): Verdict {
  const judged =
    query.topic === null
      ? report.groups.map(judgeGroup)
      : byGroup(report.partitions ?? []).map(partitions => judgePartitions(partitions))
  const limit = `${humanCount(limitSeconds)} s`
  const over = judged
    .filter(({ seconds }) => seconds > limitSeconds)
    .map(({ name, seconds }) => `${name} is ${humanCount(Math.floor(seconds))} s behind, more than ${limit}`)
  const unknown = judged.flatMap(({ name, unknown }) => (unknown === null ? [] : [`${name}: ${unknown}`]))
  for (const { name, reason, code } of report.missing) {
    if (query.group?.test(name) === false) continue
    unknown.push(`expected group ${visibleText(name)} is not there: ${code ?? reason}`)
  }
  for (const { cluster, reason } of report.unavailable) {
    const name = cluster === null ? 'the cluster' : `cluster ${visibleText(cluster)}`
    unknown.push(`${name} could not be read: ${visibleText(reason)}`)
  }
  const unseen = report.total - report.groups.length
  if (unseen > 0) unknown.push(`${humanPlural(unseen, 'group')} could not be looked at; use --group`)
  return { over: cut(over), unknown: cut(unknown) }
}

interface Judged {
  readonly name: string
  /** The largest that is known. */
  readonly seconds: number
  /** What is not known, in words. */
  readonly unknown: string | null
}

function judgeGroup(group: GroupSummary): Judged {
  return {
    name: nameOf(group),
    seconds: group.lagSecondsMax ?? 0,
    unknown: whatIsUnknown(group),
  }
}

function whatIsUnknown(group: GroupSummary): string | null {
  const unknown = untimed(group.partitionsUntimed)
  if (unknown !== null) return unknown
  if (group.kind === 'share') return group.lagSum === 0 ? null : 'a share group has no lag in time'
  if (group.partitions === 0 && !group.up) return `could not be read: ${group.failure?.code ?? 'no answer'}`
  return null
}

function judgePartitions(partitions: readonly GroupPartition[]): Judged {
  const waiting = partitions.filter(({ state }) => state !== 'caught_up')
  const unknown = waiting.filter(({ lagSeconds }) => lagSeconds === null).length
  const isCut = partitions.length >= PARTITION_LIMIT
  return {
    name: nameOf(partitions[0] as GroupPartition),
    seconds: waiting.reduce((most, { lagSeconds }) => Math.max(most, lagSeconds ?? 0), 0),
    unknown: isCut ? `only ${humanCount(PARTITION_LIMIT)} partitions could be looked at` : untimed(unknown),
  }
}

function untimed(partitions: number): string | null {
  if (partitions === 0) return null
  return `the lag in time of ${humanPlural(partitions, 'partition')} is not known`
}

function byGroup(partitions: readonly GroupPartition[]): readonly (readonly GroupPartition[])[] {
  const groups = new Map<string, GroupPartition[]>()
  for (const partition of partitions) {
    const name = JSON.stringify([partition.cluster, partition.group])
    const others = groups.get(name)
    if (others === undefined) groups.set(name, [partition])
    else others.push(partition)
  }
  return [...groups.values()]
}

function nameOf({ cluster, group }: { readonly cluster: string | null; readonly group: string }): string {
  return cluster === null ? visibleText(group) : `${visibleText(group)} in ${visibleText(cluster)}`
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= MOST_LINES) return lines
  return [...lines.slice(0, MOST_LINES), `and ${humanCount(lines.length - MOST_LINES)} more`]
}
