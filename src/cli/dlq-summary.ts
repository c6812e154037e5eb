import type { RefusalReason } from '../admin/replay/plan-record.ts'
import type { ReplayPlan } from '../admin/replay/replay-plan.ts'
import type { RefusedExample, ReplayTally } from '../admin/replay/replay-tally.ts'
import type { ReplayOptions } from '../admin/replay/run-replay.ts'
import { humanCount } from '../http/human.ts'

export type ReplayEnd = 'complete' | 'interrupted' | 'failed'

/** What `--output=json` prints. */
export interface ReplaySummary {
  readonly topic: string
  /** Null: where each record comes from. */
  readonly target: string | null
  readonly group: string
  readonly dryRun: boolean
  readonly transactional: boolean
  readonly end: ReplayEnd
  readonly error: string | null
  /** Offsets that were to be looked at. */
  readonly atMost: number
  readonly replayed: number
  readonly byTarget: Readonly<Record<string, number>>
  /** Left out by a filter. */
  readonly filtered: number
  /** Deleted before they were read. */
  readonly deleted: number
  readonly refused: Readonly<Record<string, number>>
  /** The first ones that were refused. */
  readonly examples: readonly RefusedExample[]
}

export function summaryOf(
  { topic, target, group, dryRun, transactional }: ReplayOptions,
  { atMost }: ReplayPlan,
  tally: ReplayTally,
  end: ReplayEnd,
  error: string | null,
): ReplaySummary {
  const { replayed, filtered, deleted, examples } = tally
  return {
    ...{ topic, target, group, dryRun, transactional, end, error, atMost, replayed },
    byTarget: Object.fromEntries(tally.byTarget),
    ...{ filtered, deleted },
    refused: Object.fromEntries(tally.refused),
    examples,
  }
}

const WHY: Readonly<Record<RefusalReason, string>> = {
  no_source_topic: 'their headers do not say which topic they come from',
  own_topic: 'they come from the dead-letter topic itself',
  no_such_topic: 'the topic that they come from is no more, or is one of the brokers’ own',
  no_source_partition: 'their headers do not say which partition they come from, or it is no more',
  too_many_hops: 'they were replayed as often as --max-hops allows, and came back each time',
  inexact_header: 'the key of a header is no UTF-8 and could not be kept as it is',
  too_large: 'they are too large for the target',
  invalid: 'the target takes no such records, as one without a key where it is compacted',
  unreadable: 'they are damaged, or of an unknown codec',
}

export function renderSummary(summary: ReplaySummary): string {
  const { dryRun, replayed, byTarget, filtered, deleted, refused, examples } = summary
  const lines = [`${dryRun ? 'would send' : 'sent'} ${humanCount(replayed)} records`]
  for (const [topic, count] of Object.entries(byTarget)) lines.push(`  to ${topic}: ${humanCount(count)}`)
  if (filtered > 0) lines.push(`left out ${humanCount(filtered)} by a filter`)
  if (deleted > 0) lines.push(`${humanCount(deleted)} were deleted before they were read`)
  for (const [reason, count] of Object.entries(refused)) {
    const some = examples
      .filter(example => example.reason === reason)
      .map(({ partition, offset }) => `${partition}/${offset}`)
    const shown = some.length === 0 ? '' : ` (${some.join(', ')}${count > some.length ? ', …' : ''})`
    lines.push(`refused ${humanCount(count)}: ${WHY[reason as RefusalReason]}${shown}`)
  }
  return `${lines.join('\n')}\n`
}
