import type { ClusterHandle } from '../../model/ports.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { sortInSteps } from '../../model/sort-in-steps.ts'
import { type Steps, toEnd } from '../../model/steps.ts'
import { GROUP_INDEX } from './group-index.ts'
import type { GroupRef } from './group-summary.ts'
import { GROUP_CONDITIONS } from './judge-group.ts'

/** What a list of groups can be ordered by; every order but `name` puts the largest first. */
export const GROUP_ORDERS = ['sickness', 'lag_seconds', 'lag', 'lag_max', 'members', 'name'] as const
export type GroupOrder = (typeof GROUP_ORDERS)[number]

export interface GroupSelection {
  /** Null: all. */
  readonly group: ((names: readonly string[]) => readonly boolean[]) | null
  /** Groups with a commit or an assignment on a topic that matches. Null: all. */
  readonly topic: ((names: readonly string[]) => readonly boolean[]) | null
  readonly order: GroupOrder
  readonly share?: boolean
}

/** At once, for a few groups. */
export function selectGroups(
  clusters: readonly ClusterHandle[],
  selection: GroupSelection,
): readonly GroupRef[] {
  return toEnd(selectInSteps(clusters, selection))
}

const GROUPS_PER_STEP = 512

/** The groups of all clusters that have a snapshot, in the order asked for and by name between equals. */
export function* selectInSteps(
  clusters: readonly ClusterHandle[],
  selection: GroupSelection,
): Steps<readonly GroupRef[]> {
  const refs: GroupRef[] = []
  for (const handle of clusters) {
    const snapshot = handle.snapshot()
    if (snapshot === null) continue
    const names = snapshot.layout.groups
    const matches = selection.group?.(names)
    const topics = selection.topic?.(snapshot.topology.topics)
    yield
    for (let g = 0; g < snapshot.groups.length; g++) {
      if (matches?.[g] === false) continue
      if (selection.share !== undefined && (snapshot.groups[g]?.kind === 'share') !== selection.share)
        continue
      if (topics === undefined || hasTopic(snapshot, g, topics)) refs.push({ handle, snapshot, g })
    }
  }
  return yield* sorted(refs, selection.order)
}

function hasTopic(snapshot: Snapshot, g: number, topics: readonly boolean[]): boolean {
  const { groupStart, blockTopic } = snapshot.layout
  for (let b = groupStart[g] as number; b < (groupStart[g + 1] as number); b++) {
    if (topics[blockTopic[b] as number]) return true
  }
  return false
}

function* sorted(refs: readonly GroupRef[], order: GroupOrder): Steps<readonly GroupRef[]> {
  const byName = (a: GroupRef, b: GroupRef) =>
    compare(nameOf(a), nameOf(b)) || compare(a.handle.name ?? '', b.handle.name ?? '')
  if (order === 'name') return yield* sortInSteps(refs, byName)
  const keyed: { readonly ref: GroupRef; readonly key: readonly number[] }[] = []
  for (const ref of refs) {
    if (keyed.length % GROUPS_PER_STEP === 0) yield
    keyed.push({ ref, key: keyOf(ref, order) })
  }
  const inOrder = yield* sortInSteps(keyed, (a, b) => {
    for (let i = 0; i < a.key.length; i++) {
      const difference = largestFirst(a.key[i] as number, b.key[i] as number)
      if (difference !== 0) return difference
    }
    return byName(a.ref, b.ref)
  })
  return inOrder.map(entry => entry.ref)
}

/** What to order by, the first number that differs deciding. */
function keyOf({ snapshot, g }: GroupRef, order: Exclude<GroupOrder, 'name'>): readonly number[] {
  const index = GROUP_INDEX.of(snapshot)
  const lag = index.lagSum[g] as number
  const sickness = index.sicknessMs[g] as number
  const lagMs = snapshot.groups[g]?.lagMsMax ?? Number.NaN
  switch (order) {
    case 'sickness': {
      const since = snapshot.cells.conditionSince[index.worstCell[g] as number] ?? Number.NaN
      return [-(GROUP_CONDITIONS.of(snapshot)[g] as number), snapshot.takenAt - since, lagMs, sickness, lag]
    }
    case 'lag_seconds':
      return [lagMs, lag]
    case 'lag':
      return [lag, sickness]
    case 'lag_max':
      return [snapshot.groups[g]?.lagMax ?? Number.NaN, sickness]
    case 'members':
      return [snapshot.groups[g]?.members?.length ?? Number.NaN, sickness]
  }
}

function nameOf({ snapshot, g }: GroupRef): string {
  return snapshot.layout.groups[g] as string
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function largestFirst(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  if (Number.isNaN(b)) return -1
  return b - a
}
