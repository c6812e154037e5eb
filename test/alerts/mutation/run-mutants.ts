import { DEFAULT_CHOICES, renderGroups } from '../../../src/rules/render-rules.ts'
import { RULE_SETS, type RuleSetName } from '../../../src/rules/rule-sets.ts'
import { CASES } from '../cases/all.ts'
import { type AlertCase, VARIANTS, type VariantName } from '../promtool/alert-case.ts'
import { renderTestOf } from '../promtool/render-test.ts'
import { runPromtool } from '../promtool/run-promtool.ts'
import { type MutatedRule, mutate } from './mutated-group.ts'

export interface Survivor {
  readonly set: RuleSetName
  readonly rule: string
  readonly change: string
}

export interface MutationResult {
  readonly mutants: number
  readonly survivors: readonly Survivor[]
}

/** Changes each rule of a set in every way and says which changes no test notices. */
export async function runMutants(set: RuleSetName): Promise<MutationResult> {
  const groups = renderGroups(RULE_SETS[set], DEFAULT_CHOICES)
  let mutants = 0
  const survivors: Survivor[] = []
  for (const group of groups) {
    let alive = mutate(group)
    mutants += alive.length
    for (const variant of VARIANTS) {
      for (const some of slices(alive, 60)) {
        const killed = await killedBy(set, some, variant)
        alive = alive.filter(m => !killed.has(m))
      }
    }
    survivors.push(...alive.map(({ rule, change }) => ({ set, rule, change })))
  }
  return { mutants, survivors }
}

/** Those that a test of this variant notices: a stand-in that does not do as its original. */
async function killedBy(
  set: RuleSetName,
  mutants: readonly MutatedRule[],
  variant: VariantName,
): Promise<ReadonlySet<MutatedRule>> {
  const standIns = new Map(mutants.flatMap(m => [...m.standIns]))
  const tests = Object.values(CASES)
    .flat()
    .filter(c => (c.set ?? 'kafka-health-exporter') === set && c.choices === undefined)
    .filter(c => c.without?.[variant] === undefined)
    .map(c => testOfStandIns(c, variant, standIns))
    .filter(test => test !== null)
  const group = { name: 'mutants', interval: '30s', rules: mutants.flatMap(m => m.rules) }
  const output = (await runPromtool([group], tests)) ?? ''
  const failed = new Set(output.match(/\bKafka\w+__m\d+/g))
  // A recording that cannot be evaluated is told by its own name.
  for (const [, n] of output.matchAll(/rule: [\w:]+:m(\d+)/g)) {
    for (const m of standIns.keys()) if (m.endsWith(`__m${n}`)) failed.add(m)
  }
  if (output !== '' && failed.size === 0) throw new Error(output)
  return new Set(mutants.filter(m => [...m.standIns.keys()].some(name => failed.has(name))))
}

/** The case as if each stand-in were its original; null where none is concerned. */
function testOfStandIns(
  alertCase: AlertCase,
  variant: VariantName,
  standIns: ReadonlyMap<string, string>,
): object | null {
  const concerned = [...standIns].filter(
    ([, original]) => alertCase.fires.some(f => f.alert === original) || alertCase.silent?.includes(original),
  )
  if (concerned.length === 0) return null
  return renderTestOf(new Map(concerned), alertCase, variant)
}

function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size)
}
