import { CATALOG } from '../../src/catalog/catalog.ts'
import { samplesOf } from '../../src/exposition/registered-family.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'

/** What a family says of a snapshot: a value by its label values with blanks between; NaN is left out. */
export function saidBy(name: string, snapshot: Snapshot): Readonly<Record<string, number>> {
  const family = CATALOG.find(each => each.name === name)
  if (family === undefined || family.kind === 'instrument') throw new Error(`no family ${name} of snapshots`)
  const samples = [...samplesOf(family, snapshot)].filter(([value]) => !Number.isNaN(value))
  return Object.fromEntries(samples.map(([value, ...labels]) => [labels.join(' '), value]))
}
