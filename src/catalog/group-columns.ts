import type { Snapshot } from '../model/snapshot.ts'
import type { Column, ColumnFamily } from './family.ts'

interface Texts {
  readonly name: string
  readonly help: string
}

const facts = { kind: 'column', type: 'gauge', onByDefault: true, subject: 'Consumer groups' } as const

/** Messages or offsets of each (group, partition). */
export function perCell(texts: Texts, column: (s: Snapshot) => Column | null): ColumnFamily {
  return { ...facts, scope: 'cell', unit: 'number', thinnedFrom: 'topic', ...texts, column }
}

/** Times of each (group, partition): the column is in milliseconds. */
export function cellTimes(texts: Texts, column: (s: Snapshot) => Column | null): ColumnFamily {
  return { ...facts, scope: 'cell', unit: 'milliseconds', thinnedFrom: 'topic', ...texts, column }
}

/** Times that are there for few (group, partition), and stay whatever the granularity. */
export function sparseTimes(texts: Texts, column: (s: Snapshot) => Column | null): ColumnFamily {
  return { ...facts, scope: 'cell', unit: 'milliseconds', ...texts, column }
}

/** One number for each (group, topic). */
export function perBlock(texts: Texts, column: (s: Snapshot) => Column): ColumnFamily {
  return { ...facts, scope: 'block', unit: 'number', thinnedFrom: 'group', ...texts, column }
}

/** Events of each (group, topic). They stay: a counter that comes back would hide what it counted meanwhile. */
export function blockCounter(texts: Texts, column: (s: Snapshot) => Column): ColumnFamily {
  return { ...facts, scope: 'block', unit: 'number', type: 'counter', ...texts, column }
}
