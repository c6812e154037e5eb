import type { Granularity, Levels } from '../model/detail.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { type LabelNames, NATIVE_LABELS } from './label-names.ts'

/**
 * What a metric is, as data: one entry drives the exposition, the reference in docs/metrics.md and the tests.
 */
export type Family = ColumnFamily | SampleFamily | InstrumentFamily

interface FamilyFacts {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'histogram'
  /** One sentence, no final full stop, as it stands behind # HELP. */
  readonly help: string
  /** False: published only where `metrics.families.include` names it. */
  readonly onByDefault: boolean
  readonly subject: Subject
  /** What labels are called where that is another exporter's word. */
  readonly labelNames?: LabelNames
}

/** Headings of the reference, in their order. */
export type Subject =
  | 'Reachability'
  | 'Topics'
  | 'Consumer groups'
  | 'Share groups'
  | 'Dead letters'
  | 'Schemas'
  | 'Dependencies'
  | 'Services'
  | 'The exporter itself'
  | 'The consumer kit'
  | 'Names of kminion'
  | 'Names of kafka-lag-exporter'

/**
 * What one sample of a column family is about, and so its labels:
 * `topic` {topic}; `partition` {topic, partition}; `block` {consumergroup, topic}; `cell` {consumergroup, topic,
 * partition}. Positions are those of the Snapshot's topology and layout.
 */
export type Scope = 'topic' | 'partition' | 'block' | 'cell'

/** The value at a position; NaN = absent. */
export type Column = (position: number) => number

/**
 * One value for each position of a scope: families with as many series as the cluster has partitions. From the
 * granularity `thinnedFrom` on only what needs attention is left of it (thinning.ts); left out: it stays whole.
 */
export interface ColumnFamily extends FamilyFacts {
  readonly kind: 'column'
  readonly scope: Scope
  /** `milliseconds` are published in seconds, to the millisecond. */
  readonly unit: 'number' | 'milliseconds'
  readonly thinnedFrom?: Granularity
  /** Null where this snapshot has nothing of the kind. */
  column(snapshot: Snapshot): Column | null
}

/** A value, then the values of the family's labels in their order. */
export type Sample = readonly [value: number, ...labelValues: string[]]

/** No sample: says that something was looked at, so that whoever takes the samples can pause meanwhile. */
export const ABSENT: Sample = [Number.NaN]

/** Few samples, computed when they are asked for. */
export interface SampleFamily extends FamilyFacts {
  readonly kind: 'sample'
  readonly labels: readonly string[]
  readonly thinnedFrom?: Granularity
  /** In the order of the snapshot's groups where the first label is the group. Families with `thinnedFrom` heed `levels`. */
  samples(snapshot: Snapshot, levels?: Levels): Iterable<Sample>
}

/** Kept up to date as things happen rather than per poll, and not about a cluster. */
export interface InstrumentFamily extends FamilyFacts {
  readonly kind: 'instrument'
  readonly labels: readonly string[]
  /** Upper bounds in the family's unit, for histograms. */
  readonly buckets?: readonly number[]
}

const SCOPE_LABELS: Readonly<Record<Scope, readonly (keyof LabelNames)[]>> = {
  topic: ['topic'],
  partition: ['topic', 'partition'],
  block: ['group', 'topic'],
  cell: ['group', 'topic', 'partition'],
}

export function labelNamesOf(family: Family): LabelNames {
  return family.labelNames ?? NATIVE_LABELS
}

export function labelsOf(family: Family): readonly string[] {
  if (family.kind !== 'column') return family.labels
  const names = labelNamesOf(family)
  return SCOPE_LABELS[family.scope].map(label => names[label])
}

/** To the microsecond, which is as much as a clock read twice can tell, and short in print. */
export function secondsOf(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000_000
}
