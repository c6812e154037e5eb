import type { GroupSummary } from './group-summary.ts'
import type { PartitionLag } from './partition-lag.ts'

/**
 * What is to be said of a group in two words, for people: nothing of it is published. Until lag is known in time, a
 * group is sick by lag and by the age of its last advance alone.
 */
export type Condition =
  | 'not advancing'
  | 'no consumer'
  | 'advancing'
  | 'behind' // and no advance has been seen yet, for a short time
  | 'caught up'
  | 'unreadable'
  | 'lag not reported' // of a share group: brokers before KIP-1226 do not tell it
  | 'unknown'

export type Severity = 'bad' | 'warning' | 'neutral' | 'good'

/** Consumers commit every 5 s by default; a minute without an advance is worth a look, five are worth a person. */
const WARNING_AFTER_SECONDS = 60
const BAD_AFTER_SECONDS = 300

type Judged = Pick<
  GroupSummary,
  'kind' | 'partitions' | 'partitionsBehind' | 'sicknessSeconds' | 'lagSum' | 'lagMax' | 'state'
> & {
  readonly failure: object | null
  readonly worst: Pick<PartitionLag, 'lastAdvanceAt'> | null
}

export function conditionOf(group: Judged): Condition {
  if (group.partitionsBehind > 0) {
    if (group.state === 'Empty' || group.state === 'Dead') return 'no consumer'
    if ((group.sicknessSeconds ?? 0) >= WARNING_AFTER_SECONDS) return 'not advancing'
    return group.worst?.lastAdvanceAt == null ? 'behind' : 'advancing'
  }
  if (group.failure !== null) return 'unreadable'
  if (group.lagSum !== null) return 'caught up'
  return group.kind === 'share' && group.partitions > 0 && group.lagMax === null
    ? 'lag not reported'
    : 'unknown'
}

export function severityOf(condition: Condition, sicknessSeconds: number | null): Severity {
  switch (condition) {
    case 'not advancing':
    case 'no consumer':
      return severityOfAge(sicknessSeconds)
    case 'advancing':
    case 'behind':
    case 'lag not reported':
      return 'neutral'
    case 'caught up':
      return 'good'
    case 'unreadable':
    case 'unknown':
      return 'warning'
    default:
      return condition satisfies never
  }
}

/** Of a partition with lag. */
export function severityOfAge(seconds: number | null): Severity {
  if (seconds === null || seconds < WARNING_AFTER_SECONDS) return 'neutral'
  return seconds < BAD_AFTER_SECONDS ? 'warning' : 'bad'
}
