import { DEFAULT_CHOICES, type RenderedRule, renderGroups } from '../../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../../src/rules/rule-sets.ts'
import type { AlertCase, Firing, Labels, VariantName } from './alert-case.ts'
import { seriesText, valuesText } from './sampled.ts'
import { seconds } from './timeline.ts'
import { sample, scrapeSeconds } from './variants.ts'

type Alert = Extract<RenderedRule, { alert: string }>

/** The rule groups that a case is about. */
export function groupsOf({ set = 'kafka-health-exporter', choices, only }: AlertCase) {
  const groups = renderGroups(RULE_SETS[set], { ...DEFAULT_CHOICES, ...choices })
  return groups.filter(group => only === undefined || group.name === only)
}

/** One test of promtool's `tests:`. */
export function renderTest(alertCase: AlertCase, variant: VariantName): object {
  const alertOf = alertsOf(alertCase)
  for (const name of alertCase.silent ?? []) alertOf(name)
  const names = [...new Set(alertCase.fires.map(f => f.alert))]
  return {
    ...inputOf(alertCase, variant),
    alert_rule_test: textTests(alertCase, variant, alertOf),
    promql_expr_test: [
      ...firingTests(alertCase, variant, alertOf),
      {
        // Nothing else, at any time.
        expr: `group by (alertname) (max_over_time(ALERTS{alertstate="firing"}[${alertCase.until}]))`,
        eval_time: alertCase.until,
        exp_samples: names.map(alertname => ({ labels: seriesText('', { alertname }), value: 1 })),
      },
      ...(variant === 'plain' ? (alertCase.records ?? []) : []).map(({ at, record, samples }) => ({
        expr: record,
        eval_time: at,
        exp_samples: samples.map(([labels, value]) => ({
          labels: seriesText(record, { job: 'kafka', ...labels }),
          value,
        })),
      })),
    ],
  }
}

/** The same for alerts that stand for others, by their names to those of the originals, and for no others. */
export function renderTestOf(
  standIns: ReadonlyMap<string, string>,
  alertCase: AlertCase,
  variant: VariantName,
): object {
  const original = alertsOf(alertCase)
  const alertOf = (name: string) => original(standIns.get(name) ?? name)
  const fires = [...standIns].flatMap(([alert, of]) =>
    alertCase.fires.filter(f => f.alert === of).map(f => ({ ...f, alert })),
  )
  const standingIn = { ...alertCase, fires }
  return {
    ...inputOf(alertCase, variant),
    alert_rule_test: textTests(standingIn, variant, alertOf),
    promql_expr_test: [
      ...firingTests(standingIn, variant, alertOf),
      ...[...standIns.keys()].map(alertname => ({
        expr: `group by (alertname) (max_over_time(ALERTS{alertstate="firing", alertname="${alertname}"}[${alertCase.until}]))`,
        eval_time: alertCase.until,
        exp_samples: fires.some(f => f.alert === alertname)
          ? [{ labels: seriesText('', { alertname }), value: 1 }]
          : [],
      })),
    ],
  }
}

type AlertOf = (name: string) => Alert

function alertsOf(alertCase: AlertCase): AlertOf {
  const alerts = new Map(
    groupsOf(alertCase).flatMap(group =>
      group.rules.flatMap(rule => ('alert' in rule ? [[rule.alert, rule] as const] : [])),
    ),
  )
  return name => {
    const alert = alerts.get(name)
    if (!alert) throw new Error(`${alertCase.name}: there is no alert ${name}`)
    return alert
  }
}

function inputOf(alertCase: AlertCase, variant: VariantName): object {
  return {
    name: `${alertCase.name} (${variant})`,
    interval: `${scrapeSeconds(alertCase)}s`,
    input_series: sample(alertCase, variant).map(({ name, labels, values }) => ({
      series: seriesText(name, labels),
      values: valuesText(values),
    })),
  }
}

function firingTests(alertCase: AlertCase, variant: VariantName, alertOf: AlertOf): readonly object[] {
  const slack = variant === 'plain' ? 0 : seconds(alertCase.slack ?? '1m')
  return timesOf(alertCase, slack).map(({ alert, at }) => ({
    expr: `ALERTS{alertstate="firing", alertname="${alert}"}`,
    eval_time: `${at}s`,
    exp_samples: alertCase.fires
      .filter(f => f.alert === alert && firesAt(f, at, slack))
      .map(f => ({ labels: seriesText('ALERTS', firingLabels(f, alertOf(alert))), value: 1 })),
  }))
}

function textTests({ fires }: AlertCase, variant: VariantName, alertOf: AlertOf): readonly object[] {
  return fires
    .filter(firing => firing.summary !== undefined && variant === 'plain')
    .map(firing => textTest(firing, alertOf(firing.alert), fires))
}

/** Each time at which some firing of an alert says something, for all that fires of it then. */
function timesOf({ fires }: AlertCase, slack: number): readonly { alert: string; at: number }[] {
  const times = fires.flatMap(f => [
    ...(f.notAt === undefined ? [] : [{ alert: f.alert, at: seconds(f.notAt) }]),
    { alert: f.alert, at: seconds(f.at) + slack },
    ...(f.stillAt === undefined ? [] : [{ alert: f.alert, at: seconds(f.stillAt) }]),
    ...(f.overAt === undefined ? [] : [{ alert: f.alert, at: seconds(f.overAt) + slack }]),
  ])
  return [...new Map(times.map(time => [`${time.alert} ${time.at}`, time])).values()]
}

function firesAt(f: Firing, at: number, slack: number): boolean {
  if (f.overAt !== undefined && at >= seconds(f.overAt) + slack) return false
  return at >= seconds(f.at)
}

function firingLabels(f: Firing, alert: Alert): Labels {
  return { alertname: f.alert, alertstate: 'firing', ...labelsOf(f, alert) }
}

function labelsOf(f: Firing, alert: Alert): Labels {
  const all = { job: 'kafka', ...alert.labels, ...f.labels }
  // Said to be empty where an alert has no such label.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

function textTest(firing: Firing, alert: Alert, all: readonly Firing[]): object {
  const at = seconds(firing.at)
  const others = all.filter(f => f !== firing && f.alert === firing.alert && firesAt(f, at, 0))
  if (others.length > 0) throw new Error(`${firing.alert}: texts are compared where it fires once`)
  return {
    eval_time: firing.at,
    alertname: firing.alert,
    exp_alerts: [
      {
        exp_labels: labelsOf(firing, alert),
        exp_annotations: {
          ...alert.annotations,
          summary: firing.summary,
          description: firing.description,
        },
      },
    ],
  }
}
