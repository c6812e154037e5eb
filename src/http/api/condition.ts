import type { GroupKind } from '../../model/observation.ts'
import type { CellState } from '../../model/snapshot.ts'
import { rankOfState } from './cell-order.ts'

/** What is to be said of a group in two words, for people: nothing of it is published. */
export type Condition =
  | 'stalled'
  | 'hung transaction'
  | 'no consumer'
  | 'never committed'
  | 'abandoned'
  | 'beyond end' // committed past the end of a log
  | 'loss near' // retention is about to delete what has not been read
  | 'late' // of an objective
  | 'unreadable'
  | 'unknown'
  | 'no members' // and something waits, but for a shorter time than it may
  | 'advancing'
  | 'behind' // and no advance has been seen yet, or can be told of
  | 'caught up'
  | 'lag not reported' // of a share group: brokers before KIP-1226 do not tell it

export type Severity = 'bad' | 'warning' | 'neutral' | 'good'

/** What a condition follows from; as in a GroupSummary. */
export interface Judged {
  readonly kind: GroupKind
  readonly state: string | null
  readonly failure: object | null
  readonly partitions: number
  readonly worstState: CellState | null
  readonly worst: { readonly lastAdvanceAt: string | null } | null
  readonly partitionsBehind: number
  readonly partitionsBeyondEnd: number | null
  readonly lagSum: number | null
  readonly lagMax: number | null
  readonly lagSecondsMax: number | null
  readonly lossNear: boolean
  readonly objective: { readonly lagSeconds: number | null } | null
}

/** The first that holds. */
export function conditionOf(group: Judged): Condition {
  const { worstState } = group
  if (worstState !== null && severityOfState(worstState) === 'bad') return wordsOfState(worstState)
  if ((group.partitionsBeyondEnd ?? 0) > 0) return 'beyond end'
  if (group.lossNear) return 'loss near'
  if (isLate(group)) return 'late'
  if (group.partitionsBehind > 0) return conditionBehind(group)
  if (group.failure !== null) return 'unreadable'
  if (worstState !== null) return wordsOfState(worstState)
  if (group.lagSum !== null) return 'caught up'
  return group.kind === 'share' && group.partitions > 0 && group.lagMax === null
    ? 'lag not reported'
    : 'unknown'
}

function conditionBehind({ state, failure, worstState, worst }: Judged): Condition {
  if (failure !== null) return 'unreadable'
  if (worstState === 'unknown') return 'unknown'
  if (state === 'Empty' || state === 'Dead') return 'no members'
  return worst?.lastAdvanceAt == null ? 'behind' : 'advancing'
}

function isLate({ objective, lagSecondsMax }: Judged): boolean {
  const allowed = objective?.lagSeconds ?? null
  return allowed !== null && lagSecondsMax !== null && lagSecondsMax > allowed
}

/** The worst first. */
export const CONDITIONS: readonly Condition[] = [
  'stalled',
  'hung transaction',
  'no consumer',
  'never committed',
  'abandoned',
  'beyond end',
  'loss near',
  'late',
  'unreadable',
  'unknown',
  'no members',
  'behind',
  'advancing',
  'lag not reported',
  'caught up',
]

export function severityOf(condition: Condition): Severity {
  switch (condition) {
    case 'stalled':
    case 'hung transaction':
    case 'no consumer':
    case 'never committed':
    case 'abandoned':
      return 'bad'
    case 'beyond end':
    case 'loss near':
    case 'late':
    case 'unreadable':
    case 'unknown':
    case 'no members':
      return 'warning'
    case 'advancing':
    case 'behind':
    case 'lag not reported':
      return 'neutral'
    case 'caught up':
      return 'good'
    default:
      return condition satisfies never
  }
}

/** Of one partition. */
export function severityOfState(state: CellState | null): Severity {
  if (state === null || state === 'advancing') return 'neutral'
  if (state === 'caught_up') return 'good'
  return rankOfState(state) < rankOfState('unknown') ? 'bad' : 'warning'
}

/** Null, where one look cannot tell: behind. */
export function wordsOfState(state: CellState | null): Condition {
  return state === null ? 'behind' : WORDS[state]
}

const WORDS: Readonly<Record<CellState, Condition>> = {
  unknown: 'unknown',
  never_committed: 'never committed',
  abandoned: 'abandoned',
  no_consumer: 'no consumer',
  hung_transaction: 'hung transaction',
  stalled: 'stalled',
  advancing: 'advancing',
  caught_up: 'caught up',
}
