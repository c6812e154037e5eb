import type { ColumnFamily, Family, SampleFamily, Scope } from '../catalog/family.ts'
import { levelsFor, needsAttention, thinnedFrom } from '../catalog/thinning.ts'
import { coarser, type Levels } from '../model/detail.ts'
import type { GroupLayout, Snapshot } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import type { SnapshotFamily } from './columnar-text.ts'

/** How many series a snapshot makes, and how many of them could be left out. */
export interface SeriesCount {
  readonly total: number
  /** By group: what goes when it is published by topic. */
  readonly groupsByTopic: Float64Array
  /** By group: what goes besides when it is published by group. */
  readonly groupsByGroup: Float64Array
  /** By topic: what goes of the topic's own partitions. */
  readonly topics: Float64Array
  /** By group: 1 where a partition needs attention. */
  readonly ailing: Uint8Array
}

export function isOfSnapshot(family: Family): family is SnapshotFamily {
  return family.kind !== 'instrument'
}

/**
 * At least as many as there can be, without looking at partitions: a handful of families has a series or so for each
 * state of a group or of a (group, topic).
 */
export function mostSeries(families: readonly SnapshotFamily[], snapshot: Snapshot): number {
  const { layout, topology, brokers, logDirs, missingGroups, topicErrors, topics, poll } = snapshot
  const size: Readonly<Record<Scope, number>> = {
    topic: topology.topics.length,
    partition: topology.start[topology.topics.length] ?? 0,
    block: layout.blockTopic.length,
    cell: layout.cellRow.length,
  }
  let most = 8 * brokers.length + logDirs.length + 2 * missingGroups.size + topicErrors.length
  most += 2 * topics.missing.size + 10 * size.topic + poll.errors.length + poll.requests.size + 100
  for (const family of families) {
    if (family.kind === 'column') most += size[family.scope]
    // One for each assigned partition, or for each in a bad state, at most.
    else if (family.labels[0] === 'consumergroup' && family.labels.includes('partition')) most += size.cell
  }
  most += 14 * size.block
  for (const group of snapshot.groups) {
    most += 30 + group.readErrors.length + 2 * (group.share?.rows.length ?? 0)
  }
  return most
}

/** All of them, exactly, as published by `chosen`: some tens of milliseconds for a million, in steps. */
export function* countSeries(
  families: readonly SnapshotFamily[],
  snapshot: Snapshot,
  chosen: Levels,
): Steps<SeriesCount> {
  const { layout, topology } = snapshot
  const groupsByTopic = new Float64Array(layout.groups.length)
  const groupsByGroup = new Float64Array(layout.groups.length)
  const topics = new Float64Array(topology.topics.length)
  let total = 0
  for (const family of families) {
    const isByTopic = thinnedFrom(family) === 1
    const ofGroups = isByTopic ? groupsByTopic : groupsByGroup
    if (family.kind === 'column') {
      const isOfTopics = family.scope === 'topic' || family.scope === 'partition'
      total += yield* countColumn(family, snapshot, chosen, isOfTopics ? topics : ofGroups)
    } else total += yield* countSamples(family, snapshot, chosen, ofGroups)
  }
  return { total, groupsByTopic, groupsByGroup, topics, ailing: yield* ailingGroups(snapshot) }
}

/** @param saved gets, by owner (group or topic), what would go of this family */
function* countColumn(
  family: ColumnFamily,
  snapshot: Snapshot,
  chosen: Levels,
  saved: Float64Array,
): Steps<number> {
  const column = family.column(snapshot)
  if (column === null) return 0
  const from = thinnedFrom(family)
  const levels = levelsFor(family.scope, chosen)
  const stays = needsAttention(family.scope, snapshot)
  let total = 0
  let work = 0
  for (const [owner, unit, first, end] of unitsOf(family.scope, snapshot)) {
    const isThinned = levels !== null && (levels[unit] as number) >= from
    for (let position = first; position < end; position++) {
      if (Number.isNaN(column(position))) continue
      const mayGo = from !== Number.POSITIVE_INFINITY && !stays(position)
      if (mayGo && isThinned) continue
      total++
      if (mayGo) saved[owner] = (saved[owner] as number) + 1
    }
    work += end - first + 1
    if (work < ROWS_PER_STEP) continue
    work = 0
    yield
  }
  return total
}

/** Positions from `first` to `end` of each topic or block, and what they count for. */
function* unitsOf(
  scope: Scope,
  { topology, layout }: Snapshot,
): Iterable<readonly [owner: number, unit: number, first: number, end: number]> {
  if (scope === 'topic' || scope === 'partition') {
    for (let t = 0; t < topology.topics.length; t++) {
      if (scope === 'topic') yield [t, t, t, t + 1]
      else yield* parts(t, t, topology.start)
    }
    return
  }
  for (let g = 0; g < layout.groups.length; g++) {
    for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
      if (scope === 'block') yield [g, b, b, b + 1]
      else yield* parts(g, b, layout.blockStart)
    }
  }
}

/** In pieces, so that one wide topic is interrupted too. */
function* parts(
  owner: number,
  unit: number,
  start: Int32Array,
): Iterable<readonly [number, number, number, number]> {
  const end = start[unit + 1] as number
  for (let first = start[unit] as number; first < end; first += ROWS_PER_STEP) {
    yield [owner, unit, first, Math.min(first + ROWS_PER_STEP, end)]
  }
}

function* countSamples(
  family: SampleFamily,
  snapshot: Snapshot,
  chosen: Levels,
  saved: Float64Array,
): Steps<number> {
  if (family.thinnedFrom === undefined) return yield* countInto(family, snapshot, chosen, null, 0)
  const coarsest = new Uint8Array(snapshot.layout.blockTopic.length).fill(thinnedFrom(family))
  const thinned = { ...chosen, blocks: yield* coarser(chosen.blocks, coarsest) }
  const total = yield* countInto(family, snapshot, chosen, saved, 1)
  yield* countInto(family, snapshot, thinned, saved, -1)
  return total
}

/** @param perGroup gets `step` for each sample, by the group that its first label names */
function* countInto(
  family: SampleFamily,
  snapshot: Snapshot,
  levels: Levels,
  perGroup: Float64Array | null,
  step: number,
): Steps<number> {
  const { groups } = snapshot.layout
  let count = 0
  let seen = 0
  let g = 0
  for (const [value, group] of family.samples(snapshot, levels)) {
    if (++seen % ROWS_PER_STEP === 0) yield
    if (Number.isNaN(value)) continue
    if (perGroup !== null) {
      while (g < groups.length && groups[g] !== group) g++
      perGroup[g] = (perGroup[g] as number) + step
    }
    count++
  }
  return count
}

function* ailingGroups(snapshot: Snapshot): Steps<Uint8Array> {
  const layout: GroupLayout = snapshot.layout
  const ailing = new Uint8Array(layout.groups.length)
  const isAiling = needsAttention('cell', snapshot)
  let work = 0
  for (const [g, , first, end] of unitsOf('cell', snapshot)) {
    for (let c = first; c < end && ailing[g] === 0; c++) if (isAiling(c)) ailing[g] = 1
    work += end - first
    if (work < ROWS_PER_STEP) continue
    work = 0
    yield
  }
  return ailing
}
