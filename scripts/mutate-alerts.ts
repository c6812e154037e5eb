/**
 * Changes every alert rule in every way and says which changes no test notices: `npm run test:mutation`, or of some
 * rules `npm run test:mutation KafkaBrokerDown`. Fails where survivors.ts says otherwise.
 */
import { disagreements } from '../test/alerts/mutation/disagreements.ts'
import { runMutants } from '../test/alerts/mutation/run-mutants.ts'

const wanted = process.argv.slice(2)
const results = await runMutants(
  rule => wanted.length === 0 || wanted.includes(rule),
  ({ set, rule, mutants, survivors }) => {
    console.log(`${set}/${rule}: ${mutants} changes, ${survivors.length} not noticed`)
    for (const change of survivors) console.log(`  ${change}`)
  },
)
const sum = (of: (result: (typeof results)[number]) => number) => results.reduce((n, r) => n + of(r), 0)
console.log(`${sum(r => r.mutants)} changes, ${sum(r => r.survivors.length)} not noticed`)
const wrong = disagreements(results)
for (const one of wrong) console.error(one)
process.exitCode = wrong.length === 0 ? 0 : 1
