import type { Labels, VariantName } from '../promtool/alert-case.ts'
import { runPromtool } from '../promtool/run-promtool.ts'
import { valuesText } from '../promtool/sampled.ts'
import type { CatalogueSet, Scenario } from './scenario.ts'
import { scrape } from './scrapes.ts'
import { RULES } from './watched.ts'

/** An alert that has fired at some time, and in which minute since the beginning first. */
export interface Fired {
  readonly alert: string
  /** Beside those of the target, the severity and the state. */
  readonly labels: Labels
  readonly onset: number
}

/** What fires by all rules of a set as they are shipped, at any time of a scenario. */
export async function firedIn(
  set: CatalogueSet,
  scenario: Scenario,
  variant: VariantName,
): Promise<readonly Fired[]> {
  const minutes = Math.floor(scenario.trace.durationMs / 60_000)
  const test = {
    interval: '15s',
    input_series: inputOf(set, scenario, variant),
    promql_expr_test: [
      {
        // Nothing is what promtool is told to expect, so that it tells what there is.
        expr: `min_over_time(timestamp(ALERTS{alertstate="firing"})[${minutes}m:30s])`,
        eval_time: `${minutes}m`,
        exp_samples: [],
      },
    ],
  }
  const told = await runPromtool(RULES[set], [test])
  return told === null ? [] : parseFired(told)
}

export function inputOf(set: CatalogueSet, scenario: Scenario, variant: VariantName): readonly object[] {
  return [...scrape(scenario, variant, set)].flatMap(([instance, series]) =>
    [...series].map(([name, values]) => ({
      series: withTarget(name, `job="kafka", instance="${instance}"`),
      values: valuesText(values),
    })),
  )
}

function withTarget(name: string, target: string): string {
  return name.endsWith('}') ? `${name.slice(0, -1)}, ${target}}` : `${name}{${target}}`
}

const SAMPLE = /\{([^}]*)\} ([\d.E+-]+)/g
/** Those of the target, and what the name of the alert says already. */
const IMPLIED = new Set(['alertname', 'alertstate', 'severity', 'state', 'job'])

function parseFired(told: string): readonly Fired[] {
  const got = /^ *got: ?(\{.*)$/m.exec(told)?.[1]
  if (got === undefined) throw new Error(told)
  return [...got.matchAll(SAMPLE)].map(([, text = '', value]) => {
    const all = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(m => [m[1], m[2]]))
    const labels = Object.fromEntries(Object.entries(all).filter(([name]) => !IMPLIED.has(name)))
    return { alert: all.alertname as string, labels: labels as Labels, onset: Number(value) / 60 }
  })
}
