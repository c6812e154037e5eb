import { parseArgs } from 'node:util'
import { goalsOf } from './goals-real.ts'
import { describe, tables, writeRealSection } from './report-real.ts'
import { runReal } from './run-real.ts'

/** Real Kafka for some minutes; 2 are enough to see that all of it runs, not to reach every state. */
export async function benchReal(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      real: { type: 'boolean' },
      minutes: { type: 'string', default: '15' },
      smoke: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  })
  const minutes = values.smoke ? 2 : Number(values.minutes)
  if (!(minutes > 0)) throw new Error(`--minutes=${values.minutes}: a number above 0 is expected`)
  const began = performance.now()
  const say = (line: string) => console.log(`${((performance.now() - began) / 1_000).toFixed(0)} s: ${line}`)
  const result = await runReal(minutes, Number(values.seed), say)
  console.log(`\n${describe(result)}\n\n${tables(result)}`)
  if (goalsOf(result).some(goal => !goal.isMet)) {
    console.log('\nNot every goal was met.')
    process.exitCode = 1
  }
  if (values.write) await writeRealSection(result, result.kafkaVersion)
}
