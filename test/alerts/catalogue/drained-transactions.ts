import { consume } from '../../../bench/accuracy/traces/consumers.ts'
import {
  ABORTED,
  COMMIT_EVERY_MS,
  CONTROL,
  DATA,
  MINUTE,
  type Moves,
  movesOf,
  NEVER,
  type PartitionTrace,
  plainLog,
  type Trace,
  traceOf,
} from '../../../bench/accuracy/traces/trace.ts'

const TRANSACTIONS = 40
const RECORDS = 5

/**
 * A transaction of five records a minute for 40 minutes, every fourth aborted, the last one committed; then none any
 * more. The consumer commits the last record's offset + 1, so that a marker is left behind it for ever.
 */
export function drained(durationMs: number, isolation: 'read_committed' | 'auto'): Trace {
  const partitions = [0, 1].map(p => partition(p))
  return traceOf('drained transactions', durationMs, partitions, {
    objective: { isolation, lagMs: MINUTE },
  })
}

function partition(p: number): PartitionTrace {
  const appendedAt: number[] = []
  const kinds: number[] = []
  const abortedAt: number[] = []
  const stables: [number, number][] = []
  /** Offset and time of each record that a read-committed consumer gets. */
  const read: number[] = []
  const readAt: number[] = []
  for (let t = 0; t < TRANSACTIONS; t++) {
    const begin = t * MINUTE + p * 7_000
    const marker = begin + 2_000
    const isAborted = t % 4 === 1
    stables.push([begin, appendedAt.length], [marker, NEVER])
    for (let i = 0; i < RECORDS; i++) {
      if (!isAborted) {
        read.push(appendedAt.length)
        readAt.push(marker)
      }
      appendedAt.push(begin + i * 90)
      kinds.push(isAborted ? ABORTED : DATA)
      abortedAt.push(isAborted ? marker : NEVER)
    }
    appendedAt.push(marker)
    kinds.push(CONTROL)
    abortedAt.push(NEVER)
  }
  const counted = consume(Uint32Array.from(readAt), {
    workMs: 5,
    commitEveryMs: COMMIT_EVERY_MS,
    phaseMs: 50,
  })
  const commits: Moves = { at: counted.at, to: counted.to.map(n => (read[n - 1] as number) + 1) }
  const log = plainLog(Uint32Array.from(appendedAt), {
    kinds: Uint8Array.from(kinds),
    abortedAt: Uint32Array.from(abortedAt),
    stables: movesOf(stables),
  })
  return { logs: [log], commits, wedges: [] }
}
