import { ConfigError, type Fault, shown } from '../config/fault.ts'
import { DEFAULT_CHOICES, type RuleChoices } from '../rules/render-rules.ts'
import { RULE_FORMATS, type RuleFormat, type RuleMetadata } from '../rules/rule-file.ts'
import { RULE_SET_NAMES, type RuleSetName } from '../rules/rule-set-names.ts'
import { RULE_SETS } from '../rules/rule-sets.ts'
import type { RuleFlags } from './add-rule-flags.ts'
import { parseDurations, parseNames, parseThresholds } from './rule-alerts.ts'
import { parseAlertLabels, parseMetadataLabels, parseReplicaLabels } from './rule-labels.ts'
import { parseMatchers } from './rule-matchers.ts'
import type { ReportFlag } from './rule-pairs.ts'

/** What is to be written. */
export interface RuleRequest {
  readonly sets: readonly RuleSetName[]
  readonly format: RuleFormat
  readonly metadata: RuleMetadata
  readonly choices: RuleChoices
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** Throws a ConfigError with every fault. */
export function parseRuleFlags(flags: RuleFlags): RuleRequest {
  const faults: Fault[] = []
  const report: ReportFlag = (flag, problem) => faults.push({ at: `--${flag}`, problem })
  if (flags.output === '') report('output', 'got "", expected a file, or - for stdout')
  const sets = parseSets(flags.set ?? [], report)
  const format = parseFormat(flags.format, report)
  const metadata = parseMetadata(flags, sets, format, report)
  const choices = parseChoices(flags, sets, report)
  if (faults.length > 0) throw new ConfigError(faults)
  return { sets, format, metadata, choices }
}

function parseChoices(flags: RuleFlags, sets: readonly RuleSetName[], report: ReportFlag): RuleChoices {
  const alerts = sets.flatMap(set => RULE_SETS[set].groups).flatMap(group => group.alerts.map(a => a.name))
  const disabled = parseNames('disable', flags.disable ?? [], alerts, report)
  if (alerts.every(name => disabled.includes(name))) {
    report('disable', 'got every alert of the set, expected one at least to be left')
  }
  const replicaLabels = parseReplicaLabels(flags.replicaLabel ?? [], report)
  return {
    thresholds: parseThresholds(flags.threshold ?? [], report),
    matchers: parseSelector('selector', flags.selector ?? [], report),
    foreignMatchers: parseSelector('jmx-selector', flags.jmxSelector ?? [], report),
    replicaLabels: replicaLabels ?? DEFAULT_CHOICES.replicaLabels,
    alertLabels: parseAlertLabels(flags.alertLabel ?? [], report),
    forByAlert: parseDurations('for', flags.for ?? [], alerts, report),
    keepFiringForByAlert: parseDurations('keep-firing-for', flags.keepFiringFor ?? [], alerts, report),
    disabled,
    runbookBase:
      flags.runbookBase === undefined
        ? DEFAULT_CHOICES.runbookBase
        : folder(parseUrl('runbook-base', flags.runbookBase, report)),
    grafanaUrl: flags.grafanaUrl === undefined ? null : parseUrl('grafana-url', flags.grafanaUrl, report),
  }
}

function parseSets(texts: readonly string[], report: ReportFlag): readonly RuleSetName[] {
  const sets = RULE_SET_NAMES.filter(name => texts.includes(name))
  for (const text of texts) {
    if (sets.some(name => name === text)) continue
    report('set', `got ${shown(text)}, expected ${RULE_SET_NAMES.join(', ')}`)
  }
  if (sets.includes('kafka-health-exporter') && sets.includes('kafka-exporter')) {
    report('set', 'got kafka-health-exporter and kafka-exporter, expected one: they tell the same')
  }
  if (texts.length === 0) return ['kafka-health-exporter']
  // Where none is known, alerts of any are: one fault is told once.
  return sets.length === 0 ? RULE_SET_NAMES : sets
}

function parseFormat(text: string | undefined, report: ReportFlag): RuleFormat {
  const format = RULE_FORMATS.find(name => name === (text ?? 'plain'))
  if (format === undefined) report('format', `got ${shown(text)}, expected ${RULE_FORMATS.join(' or ')}`)
  return format ?? 'prometheusrule'
}

function parseMetadata(
  { name, namespace, label = [] }: RuleFlags,
  sets: readonly RuleSetName[],
  format: RuleFormat,
  report: ReportFlag,
): RuleMetadata {
  if (format === 'plain') {
    const given = { name, namespace, label: label[0] }
    for (const [flag, value] of Object.entries(given)) {
      if (value === undefined) continue
      report(
        flag,
        `got ${shown(value)}, expected it with --format=prometheusrule only: a plain file has no metadata`,
      )
    }
  }
  if (name !== undefined && !SUBDOMAIN.test(name)) {
    report(
      'name',
      `got ${shown(name)}, expected a name of Kubernetes: small letters, digits, "-" and ".", at most 253`,
    )
  }
  if (namespace !== undefined && !DNS_LABEL.test(namespace)) {
    report(
      'namespace',
      `got ${shown(namespace)}, expected a namespace: small letters, digits and "-", at most 63`,
    )
  }
  return {
    name: name ?? (sets.length === 1 ? (sets[0] as string) : 'kafka-health'),
    namespace: namespace ?? null,
    labels: parseMetadataLabels(label, report),
  }
}

function parseSelector(flag: string, texts: readonly string[], report: ReportFlag): readonly string[] {
  return texts.flatMap(text => {
    const result = parseMatchers(text)
    if ('matchers' in result) return result.matchers
    report(flag, result.problem)
    return []
  })
}

function parseUrl(flag: string, text: string, report: ReportFlag): string {
  const isHttp = /^https?:\/\/[^\s{}]+$/.test(text) && URL.canParse(text)
  const hasTail = flag === 'grafana-url' && /[?#]/.test(text)
  if (!isHttp || hasTail) {
    report(
      flag,
      `got ${shown(text)}, expected an http or https URL${flag === 'grafana-url' ? ' without ? and #' : ''}`,
    )
  }
  return text
}

/** NAME.md comes behind it, or into a query. */
function folder(url: string): string {
  return /[?#]/.test(url) || url.endsWith('/') ? url : `${url}/`
}
