import { formatDuration, parseDuration } from '../config/duration.ts'
import { shown } from '../config/fault.ts'
import { nearest } from '../model/nearest.ts'
import { RULE_SETS } from '../rules/rule-sets.ts'
import {
  DEFAULT_THRESHOLDS,
  THRESHOLDS,
  type Threshold,
  type ThresholdName,
  type Thresholds,
} from '../rules/thresholds.ts'
import { pairsOf, type ReportFlag } from './rule-pairs.ts'

/** Nobody waits longer, and Prometheus forgets by then what it waited for. */
const LONGEST_MS = 31 * 86_400_000
const EVERY = '*'

/** `NAME=VALUE` of thresholds, beside the defaults. */
export function parseThresholds(texts: readonly string[], report: ReportFlag): Thresholds {
  const chosen = new Map<string, number | string>()
  for (const { name, value, text } of pairsOf('threshold', texts, 'NAME=VALUE', report)) {
    if (!Object.hasOwn(THRESHOLDS, name)) {
      report('threshold', unknown('threshold', name, Object.keys(THRESHOLDS)))
      continue
    }
    const threshold: Threshold = THRESHOLDS[name as ThresholdName]
    const parsed = threshold.kind === 'window' ? parseWindow(value, threshold) : parseNumber(value, threshold)
    if (parsed === null) report('threshold', `got ${shown(text)}, expected ${expectedOf(threshold)}`)
    else if (chosen.has(name)) report('threshold', `got ${name} twice, expected it once`)
    else chosen.set(name, parsed)
  }
  return { ...DEFAULT_THRESHOLDS, ...Object.fromEntries(chosen) }
}

function parseNumber(
  text: string,
  { bounds: [least, most], unit }: Threshold & { kind: 'number' },
): number | null {
  const duration = unit === 'seconds' && /[a-z]$/.test(text) ? parseDuration(text) : null
  const isNumber = /^\d+(\.\d+)?(e\d{1,2})?$/i.test(text)
  const value = duration !== null ? duration / 1000 : isNumber ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : null
}

function parseWindow(text: string, { bounds: [least, most] }: Threshold & { kind: 'window' }): string | null {
  const ms = parseDuration(text)
  const isWithin =
    ms !== null && ms >= (parseDuration(least) as number) && ms <= (parseDuration(most) as number)
  return isWithin ? formatDuration(ms) : null
}

function expectedOf(threshold: Threshold): string {
  const {
    bounds: [least, most],
  } = threshold
  if (threshold.kind === 'window') return `a duration from ${least} to ${most}`
  const { unit } = threshold
  const example = unit === 'seconds' ? ', or a duration such as 4h' : ''
  return `a number from ${least} to ${most} (${unit})${example}`
}

/** `ALERT=DURATION`, where `*` is for all that are not named. */
export function parseDurations(
  flag: string,
  texts: readonly string[],
  alerts: readonly string[],
  report: ReportFlag,
): Readonly<Record<string, string>> {
  const chosen = new Map<string, string>()
  for (const { name, value, text } of pairsOf(flag, texts, 'ALERT=DURATION', report)) {
    const ms = parseDuration(value)
    if (name !== EVERY && !alerts.includes(name)) report(flag, unknownAlert(name, alerts))
    else if (ms === null || ms > LONGEST_MS) {
      report(
        flag,
        `got ${shown(text)}, expected a duration from 0 to ${formatDuration(LONGEST_MS)}, such as 90s or 1h30m`,
      )
    } else if (chosen.has(name)) report(flag, `got ${name} twice, expected it once`)
    else chosen.set(name, ms === 0 ? '0m' : formatDuration(ms))
  }
  const every = chosen.get(EVERY)
  if (every === undefined) return Object.fromEntries(chosen)
  return Object.fromEntries(alerts.map(name => [name, chosen.get(name) ?? every]))
}

/** Names of alerts. */
export function parseNames(
  flag: string,
  names: readonly string[],
  alerts: readonly string[],
  report: ReportFlag,
): readonly string[] {
  for (const name of names) {
    if (!alerts.includes(name)) report(flag, unknownAlert(name, alerts))
  }
  return [...new Set(names)]
}

const ALL_ALERTS: ReadonlySet<string> = new Set(
  Object.values(RULE_SETS).flatMap(set => set.groups.flatMap(group => group.alerts.map(alert => alert.name))),
)

function unknownAlert(name: string, alerts: readonly string[]): string {
  if (ALL_ALERTS.has(name)) return `got ${shown(name)}, expected an alert of the chosen set`
  return unknown('alert', name, alerts)
}

function unknown(kind: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  const hint = meant === null ? `expected one of docs/alerts.md` : `did you mean ${meant}?`
  return `got ${shown(name)}, an unknown ${kind}, ${hint}`
}
