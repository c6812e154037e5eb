import type { CellState } from '../model/snapshot.ts'

/** From well to worst. A state's place, counted from 1, is the number that stands for it where one number must. */
export const STATES_BY_BADNESS: readonly CellState[] = [
  'caught_up',
  'advancing',
  'unknown',
  'abandoned',
  'never_committed',
  'no_consumer',
  'hung_transaction',
  'stalled',
]
