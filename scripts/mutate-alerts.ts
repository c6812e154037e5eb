/** Changes every alert rule in every way and says which changes no test notices: `npm run test:mutation [RULE…]`. */
import { runMutants } from '../test/alerts/mutation/run-mutants.ts'

const wanted = process.argv.slice(2)
const results = await runMutants(rule => wanted.length === 0 || wanted.includes(rule))
for (const { rule, mutants, survivors } of results) {
  console.log(`${rule}: ${mutants} changes, ${survivors.length} not noticed`)
  for (const { change } of survivors) console.log(`  ${change}`)
}
