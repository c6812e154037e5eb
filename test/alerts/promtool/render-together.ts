import type { AlertCase, VariantName } from './alert-case.ts'
import { renderTest } from './render-test.ts'
import { seconds } from './timeline.ts'
import { scrapeSeconds } from './variants.ts'

interface PromtoolTest {
  readonly name: string
  readonly interval: string
  readonly input_series: readonly { readonly series: string; readonly values: string }[]
  readonly alert_rule_test: readonly object[]
  readonly promql_expr_test: readonly {
    readonly expr: string
    readonly eval_time: string
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[]
  }[]
}

const AT_ONCE = 10
/** Where a case says when they are there, another that stays must not stand in for them. */
const PRESENCE = new Set(['up', 'kafka_health_exporter_build_info', 'kafka_brokers'])

/**
 * Cases of the same rules as few tests: to evaluate the rules costs much the same for one and for ten. Each is a job
 * of its own then, which no rule takes together with another.
 */
export function renderTogether(cases: readonly AlertCase[], variant: VariantName): readonly object[] {
  const isAlone = ({ set, series }: AlertCase) =>
    set === 'jmx-exporter' || series.some(one => one.labels.job !== undefined || PRESENCE.has(one.name))
  // What a text says is compared in plain tests, and by no job.
  if (variant === 'plain') return cases.map(one => renderTest(one, variant))
  const alone = cases.filter(isAlone).map(one => renderTest(one, variant))
  const others = cases
    .filter(one => !isAlone(one))
    .sort((a, b) => scrapeSeconds(a) - scrapeSeconds(b) || seconds(a.until) - seconds(b.until))
  const batches: AlertCase[][] = []
  for (const one of others) {
    const last = batches.at(-1)
    const fits = last !== undefined && last.length < AT_ONCE && last[0]?.scrape === one.scrape
    if (fits) last.push(one)
    else batches.push([one])
  }
  return [...alone, ...batches.map(batch => asOne(batch, variant))]
}

function asOne(cases: readonly AlertCase[], variant: VariantName): PromtoolTest {
  const tests = cases.map((one, i) => ofJob(renderTest(one, variant) as PromtoolTest, `kafka-${i}`))
  return {
    name: tests.map(({ name }) => name).join('; '),
    interval: (tests[0] as PromtoolTest).interval,
    input_series: tests.flatMap(one => one.input_series),
    alert_rule_test: [],
    promql_expr_test: [
      ...tests.flatMap(one => one.promql_expr_test),
      {
        // Nothing that is of no job.
        expr: `max_over_time(ALERTS{alertstate="firing", job=""}[${cases.at(-1)?.until}])`,
        eval_time: cases.at(-1)?.until as string,
        exp_samples: [],
      },
    ],
  }
}

function ofJob(test: PromtoolTest, job: string): PromtoolTest {
  const labels = (text: string) => text.replaceAll('job="kafka"', `job="${job}"`)
  return {
    ...test,
    name: `${job}: ${test.name}`,
    input_series: test.input_series.map(one => ({ ...one, series: labels(one.series) })),
    promql_expr_test: test.promql_expr_test.map(one => ({
      ...one,
      expr: one.expr.replace('alertstate="firing"', `alertstate="firing", job="${job}"`),
      exp_samples: one.exp_samples.map(sample => ({ ...sample, labels: labels(sample.labels) })),
    })),
  }
}
