import type { GroupDescription } from '../model/observation.ts'

/** States in which a group moves partitions between its members (KIP-62, KIP-848, KIP-1071). */
const REBALANCING: ReadonlySet<string> = new Set([
  'PreparingRebalance',
  'CompletingRebalance',
  'Assigning',
  'Reconciling',
])

export interface RebalanceMemory {
  readonly state: string
  /** Epoch and members at the last description; null before the first. */
  readonly membership: string | null
  /** A change of state since that description has already counted the change of members that it will show. */
  readonly countedSinceDescription: boolean
  readonly count: number
}

/**
 * Counts what a poll can see of rebalances: a lower bound, for two between two polls look like one or like none.
 * The way back from rebalancing to Stable belongs to the rebalance that was counted when it began.
 */
export function watchRebalances(
  before: RebalanceMemory | null,
  state: string,
  description: GroupDescription | null,
): RebalanceMemory {
  const membership = description === null ? (before?.membership ?? null) : membershipOf(description)
  if (before === null) return { state, membership, countedSinceDescription: false, count: 0 }

  const stateCounts =
    state !== before.state && state !== '' && before.state !== '' && !REBALANCING.has(before.state)
  const counted = before.countedSinceDescription || stateCounts
  const memberCounts =
    description !== null && before.membership !== null && membership !== before.membership && !counted
  return {
    state: state === '' ? before.state : state,
    membership,
    countedSinceDescription: description === null ? counted : REBALANCING.has(state) && counted,
    count: before.count + (stateCounts || memberCounts ? 1 : 0),
  }
}

function membershipOf(description: GroupDescription): string {
  const members = description.members.map(m => m.memberId).sort()
  return `${description.epoch}\u0000${members.join('\u0000')}`
}
