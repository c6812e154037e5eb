import type { GroupMove, Span } from '../traces/trace.ts'

/** Without a commit. */
export const NO_COMMIT = -1

export interface Commit {
  /** When the consumer knew of it, milliseconds since the epoch. */
  readonly at: number
  /** NO_COMMIT: there is none from now on. */
  readonly offset: number
}

/** What the members of one group did to one topic. */
export class GroupLedger {
  /** By partition, repeated ones included. */
  readonly commits: Commit[][] = []
  readonly wedges: Span[][] = []
  readonly moves: GroupMove[] = []
  /** While nobody can say what is true: a topic is being deleted. */
  readonly dark: Span[] = []

  commit(partition: number, offset: number, at: number): void {
    this.commits[partition] ??= []
    this.commits[partition]?.push({ offset, at })
  }

  wedge(partition: number, from: number, to: number): void {
    this.wedges[partition] ??= []
    this.wedges[partition]?.push({ from, to })
  }

  commitsOf(partition: number): readonly Commit[] {
    return this.commits[partition] ?? []
  }
}
