// What the integration tests are run beside: files of one lane one after the other, lanes at the same time.
import { availableParallelism } from 'node:os'

/**
 * They compute and hardly wait, some on every processor: one at a time, and with what the others leave of the
 * processors. Nothing in them has a deadline that is shorter than minutes.
 */
const COMPUTING = [
  'test/alerts/cases.real.test.ts',
  'test/alerts/catalogue.real.test.ts',
  'test/alerts/mutation.real.test.ts',
  'test/bench/',
  'test/e2e/image.test.ts',
  'test/e2e/package.test.ts',
]

/** Longest first, so that lanes end together. All others are shorter. */
const LONG = [
  'test/e2e/alerts.test.ts',
  'test/e2e/faults.test.ts',
  'test/e2e/state-kill.test.ts',
  'test/e2e/dashboards.test.ts',
  'test/e2e/truth.test.ts',
  'test/e2e/kit-probes.test.ts',
  'test/e2e/stalls.test.ts',
  'test/e2e/lag-seconds.test.ts',
  'test/e2e/rotation.test.ts',
  'test/e2e/moving-over.test.ts',
]

/** Of the real parts that wait for each other; with one there is no lane for what computes either. */
const LANES = Number(process.env.TEST_LANES || Math.min(2, availableParallelism()))
if (!(Number.isInteger(LANES) && LANES >= 1)) {
  throw new Error(`TEST_LANES: got ${process.env.TEST_LANES}, expected a whole number of at least 1`)
}

/**
 * Queues of files, and what takes from each of them: how many at once, how nice (nice(2)) they are, and after how long a
 * file is given up.
 */
export function lanesOf(files) {
  const computes = file => COMPUTING.some(start => file.startsWith(start))
  const rank = file => (LONG.indexOf(file) + 1 || LONG.length + 1) - 1
  const byLength = [...files].sort((a, b) => rank(a) - rank(b))
  if (LANES === 1) return [{ files: byLength, atOnce: 1, nice: 0, minutes: 40 }]
  return [
    { files: byLength.filter(file => !computes(file)), atOnce: LANES, nice: 0, minutes: 20 },
    { files: byLength.filter(computes), atOnce: 1, nice: 10, minutes: 40 },
  ]
}
