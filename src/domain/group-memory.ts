import type { GroupMember, GroupObservation } from '../model/observation.ts'
import type { GroupView, ShareView } from '../model/snapshot.ts'
import { toEnd } from '../model/steps.ts'
import { type CodeCounters, countCodes, NO_COUNTS } from './code-counters.ts'
import { type RebalanceMemory, watchRebalances } from './rebalances.ts'

/** What is remembered of one group from poll to poll. */
export interface GroupMemory {
  readonly id: string
  readonly kind: GroupObservation['kind']
  readonly state: string
  readonly protocolType: string
  readonly protocol: string
  readonly coordinator: number
  readonly members: readonly GroupMember[] | null
  readonly describedAt: number
  readonly rebalances: RebalanceMemory
  /** When its commits, or a share group's offsets, were last read; 0 = never. */
  readonly lastReadAt: number
  /** When a broker last listed it; 0 = not since the restart. */
  readonly lastListedAt: number
  readonly readErrors: CodeCounters
  readonly isUp: boolean
  /** A coordinator listed it within `maxReadingAgeMs`. */
  readonly exists: boolean
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly share: ShareView | null
  /** Complete listings in a row that did not hold it. */
  readonly missedListings: number
}

export interface GroupMemoryOptions {
  readonly now: number
  readonly maxReadingAgeMs: number
  /** How long a description stands without being confirmed. */
  readonly descriptionMaxAgeMs: number
  /** Brings rows of the previous topology to this poll's; null when they have not moved. */
  readonly rowMap: Int32Array | null
}

/** A coordinator that moves may be without its groups for one listing, so one miss does not end a group. */
const MISSES_TO_END = 2

export function observeGroup(
  before: GroupMemory | null,
  seen: GroupObservation,
  options: GroupMemoryOptions,
): GroupMemory {
  const { now } = options
  const isRead = seen.kind === 'share' ? seen.shareOffsets !== null : seen.commits !== null
  const described = seen.description
  const state = seen.state || described?.state || ''
  const kept = before === null ? null : keepDescription(before, options)
  const members = described?.members ?? (state === 'Empty' ? [] : (kept?.members ?? null))
  const failures = seen.failure === null ? [] : [{ name: seen.id, code: seen.failure.code }]
  return {
    id: seen.id,
    kind: seen.kind,
    state: state || (kept?.state ?? ''),
    protocolType: seen.protocolType,
    protocol: described?.protocol ?? kept?.protocol ?? '',
    coordinator: seen.coordinator,
    members,
    describedAt: described ? now : Math.min(now, before?.describedAt ?? 0),
    rebalances: watchRebalances(before?.rebalances ?? null, state, described),
    lastReadAt: isRead ? now : Math.min(now, before?.lastReadAt ?? 0),
    lastListedAt: now,
    readErrors: toEnd(countCodes(before?.readErrors ?? NO_COUNTS, failures)),
    isUp: isRead,
    exists: true,
    failure: seen.failure,
    share: seen.kind === 'share' ? (seen.shareOffsets ?? holdShare(before, options)) : null,
    missedListings: 0,
  }
}

/**
 * A group that no broker listed in this poll: null when it has ended. While a broker that might have listed it did
 * not answer, nothing says that it has.
 */
export function missGroup(
  before: GroupMemory,
  listingsComplete: boolean,
  options: GroupMemoryOptions,
): GroupMemory | null {
  const missedListings = listingsComplete ? before.missedListings + 1 : before.missedListings
  if (missedListings >= MISSES_TO_END) return null
  const isStale = before.lastListedAt < options.now - options.maxReadingAgeMs
  const failure = {
    code: 'COORDINATOR_NOT_AVAILABLE',
    message: listingsComplete
      ? 'no broker listed the group in the last poll'
      : 'the broker that coordinates the group did not answer in the last poll',
  }
  const kept = keepDescription(before, options)
  return {
    ...before,
    // A clock that was set back must not keep what is old until the old time has come again.
    describedAt: Math.min(options.now, before.describedAt),
    lastReadAt: Math.min(options.now, before.lastReadAt),
    lastListedAt: Math.min(options.now, before.lastListedAt),
    state: isStale ? '' : before.state,
    members: isStale ? null : kept.members,
    protocol: isStale ? '' : kept.protocol,
    readErrors: toEnd(countCodes(before.readErrors, [{ name: before.id, code: failure.code }])),
    isUp: false,
    exists: before.exists && !isStale,
    failure,
    share: holdShare(before, options),
    missedListings,
  }
}

function keepDescription(before: GroupMemory, options: GroupMemoryOptions) {
  const isOld = before.describedAt < options.now - options.descriptionMaxAgeMs
  if (isOld) return { members: null, protocol: '', state: before.state }
  return {
    members: moveMembers(before.members, options.rowMap),
    protocol: before.protocol,
    state: before.state,
  }
}

function moveMembers(members: readonly GroupMember[] | null, rowMap: Int32Array | null) {
  if (members === null || rowMap === null) return members
  return members.map(m => ({ ...m, rows: moveRows(m.rows, rowMap) }))
}

function moveRows(rows: Int32Array, rowMap: Int32Array): Int32Array {
  const moved = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rowMap[rows[i] as number] ?? -1
    if (row >= 0) moved[count++] = row
  }
  return count === moved.length ? moved : moved.slice(0, count)
}

function holdShare(before: GroupMemory | null, options: GroupMemoryOptions): ShareView | null {
  if (before === null || before.share === null) return null
  if (before.lastReadAt < options.now - options.maxReadingAgeMs) return null
  const { rowMap } = options
  if (rowMap === null) return before.share
  const kept = Array.from(before.share.rows.keys()).filter(
    i => (rowMap[before.share?.rows[i] as number] ?? -1) >= 0,
  )
  return {
    rows: Int32Array.from(kept, i => rowMap[before.share?.rows[i] as number] as number),
    startOffsets: Float64Array.from(kept, i => before.share?.startOffsets[i] as number),
    lags: Float64Array.from(kept, i => before.share?.lags[i] as number),
  }
}

/** What of a group's view comes from its cells and its objective. */
export type GroupRollUp = Pick<GroupView, 'lagMax' | 'lagMsMax' | 'keptUpMs' | 'objective'>

export function viewGroup(group: GroupMemory, rollUp: GroupRollUp): GroupView {
  return {
    id: group.id,
    kind: group.kind,
    state: group.state,
    protocolType: group.protocolType,
    protocol: group.protocol,
    coordinator: group.coordinator,
    up: group.isUp,
    exists: group.exists,
    members: group.members,
    ...rollUp,
    rebalances: group.rebalances.count,
    lastReadAt: group.lastReadAt,
    readErrors: group.readErrors.published,
    failure: group.failure,
    share: group.share,
  }
}
