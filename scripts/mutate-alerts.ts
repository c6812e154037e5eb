/** Changes every alert rule in every way and says which changes no test notices: `npm run test:mutation`. */
import { RULE_SETS, type RuleSetName } from '../src/rules/rule-sets.ts'
import { runMutants } from '../test/alerts/mutation/run-mutants.ts'

const sets = Object.keys(RULE_SETS) as RuleSetName[]
for (const set of sets) {
  const { mutants, survivors } = await runMutants(set)
  console.log(`${set}: ${mutants} changes, ${survivors.length} not noticed`)
  for (const { rule, change } of survivors) console.log(`  ${rule}: ${change}`)
}
