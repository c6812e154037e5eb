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

/**
 * What fires by all rules of a set as they are shipped, at any time of a scenario. Several are scraped by one
 * Prometheus, each as a job of its own: to evaluate rules costs much the same for one and for ten.
 */
export async function firedIn(
  set: CatalogueSet,
  scenarios: readonly Scenario[],
  variant: VariantName,
): Promise<ReadonlyMap<Scenario, readonly Fired[]>> {
  const longest = Math.max(...scenarios.map(minutesOf))
  const test = {
    interval: '15s',
    input_series: scenarios.flatMap((scenario, i) => inputOf(set, scenario, variant, jobOf(i))),
    promql_expr_test: [
      ...scenarios.map((scenario, i) => firing(jobOf(i), minutesOf(scenario))),
      // That an exporter is absent is told of none.
      firing('', longest),
    ],
  }
  const told = (await runPromtool(RULES[set], [test])) ?? ''
  const fired = new Map<string, readonly Fired[]>()
  for (const [, job = '', got = ''] of told.matchAll(FAILED)) fired.set(job, parseFired(got))
  // What promtool has to tell is no answer to one of these questions.
  if (told !== '' && fired.size !== (told.match(/^ *expr: /gm)?.length ?? 0)) throw new Error(told)
  const ofAll = fired.get('') ?? []
  return new Map(scenarios.map((scenario, i) => [scenario, [...(fired.get(jobOf(i)) ?? []), ...ofAll]]))
}

const jobOf = (index: number) => `kafka-${index}`
const minutesOf = ({ trace }: Scenario) => Math.floor(trace.durationMs / 60_000)

/** Nothing is what promtool is told to expect, so that it tells what there is. */
function firing(job: string, minutes: number): object {
  return {
    expr: `min_over_time(timestamp(ALERTS{alertstate="firing", job="${job}"})[${minutes}m:30s])`,
    eval_time: `${minutes}m`,
    exp_samples: [],
  }
}

function inputOf(
  set: CatalogueSet,
  scenario: Scenario,
  variant: VariantName,
  job: string,
): readonly object[] {
  return [...scrape(scenario, variant, set)].flatMap(([instance, series]) =>
    [...series].map(([name, values]) => ({
      series: withTarget(name, `job="${job}", instance="${instance}"`),
      values: valuesText(values),
    })),
  )
}

function withTarget(name: string, target: string): string {
  return name.endsWith('}') ? `${name.slice(0, -1)}, ${target}}` : `${name}{${target}}`
}

/** As promtool tells that there is something: the expression quoted once more, and what it got. */
const FAILED = /^ *expr: ".*job=\\"([^"\\]*)\\".*\n.*\n *got: ?(\{.*)$/gm
const SAMPLE = /\{([^}]*)\} ([\d.E+-]+)/g
/** Those of the target, and what the name of the alert says already. */
const IMPLIED = new Set(['alertname', 'alertstate', 'severity', 'state', 'job'])

function parseFired(got: string): readonly Fired[] {
  return [...got.matchAll(SAMPLE)].map(([, text = '', value]) => {
    const all = Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(m => [m[1], m[2]]))
    const labels = Object.fromEntries(Object.entries(all).filter(([name]) => !IMPLIED.has(name)))
    return { alert: all.alertname as string, labels: labels as Labels, onset: Number(value) / 60 }
  })
}
