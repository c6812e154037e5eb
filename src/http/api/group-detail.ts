import type { GroupMember } from '../../model/observation.ts'
import type { CellState, Snapshot } from '../../model/snapshot.ts'
import { type Steps, toEnd } from '../../model/steps.ts'
import { topicOfRow } from '../../model/topology.ts'
import { countsByState } from '../words/group-tally.ts'
import { groupWords } from '../words/group-words.ts'
import { type GroupRef, type GroupSummary, summaryOf } from './group-summary.ts'
import { instant, known } from './json-values.ts'
import { ownersOfRows, type PartitionLag, toPartitionLag } from './partition-lag.ts'

/** Everything that is known of one group. */
export interface GroupDetail extends GroupSummary {
  /** The instant that all ages are counted to. */
  readonly takenAt: string | null
  /** All that there is to say of it, the worst first: `summary`, and what follows it. */
  readonly words: readonly string[]
  readonly memberList: readonly MemberDetail[] | null
  /** In order of their names, those of `?topic=`. Of share groups see `shareTopics`. */
  readonly topicList: readonly GroupTopic[]
  /** KIP-932; null for other kinds. */
  readonly shareTopics: readonly ShareTopic[] | null
  /** True where `limit` left partitions out. */
  readonly truncated: boolean
}

export interface MemberDetail {
  readonly memberId: string
  readonly clientId: string
  readonly host: string
  /** Partitions assigned to it. */
  readonly partitions: number
}

export interface GroupTopic {
  readonly topic: string
  readonly committedOffsetSum: number | null
  readonly lagSum: number | null
  readonly partitionsBeyondEnd: number | null
  /** Commits that went back, since the counters began. */
  readonly rewinds: number | null
  /** How many partitions are in each state. */
  readonly states: Readonly<Record<CellState, number>>
  /** Estimate at the present rates; 0 when caught up, null when not known or falling behind. */
  readonly catchUpSeconds: number | null
  /** Written faster than it is read, at present; null where not known. */
  readonly fallingBehind: boolean | null
  /** Deleted by retention before they were consumed, since the counters began. */
  readonly lostOffsets: number | null
  /** In order of their numbers. */
  readonly partitions: readonly PartitionLag[]
}

export interface ShareTopic {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    /** Null where it is not initialised. */
    readonly startOffset: number | null
    /** Null where the broker does not give it (KIP-1226). */
    readonly lag: number | null
  }[]
}

export interface DetailSelection {
  /** Null: all. */
  readonly topic: ((names: readonly string[]) => readonly boolean[]) | null
  /** Partitions, over all topics. */
  readonly limit: number
}

/** Partitions that are told of between two yields. */
const PARTITIONS_PER_STEP = 64
const TOPICS_PER_STEP = 16

/** At once, for a few partitions. */
export function toGroupDetail(ref: GroupRef, selection: DetailSelection): GroupDetail {
  return toEnd(detailInSteps(ref, selection))
}

export function* detailInSteps(ref: GroupRef, { topic, limit }: DetailSelection): Steps<GroupDetail> {
  const { snapshot, g } = ref
  const { layout, blocks } = snapshot
  const members = snapshot.groups[g]?.members ?? null
  const first = layout.groupStart[g] as number
  const end = layout.groupStart[g + 1] as number
  const names = Array.from(layout.blockTopic.subarray(first, end), t => layout.topology.topics[t] as string)
  const wanted = topic?.(names)
  const shown: { readonly b: number; readonly rows: Int32Array }[] = []
  let left = limit
  let truncated = false
  for (let b = first; b < end; b++) {
    if (wanted?.[b - first] === false) continue
    const rows = layout.cellRow.subarray(layout.blockStart[b], layout.blockStart[b + 1])
    shown.push({ b, rows: rows.subarray(0, left) })
    truncated ||= rows.length > left
    left -= Math.min(left, rows.length)
  }
  const owners = ownersOfRows(
    members,
    shown.flatMap(({ rows }) => [...rows]),
  )
  yield
  const topicList: GroupTopic[] = []
  for (const { b, rows } of shown) {
    const t = layout.blockTopic[b] as number
    const firstCell = layout.blockStart[b] as number
    const partitions: PartitionLag[] = []
    for (let i = 0; i < rows.length; i++) {
      const owner = owners.get(rows[i] as number) ?? null
      partitions.push(toPartitionLag(snapshot, { g, t, c: firstCell + i }, owner))
      if (i % PARTITIONS_PER_STEP === PARTITIONS_PER_STEP - 1) yield
    }
    topicList.push({
      topic: layout.topology.topics[t] as string,
      committedOffsetSum: known(blocks.committedSum[b] as number),
      lagSum: known(blocks.lagSum[b] as number),
      partitionsBeyondEnd: known(blocks.beyondEnd[b] as number),
      rewinds: known(blocks.rewinds[b] as number),
      states: countsByState(snapshot, firstCell, layout.blockStart[b + 1] as number),
      ...catchUpOf(blocks.catchUpMs[b] as number),
      lostOffsets: known(blocks.lost[b] as number),
      partitions,
    })
    if (topicList.length % TOPICS_PER_STEP === 0) yield
  }
  yield
  const words = groupWords(snapshot, g)
  yield
  return {
    ...summaryOf(ref, words[0]),
    takenAt: instant(snapshot.takenAt),
    words,
    memberList: members?.map(toMemberDetail) ?? null,
    topicList,
    shareTopics: shareTopicsOf(snapshot, g, limit),
    truncated: truncated || (snapshot.groups[g]?.share?.rows.length ?? 0) > limit,
  }
}

/** JSON has no infinity. */
function catchUpOf(ms: number): Pick<GroupTopic, 'catchUpSeconds' | 'fallingBehind'> {
  const seconds = known(ms / 1000)
  return { catchUpSeconds: seconds, fallingBehind: Number.isNaN(ms) ? null : seconds === null }
}

function toMemberDetail({ memberId, clientId, host, rows }: GroupMember): MemberDetail {
  return { memberId, clientId, host, partitions: rows.length }
}

function shareTopicsOf(snapshot: Snapshot, g: number, limit: number): readonly ShareTopic[] | null {
  const share = snapshot.groups[g]?.share
  if (share == null) return null
  const { topics, start } = snapshot.topology
  const byTopic = new Map<number, { partition: number; startOffset: number | null; lag: number | null }[]>()
  share.rows.subarray(0, limit).forEach((row, i) => {
    const t = topicOfRow(snapshot.topology, row)
    const partitions = byTopic.get(t) ?? []
    byTopic.set(t, partitions)
    partitions.push({
      partition: row - (start[t] as number),
      startOffset: known(share.startOffsets[i] as number),
      lag: known(share.lags[i] ?? Number.NaN),
    })
  })
  return [...byTopic]
    .sort(([a], [b]) => a - b)
    .map(([t, partitions]) => ({ topic: topics[t] as string, partitions }))
}
