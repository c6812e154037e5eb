import { planHeads } from '../../src/domain/lag/plan-heads.ts'
import { place } from '../../src/domain/place.ts'
import { type ClusterState, initialState } from '../../src/domain/state.ts'
import { track } from '../../src/domain/track.ts'
import type { TrackOptions } from '../../src/domain/track-options.ts'
import { NO_EVIDENCE } from '../../src/model/evidence.ts'
import type { Observation } from '../../src/model/observation.ts'
import { CELL_ADVANCED, CELL_BEYOND_END, CELL_REWOUND, type Snapshot } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { rowOf } from '../../src/model/topology.ts'
import { askedOf, evidenceOf, type Records } from '../fakes/records.ts'
import { NO_OBJECTIVE } from '../fakes/snapshots.ts'

export const OPTIONS: TrackOptions = {
  pollIntervalMs: 15_000,
  maxReadingAgeMs: 45_000,
  brokerForgetAfterMs: 3_600_000,
  descriptionMaxAgeMs: 225_000,
  uncommitted: 'absent',
  configuredTopics: new Set(),
  configuredGroups: new Set(),
  stateWriteErrors: 0,
  noConsumerAfterMs: 900_000,
  lossHorizonMs: 604_800_000,
  hungAfterMs: 900_000,
  isDeadLetterTopic: () => false,
  drainedBy: new Map(),
  objectiveOf: () => NO_OBJECTIVE,
}

/** Feeds polls one after another, as the pipeline does. */
export class Tracking {
  state: ClusterState
  readonly #options: TrackOptions

  constructor(startAt: number, options: Partial<TrackOptions> = {}, state = initialState(startAt)) {
    this.state = state
    this.#options = { ...OPTIONS, ...options }
  }

  /** What was asked for in the last poll, as 'topic/partition@offset'. */
  asked: readonly string[] = []

  poll(observation: Observation, records?: Records): Snapshot {
    const placed = toEnd(place(this.state, observation, this.#options))
    const { questions } = toEnd(planHeads(placed))
    this.asked = askedOf(questions, placed.topology)
    const evidence =
      records === undefined ? NO_EVIDENCE : evidenceOf(questions, placed.topology, records, placed.read)
    const { state, snapshot } = toEnd(track(placed, evidence, this.#options))
    this.state = state
    return snapshot
  }
}

/** Position of one group and partition in the cells; -1 where there is none. */
export function cellIndex(
  { layout, topology }: Snapshot,
  group: string,
  topic: string,
  partition: number,
): number {
  const g = layout.groups.indexOf(group)
  if (g < 0) return -1
  const row = rowOf(topology, topic, partition)
  const first = layout.blockStart[layout.groupStart[g] as number] as number
  const end = layout.blockStart[layout.groupStart[g + 1] as number] as number
  const position = layout.cellRow.subarray(first, end).indexOf(row)
  return position < 0 ? -1 : first + position
}

/** What is published of one group and partition, in words; null where there is no cell. */
export function cellOf(snapshot: Snapshot, group: string, topic: string, partition: number) {
  const { cells, takenAt } = snapshot
  const c = cellIndex(snapshot, group, topic, partition)
  if (c < 0) return null
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
