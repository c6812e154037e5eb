import type { TailedRecord } from '../../model/tail.ts'
import type { RefusalReason } from './plan-record.ts'

/** A dead letter that was not sent on, for the operator to look at. */
export interface RefusedExample {
  readonly partition: number
  readonly offset: number
  readonly reason: RefusalReason
}

const MOST_EXAMPLES = 10

/** What has become of the records so far. */
export class ReplayTally {
  /** The position is this replay's. */
  hasBegun = false
  replayed = 0
  /** Left out by a filter. */
  filtered = 0
  /** Deleted before they were read; counted by offsets. */
  deleted = 0
  readonly byTarget = new Map<string, number>()
  readonly refused = new Map<RefusalReason, number>()
  /** The first ones. */
  readonly examples: RefusedExample[] = []

  refuse(reason: RefusalReason, dead: Pick<TailedRecord, 'partition' | 'offset'>, count = 1): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + count)
    const { partition, offset } = dead
    if (this.examples.length < MOST_EXAMPLES) this.examples.push({ partition, offset, reason })
  }

  send(topic: string): void {
    this.replayed++
    this.byTarget.set(topic, (this.byTarget.get(topic) ?? 0) + 1)
  }

  get refusedTotal(): number {
    return [...this.refused.values()].reduce((sum, count) => sum + count, 0)
  }
}
