import { setTimeout as pause } from 'node:timers/promises'
import type { Lab } from '../harness/lab.ts'
import type { Batch } from '../harness/lab-types.ts'

export interface Traffic {
  /** Ends when the last record is acknowledged. */
  stop(): Promise<void>
}

/** Some records a second on every partition of a topic, as real producers send them: without a pause to measure in. */
export function startTraffic(
  lab: Lab,
  topic: string,
  partitions = 1,
  records: Pick<Batch, 'count' | 'values'> = { count: 1 },
): Traffic {
  const batches = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, ...records }))
  let isOn = true
  const running = (async () => {
    while (isOn) {
      await lab.produce(batches)
      // Its pace.
      await pause(150)
    }
  })()
  return {
    async stop() {
      isOn = false
      await running
    },
  }
}
