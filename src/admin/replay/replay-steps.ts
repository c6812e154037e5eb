import { type Origin, readOrigin } from '../../domain/dlq/read-origin.ts'
import type { TailedRecord } from '../../model/tail.ts'
import type { RecordFilter } from './record-filter.ts'

export interface DeadLetter {
  readonly dead: TailedRecord
  readonly origin: Origin
}

/** What is written together, between two moves of the position. */
export interface ReplayStep {
  readonly letters: readonly DeadLetter[]
  /** Records that a filter left out. */
  readonly filtered: number
  /** Where the next step begins: all before it is dealt with then. */
  readonly nextOffset: number
}

/**
 * The records of one partition that meet the filters, so many at a time. Those that do not make no step of their own,
 * so that a rate is one of records that are sent.
 *
 * @param nextOffset behind them all
 */
export function* replaySteps(
  records: readonly TailedRecord[],
  filters: readonly RecordFilter[],
  most: number,
  nextOffset: number,
): Generator<ReplayStep, void, void> {
  let letters: DeadLetter[] = []
  let filtered = 0
  for (const dead of records) {
    const origin = readOrigin(dead.headers)
    if (!filters.every(meets => meets(dead, origin))) {
      filtered++
      continue
    }
    if (letters.length === most) {
      yield { letters, filtered, nextOffset: dead.offset }
      letters = []
      filtered = 0
    }
    letters.push({ dead, origin })
  }
  yield { letters, filtered, nextOffset }
}
