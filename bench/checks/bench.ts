import { parseArgs } from 'node:util'
import { SchemaCheck, TARGETS } from '../../src/checks.ts'
import { fieldsOf, KINDS, type Payloads, payloadsOf } from './payloads.ts'

/** Fields a second on one core. */
const GOAL_FIELDS = 1_000_000
/** How much dearer a field may be in 10,000 than in 100: caches make it two to three times, a square a hundred times. */
const GOAL_GROWTH = 5
const SIZES = [10, 100, 1_000, 10_000]
const ROUNDS = 5
/** Between two looks at the clock. */
const PASSES = 4

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '0.5' } } })
const roundMs = (Number(values.seconds) * 1_000) / ROUNDS

/** CPU of this process: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Nanoseconds a field: the median of rounds, each long enough for the clock. */
function measure({ records, shape }: Payloads, target: (typeof TARGETS)[number]): number {
  const check = new SchemaCheck({ target, maxFields: 100_000 })
  check.check(records[0], shape)
  const fields = records.reduce((sum: number, record) => sum + fieldsOf(record), 0)
  const rounds: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const start = cpuMs()
    let passes = 0
    for (; cpuMs() - start < roundMs; passes += PASSES) {
      for (let n = 0; n < PASSES; n++) for (const record of records) check.check(record, shape)
    }
    // The first is for the compiler.
    if (round > 0) rounds.push(((cpuMs() - start) * 1e6) / (passes * fields))
  }
  return rounds.sort((a, b) => a - b)[ROUNDS >> 1] as number
}

console.log('ns of CPU a field, by fields of a record:\n')
console.log(`| records | target | ${SIZES.join(' | ')} | million fields/s, least | growth |`)
console.log(`|---|---|${'--:|'.repeat(SIZES.length + 2)}`)
let isReached = true
for (const kind of KINDS) {
  for (const target of kind.startsWith('flat') ? (['bigquery'] as const) : TARGETS) {
    const costs = SIZES.map(fields => measure(payloadsOf(fields, kind), target))
    const [, small] = costs as [number, number]
    const growth = (costs.at(-1) as number) / small
    const least = 1e9 / Math.max(...costs)
    isReached &&= least >= GOAL_FIELDS && growth <= GOAL_GROWTH
    const cells = [
      kind,
      target,
      ...costs.map(cost => cost.toFixed(0)),
      (least / 1e6).toFixed(1),
      growth.toFixed(2),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}
console.log(
  `\ngoals: ${GOAL_FIELDS / 1e6} million fields/s, growth ${GOAL_GROWTH}: ${isReached ? 'reached' : 'MISSED'}`,
)
process.exitCode = isReached ? 0 : 1
