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

export const FINEST: Levels = { blocks: null, topics: null }
export const WHOLE: Detail = { chosen: FINEST, inForce: FINEST }
