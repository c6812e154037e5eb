import type { Snapshot } from '../model/snapshot.ts'
import type { Column, ColumnFamily } from './family.ts'

interface Texts {
  readonly name: string
  readonly help: string
}

const facts = { kind: 'column', type: 'gauge', onByDefault: true, subject: 'Consumer groups' } as const

/** Messages or offsets of each (group, partition). */
export function perCell(texts: Texts, column: (s: Snapshot) => Column | null): ColumnFamily {
  return { ...facts, scope: 'cell', unit: 'number', ...texts, column }
}

/** Times of each (group, partition): the column is in milliseconds. */
export function cellTimes(texts: Texts, column: (s: Snapshot) => Column | null): ColumnFamily {
  return { ...facts, scope: 'cell', unit: 'milliseconds', ...texts, column }
}

/** One number for each (group, topic). */
export function perBlock(texts: Texts, column: (s: Snapshot) => Column): ColumnFamily {
  return { ...facts, scope: 'block', unit: 'number', ...texts, column }
}
