import type { RenderedGroup, RenderedRule } from '../../../src/rules/render-rules.ts'
import { mutantsOf } from './mutants.ts'

type Alert = Extract<RenderedRule, { alert: string }>
type Recording = Extract<RenderedRule, { record: string }>

export interface MutatedRule {
  /** Of the alert or the recording that was changed. */
  readonly rule: string
  /** No other change of the rule is told so. */
  readonly change: string
  /** At the end of the names of its stand-ins. */
  readonly number: number
  /** Alerts that stand for those that the change may be seen by: their names to those of the originals. */
  readonly standIns: ReadonlyMap<string, string>
  readonly rules: readonly RenderedRule[]
}

/**
 * Every change of a group's rules, each with stand-ins of the alerts that depend on it, so that all of them can be
 * evaluated side by side in one run.
 */
export function mutate(group: RenderedGroup): readonly MutatedRule[] {
  const { alerts, recordings } = partsOf(group)
  let count = 0
  const standIn = (
    rule: string,
    change: string,
    originals: readonly Alert[],
    alter: (a: Alert, n: number) => Alert,
    extra: (n: number) => readonly RenderedRule[] = () => [],
  ) => {
    const n = count++
    const named = originals.map(a => ({ ...alter(a, n), alert: `${a.alert}__m${n}` }))
    return {
      rule,
      change,
      number: n,
      standIns: new Map(named.map((a, i) => [a.alert, (originals[i] as Alert).alert])),
      rules: [...extra(n), ...named],
    }
  }
  return [
    ...alerts.flatMap(alert => [
      ...mutantsOf(alert.expr).map(m =>
        standIn(alert.alert, m.change, [alert], a => ({ ...a, expr: m.expression })),
      ),
      ...timings(alert).map(({ change, altered }) => standIn(alert.alert, change, [alert], () => altered)),
      standIn(alert.alert, 'deleted', [alert], a => ({ ...a, expr: 'vector(0) > 1' })),
    ]),
    ...recordings.flatMap(recording => {
      const dependants = alerts.filter(a => a.expr.includes(recording.record))
      const changes = [...mutantsOf(recording.expr), { change: 'deleted', expression: 'vector(0) > 1' }]
      return changes.map(({ change, expression }) =>
        standIn(
          recording.record,
          change,
          dependants,
          (a, n) => ({ ...a, expr: a.expr.replaceAll(recording.record, `${recording.record}:m${n}`) }),
          n => [{ record: `${recording.record}:m${n}`, expr: expression }],
        ),
      )
    }),
  ]
}

/** A rule as it is: what stands for its alerts has to do as they do. */
export function control(group: RenderedGroup, rule: string): MutatedRule {
  const { alerts: all, recordings } = partsOf(group)
  const alerts = all.filter(a => a.alert === rule || a.expr.includes(rule))
  const named = alerts.map(a => ({ ...a, alert: `${a.alert}__m${CONTROL}` }))
  return {
    rule,
    change: 'none',
    number: CONTROL,
    standIns: new Map(named.map((a, i) => [a.alert, (alerts[i] as Alert).alert])),
    rules: [...recordings, ...named],
  }
}

const CONTROL = 999_999

function partsOf({ rules }: RenderedGroup) {
  return {
    alerts: rules.filter((rule): rule is Alert => 'alert' in rule),
    recordings: rules.filter((rule): rule is Recording => 'record' in rule),
  }
}

function timings(alert: Alert): readonly { readonly change: string; readonly altered: Alert }[] {
  const minutes = Number.parseInt(alert.for, 10)
  const longer = `${minutes * 2 + 5}m`
  const { keep_firing_for: keep, ...rest } = alert
  return [
    { change: `for: ${alert.for} → ${longer}`, altered: { ...alert, for: longer } },
    ...(minutes > 0 ? [{ change: `for: ${alert.for} → 0m`, altered: { ...alert, for: '0m' } }] : []),
    ...(keep ? [{ change: `keep_firing_for: ${keep} → nothing`, altered: rest as Alert }] : []),
  ]
}
