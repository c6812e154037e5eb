import type { GroupLayout } from '../model/snapshot.ts'
import { rowCount } from '../model/topology.ts'
import type { StateColumns } from './state-columns.ts'

/**
 * Throws RangeError where columns point to what is not there. A checksum says that a file is as it was written, not
 * that what wrote it was right: a state that cannot be stepped over would fail every poll from then on.
 */
export function checkPlaces(layout: GroupLayout, columns: StateColumns): void {
  const { topology, groups, groupStart, blockTopic, blockStart, cellRow } = layout
  if (new Set(groups).size !== groups.length) throw new RangeError('a group is there twice')
  checkStarts('groupStart', groupStart, blockTopic.length)
  checkStarts('blockStart', blockStart, cellRow.length)
  for (let b = 0; b < blockTopic.length; b++) {
    const t = blockTopic[b] as number
    const first = topology.start[t] ?? Number.NaN
    const end = topology.start[t + 1] ?? Number.NaN
    for (let c = blockStart[b] as number; c < (blockStart[b + 1] as number); c++) {
      const row = cellRow[c] as number
      if (!(row >= first && row < end)) throw new RangeError('a cell lies outside its topic')
    }
  }
  const { rewoundCells, gapCells, lostCells, stableRows, futureRows, deadLetterRows } = columns
  checkWithin('cells', [rewoundCells, gapCells, lostCells], cellRow.length)
  checkWithin('rows', [stableRows, futureRows, deadLetterRows], rowCount(topology))
}

function checkStarts(name: string, starts: Int32Array, end: number): void {
  const isInOrder = starts.every((start, i) => start >= (i === 0 ? 0 : (starts[i - 1] as number)))
  if (!isInOrder || starts[0] !== 0 || starts.at(-1) !== end) throw new RangeError(`${name} is out of order`)
}

function checkWithin(what: string, columns: readonly Int32Array[], count: number): void {
  for (const column of columns) {
    if (!column.every(at => at >= 0 && at < count)) throw new RangeError(`there are ${count} ${what}`)
  }
}
