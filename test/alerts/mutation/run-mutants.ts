import { availableParallelism } from 'node:os'
import { DEFAULT_CHOICES, type RenderedGroup, renderGroups } from '../../../src/rules/render-rules.ts'
import { RULE_SETS, type RuleSetName } from '../../../src/rules/rule-sets.ts'
import { CASES } from '../cases/all.ts'
import { type AlertCase, VARIANTS, type VariantName } from '../promtool/alert-case.ts'
import { renderTestOf } from '../promtool/render-test.ts'
import { runPromtool } from '../promtool/run-promtool.ts'
import { seconds } from '../promtool/timeline.ts'
import { control, type MutatedRule, mutate } from './mutated-group.ts'

export interface MutationResult {
  readonly set: RuleSetName
  readonly rule: string
  readonly mutants: number
  /** Changes that no test notices. */
  readonly survivors: readonly string[]
}

interface Job {
  readonly set: RuleSetName
  /** Name of its group. */
  readonly group: string
  readonly rule: string
  readonly mutants: readonly MutatedRule[]
}

type Choices = AlertCase['choices']

/** Changes each rule in every way and says which changes no test notices; `isWanted` chooses some of the rules. */
export async function runMutants(
  isWanted: (rule: string, index: number) => boolean,
  onResult: (result: MutationResult) => void = () => {},
): Promise<readonly MutationResult[]> {
  const jobs = (Object.keys(RULE_SETS) as RuleSetName[])
    .flatMap(jobsOf)
    .filter(({ rule }, i) => isWanted(rule, i))
  const results = new Map<Job, MutationResult>()
  const next = jobs.values()
  const work = async () => {
    for (const job of next) {
      const result = await run(job)
      results.set(job, result)
      onResult(result)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return jobs.map(job => results.get(job) as MutationResult)
}

function jobsOf(set: RuleSetName): readonly Job[] {
  return groupsOf(set, undefined).flatMap(group => {
    const all = mutate(group)
    const rules = [...new Set(all.map(m => m.rule))]
    return rules.map(rule => ({ set, group: group.name, rule, mutants: all.filter(m => m.rule === rule) }))
  })
}

function groupsOf(set: RuleSetName, choices: Choices): readonly RenderedGroup[] {
  return renderGroups(RULE_SETS[set], { ...DEFAULT_CHOICES, ...choices })
}

/** With other thresholds a rule has the same changes, in the same order. What else can be chosen is not about rules. */
const areThresholds = (choices: Choices = {}) => Object.keys(choices).every(key => key === 'thresholds')

/** One case after the other, short ones first: what one has noticed need not be evaluated in the next. */
async function run({ set, group: name, rule, mutants }: Job): Promise<MutationResult> {
  const cases = Object.values(CASES)
    .flat()
    .filter(c => (c.set ?? 'kafka-health-exporter') === set && areThresholds(c.choices))
    .sort((a, b) => seconds(a.until) - seconds(b.until))
  const under = (choices: Choices) => {
    const group = groupsOf(set, choices).find(g => g.name === name) as RenderedGroup
    const changed = mutate(group).filter(m => m.rule === rule)
    if (changed.length !== mutants.length) throw new Error(`${rule}: other changes with other thresholds`)
    return { changed, unchanged: control(group, rule) }
  }
  let alive = mutants.map((_, i) => i)
  for (const variant of VARIANTS) {
    for (const one of cases.filter(c => c.without?.[variant] === undefined)) {
      if (!alive.some(i => [...(mutants[i] as MutatedRule).standIns.values()].some(of => isAbout(one, of)))) {
        continue
      }
      const { changed, unchanged } = under(one.choices)
      const killed = await killedBy(one, variant, [unchanged, ...alive.map(i => changed[i] as MutatedRule)])
      if (killed.has(unchanged)) throw new Error(`${one.name} (${variant}): fails as it is`)
      alive = alive.filter(i => !killed.has(changed[i] as MutatedRule))
    }
  }
  const survivors = alive.map(i => (mutants[i] as MutatedRule).change)
  return { set, rule, mutants: mutants.length, survivors }
}

/** Those that a case notices: a stand-in that does not do as its original, or that cannot be evaluated. */
async function killedBy(
  alertCase: AlertCase,
  variant: VariantName,
  mutants: readonly MutatedRule[],
): Promise<ReadonlySet<MutatedRule>> {
  const killed = new Set<MutatedRule>()
  for (;;) {
    const some = mutants.filter(m => !killed.has(m))
    const standIns = new Map(some.flatMap(m => [...m.standIns]).filter(([, of]) => isAbout(alertCase, of)))
    if (standIns.size === 0) return killed
    const group = { name: 'mutants', interval: '30s', rules: some.flatMap(m => m.rules) }
    const output = await runPromtool([group], [renderTestOf(standIns, alertCase, variant)])
    if (output === null) return killed
    const unsound = numbersIn(output, /rule: \S+?m(\d+)\b/g)
    const failed = unsound.size > 0 ? unsound : numbersIn(output, /\bKafka\w+__m(\d+)/g)
    if (failed.size === 0) throw new Error(output)
    for (const m of some) if (failed.has(String(m.number))) killed.add(m)
    // An evaluation that fails ends the test for all others.
    if (unsound.size === 0) return killed
  }
}

function isAbout({ fires, silent = [] }: AlertCase, alert: string): boolean {
  return fires.some(f => f.alert === alert) || silent.includes(alert)
}

function numbersIn(output: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...output.matchAll(pattern)].map(([, number]) => number as string))
}
