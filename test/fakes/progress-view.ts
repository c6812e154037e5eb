import type { LivenessFault, ProgressView } from '../../src/consumer/core/progress.ts'

export interface FakeProgress extends ProgressView {
  faults: LivenessFault[]
  joined: boolean
  /** One turn of the processing loop. */
  turn(): void
}

/** A consumer whose health is what the test says. */
export function fakeProgress(groupId = 'orders-billing'): FakeProgress {
  const listeners = new Set<() => void>()
  return {
    groupId,
    faults: [],
    joined: true,
    liveness() {
      return { live: this.faults.length === 0, faults: this.faults }
    },
    partitions: () => [],
    isJoined() {
      return this.joined
    },
    onTurn(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    turn() {
      for (const listener of listeners) listener()
    },
  }
}

export const STUCK: LivenessFault = {
  reason: 'stalled',
  topic: 'orders',
  partition: 3,
  offset: 1907,
  lag: 40,
  forMs: 312_340,
  thresholdMs: 300_000,
  message: 'orders/3 stands at offset 1907 for 312 s with 40 records waiting',
}
