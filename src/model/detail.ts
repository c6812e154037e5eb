import { ROWS_PER_STEP, type Steps } from './steps.ts'

/** How finely something is published, each coarser than the one before. What needs attention stays whatever it is. */
export const GRANULARITIES = ['partition', 'topic', 'group'] as const
export type Granularity = (typeof GRANULARITIES)[number]

/** Positions in GRANULARITIES; null where all of them are 0. */
export interface Levels {
  /** By block of the layout. */
  readonly blocks: Uint8Array | null
  /** By topic of the topology: the partitions of the topic itself. */
  readonly topics: Uint8Array | null
}

/** How finely one layout is published. The same object while nothing of it changes. */
export interface Detail {
  /** As `metrics.granularity` has it. */
  readonly chosen: Levels
  /** The same, and what `metrics.max_series` leaves out. */
  readonly inForce: Levels
}

/** A level is a byte: some nanoseconds. */
const LEVELS_PER_STEP = 8 * ROWS_PER_STEP

export const FINEST: Levels = { blocks: null, topics: null }
export const WHOLE: Detail = { chosen: FINEST, inForce: FINEST }

/** The coarser of two at each position. */
export function* coarserLevels(a: Levels, b: Levels): Steps<Levels> {
  return { blocks: yield* coarser(a.blocks, b.blocks), topics: yield* coarser(a.topics, b.topics) }
}

export function* coarser(a: Uint8Array | null, b: Uint8Array | null): Steps<Uint8Array | null> {
  if (a === null || b === null) return a ?? b
  const levels = new Uint8Array(a.length)
  for (let i = 0; i < levels.length; i++) {
    levels[i] = Math.max(a[i] as number, b[i] as number)
    if (i % LEVELS_PER_STEP === 0) yield
  }
  return levels
}

export function* sameLevels(a: Levels, b: Levels): Steps<boolean> {
  return (yield* same(a.blocks, b.blocks)) && (yield* same(a.topics, b.topics))
}

function* same(a: Uint8Array | null, b: Uint8Array | null): Steps<boolean> {
  if (a === null || b === null) return a === b
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
    if (i % LEVELS_PER_STEP === 0) yield
  }
  return true
}
