import type { CellState } from '../../model/snapshot.ts'
import { countsByState } from '../words/group-tally.ts'
import { groupWords } from '../words/group-words.ts'
import { cellRange } from './cell-order.ts'
import { conditionOf, severityOf } from './condition.ts'
import type { GroupRef } from './group-summary.ts'
import { instant } from './json-values.ts'
import { judgedOf } from './judge-group.ts'

/** May work go on, for autoscalers and gates: not whether the process that consumes is alive. */
export interface GroupHealth {
  readonly cluster: string | null
  readonly group: string
  /**
   * `unhealthy`: a partition is in a bad state. `unknown`: none is known to be, but not everything is known.
   * `healthy`: neither.
   */
  readonly status: 'healthy' | 'unhealthy' | 'unknown'
  readonly takenAt: string | null
  /** Partitions in each state; null where nothing is known. */
  readonly states: Readonly<Record<CellState, number>> | null
  readonly words: readonly string[]
}

export function toGroupHealth({ handle, snapshot, g }: GroupRef): GroupHealth {
  const [first, end] = cellRange(snapshot.layout, g)
  return {
    cluster: handle.name,
    group: snapshot.groups[g]?.id ?? '',
    status: statusOf({ handle, snapshot, g }),
    takenAt: instant(snapshot.takenAt),
    states: countsByState(snapshot, first, end),
    words: groupWords(snapshot, g),
  }
}

/** Of a group of which nothing can be told: that is no reason to stop anything. */
export function unknownHealth(cluster: string | null, group: string, reason: string): GroupHealth {
  return { cluster, group, status: 'unknown', takenAt: null, states: null, words: [reason] }
}

function statusOf({ snapshot, g }: GroupRef): GroupHealth['status'] {
  const judged = judgedOf(snapshot, g)
  if (severityOf(conditionOf(judged)) === 'bad') return 'unhealthy'
  const isShareBehind = judged.kind === 'share' && judged.lagSum !== 0
  if (judged.worstState === 'unknown' || judged.failure !== null || isShareBehind) return 'unknown'
  return snapshot.up && snapshot.groups[g]?.up ? 'healthy' : 'unknown'
}
