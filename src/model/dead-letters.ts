/** The dead-letter topics of one cluster, by what the polls see. Columns are by entry of `rows`. */
export interface DeadLetterView {
  /** Partitions of dead-letter topics, as rows of the snapshot's topology, ascending. */
  readonly rows: Int32Array
  /**
   * Offsets from the log start to the end: the records that are held, and on a compacted topic or one that is written
   * in transactions the most that there can be. NaN where unknown.
   */
  readonly depth: Float64Array
  /** Those that the group which drains the topic has not read; NaN where unknown, or where no group is named. */
  readonly undrained: Float64Array
  /**
   * Highest end offset seen of the partition, while its topic keeps its id: what has arrived since the topic was made,
   * transaction markers included. NaN where it was never read.
   */
  readonly arrived: Float64Array
  /** Time stamp of the first record that is held, and the highest one; NaN where it is not known or nothing is held. */
  readonly oldestAt: Float64Array
  readonly newestAt: Float64Array
  /** By topic: the group that drains it. */
  readonly drainedBy: ReadonlyMap<string, string>
}

export const NO_DEAD_LETTERS: DeadLetterView = {
  rows: new Int32Array(0),
  depth: new Float64Array(0),
  undrained: new Float64Array(0),
  arrived: new Float64Array(0),
  oldestAt: new Float64Array(0),
  newestAt: new Float64Array(0),
  drainedBy: new Map(),
}

/** What the headers of one topic's dead letters have told, of those that arrived while they were watched. */
export interface DeadLetterCauses {
  readonly topic: string
  readonly malformed: number
  readonly causes: readonly DeadLetterCause[]
}

export interface DeadLetterCause {
  /** '' where it is not told. */
  readonly sourceTopic: string
  /** '' where it is not told. */
  readonly group: string
  /** A class of exceptions, or a word: `unknown`, `other`, `unread`, and those of share groups. */
  readonly cause: string
  readonly count: number
  /** As `count`, but 0 in the generation in which the cause appears, so that its first dead letter is an increase. */
  readonly published: number
}
