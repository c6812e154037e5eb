import { type ClusterState, initialState } from '../../src/domain/state.ts'
import { track } from '../../src/domain/track.ts'
import type { TrackOptions } from '../../src/domain/track-options.ts'
import type { Observation } from '../../src/model/observation.ts'
import { CELL_ADVANCED, CELL_BEYOND_END, CELL_REWOUND, type Snapshot } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { rowOf } from '../../src/model/topology.ts'

export const OPTIONS: TrackOptions = {
  pollIntervalMs: 15_000,
  maxReadingAgeMs: 45_000,
  brokerForgetAfterMs: 3_600_000,
  descriptionMaxAgeMs: 225_000,
  uncommitted: 'absent',
  configuredTopics: new Set(),
  configuredGroups: new Set(),
  stateWriteErrors: 0,
}

/** Feeds polls one after another, as the pipeline does. */
export class Tracking {
  state: ClusterState
  readonly #options: TrackOptions

  constructor(startAt: number, options: Partial<TrackOptions> = {}, state = initialState(startAt)) {
    this.state = state
    this.#options = { ...OPTIONS, ...options }
  }

  poll(observation: Observation): Snapshot {
    const { state, snapshot } = toEnd(track(this.state, observation, this.#options))
    this.state = state
    return snapshot
  }
}

/** What is published of one group and partition, in words; null where there is no cell. */
export function cellOf(snapshot: Snapshot, group: string, topic: string, partition: number) {
  const { layout, cells, takenAt } = snapshot
  const g = layout.groups.indexOf(group)
  if (g < 0) return null
  const row = rowOf(snapshot.topology, topic, partition)
  const first = layout.blockStart[layout.groupStart[g] as number] as number
  const end = layout.blockStart[layout.groupStart[g + 1] as number] as number
  for (let c = first; c < end; c++) {
    if (layout.cellRow[c] !== row) continue
    const flags = cells.flags[c] as number
    return {
      committed: cells.committed[c] as number,
      lag: cells.lag[c] as number,
      ageSeconds: (takenAt - (cells.progressAt[c] as number)) / 1000,
      ...(flags & CELL_ADVANCED ? { advanced: true } : {}),
      ...(flags & CELL_BEYOND_END ? { beyondEnd: true } : {}),
      ...(flags & CELL_REWOUND ? { rewound: true } : {}),
    }
  }
  return null
}

/** The sums of one (group, topic); null where there is no block. */
export function blockOf(snapshot: Snapshot, group: string, topic: string) {
  const { layout, blocks } = snapshot
  const g = layout.groups.indexOf(group)
  const t = snapshot.topology.indexOf.get(topic)
  for (let b = layout.groupStart[g] ?? 0; b < (layout.groupStart[g + 1] ?? 0); b++) {
    if (layout.blockTopic[b] !== t) continue
    return {
      committedSum: blocks.committedSum[b] as number,
      lagSum: blocks.lagSum[b] as number,
      beyondEnd: blocks.beyondEnd[b] as number,
      rewinds: blocks.rewinds[b] as number,
    }
  }
  return null
}
