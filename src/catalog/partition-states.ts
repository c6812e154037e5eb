import { FINEST, type Levels } from '../model/detail.ts'
import { CELL_STATES, type Snapshot } from '../model/snapshot.ts'
import { ABSENT, type Sample, secondsOf } from './family.ts'
import { IS_BAD, levelOfBlock } from './thinning.ts'

const STALLED = CELL_STATES.indexOf('stalled')

/**
 * One sample for each cell in a bad state. Bad ones are few among a million, so that the states alone are looked
 * through, and a cell's group and topic are found once it turns out to be bad.
 */
export function* unhealthyPartitions({ layout, cells, takenAt }: Snapshot): Iterable<Sample> {
  const { topology, groups, groupStart, blockTopic, blockStart, cellRow } = layout
  const { state, conditionSince } = cells
  let g = 0
  let b = 0
  for (let c = 0; c < state.length; c++) {
    if (IS_BAD[state[c] as number] === 0) continue
    while ((blockStart[b + 1] as number) <= c) b++
    while ((groupStart[g + 1] as number) <= b) g++
    const t = blockTopic[b] as number
    const partition = (cellRow[c] as number) - (topology.start[t] as number)
    yield [
      secondsOf(Math.max(0, takenAt - (conditionSince[c] as number))),
      groups[g] as string,
      topology.topics[t] as string,
      String(partition),
      CELL_STATES[state[c] as number] as string,
    ]
  }
}

const BY_GROUP = 2

/**
 * How many cells of each block are in each state. `stalled` is there at 0 too, so that an alert on it can end; of a
 * block that is published by group only the bad states are there, where they are.
 */
export function* partitionsByState(
  { layout, cells: { state } }: Snapshot,
  levels: Levels = FINEST,
): Iterable<Sample> {
  const { topology, groups, groupStart, blockTopic, blockStart } = layout
  const counts = new Uint32Array(CELL_STATES.length)
  for (let g = 0; g < groups.length; g++) {
    for (let b = groupStart[g] as number; b < (groupStart[g + 1] as number); b++) {
      const isThinned = levelOfBlock(levels, b) >= BY_GROUP
      if (isThinned) yield ABSENT
      counts.fill(0)
      for (let c = blockStart[b] as number; c < (blockStart[b + 1] as number); c++) {
        counts[state[c] as number] = (counts[state[c] as number] as number) + 1
      }
      for (let s = 0; s < counts.length; s++) {
        const count = counts[s] as number
        if (count === 0 && (isThinned || s !== STALLED)) continue
        if (isThinned && IS_BAD[s] === 0) continue
        const topic = topology.topics[blockTopic[b] as number] as string
        yield [count, groups[g] as string, topic, CELL_STATES[s] as string]
      }
    }
  }
}
