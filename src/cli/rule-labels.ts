import { shown } from '../config/fault.ts'
import { RESERVED_LABELS } from '../config/labels.ts'
import { pairsOf, type ReportFlag } from './rule-pairs.ts'

/** https://prometheus.io/docs/concepts/data_model/; a leading `__` is for Prometheus itself. */
const LABEL_NAME = /^(?!__)[A-Za-z_]\w*$/
const LABEL_EXPECTED = 'a label name: letters, digits and "_", no digit first, not "__…"'
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const KUBERNETES_NAME = /^(?=.{1,63}$)[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?$/
const KUBERNETES_PREFIX = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

type Labels = Readonly<Record<string, string>>

/** Labels of each alert, beside its own. Values may be templates of Prometheus. */
export function parseAlertLabels(texts: readonly string[], report: ReportFlag): Labels {
  return parseLabels('alert-label', texts, report, (name, value) => {
    if (['severity', 'alertname', 'alertstate'].includes(name))
      return `a label other than ${name}: each alert has its own`
    if (!LABEL_NAME.test(name)) return LABEL_EXPECTED
    // Alerts that differ by it alone would be one, which Prometheus refuses to evaluate.
    if (RESERVED_LABELS.has(name) || name === 'job' || name === 'instance')
      return `a label other than ${name}: it tells what the alert is about`
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\x00-\x1f\x7f]/.test(value)) return 'a value of one line'
    if (!isTemplate(value)) return 'a value in which each {{ has its }}'
    return null
  })
}

/** Labels of a PrometheusRule. */
export function parseMetadataLabels(texts: readonly string[], report: ReportFlag): Labels {
  return parseLabels('label', texts, report, (key, value) => {
    const slash = key.indexOf('/')
    const isKey =
      KUBERNETES_NAME.test(key.slice(slash + 1)) && (slash < 0 || KUBERNETES_PREFIX.test(key.slice(0, slash)))
    if (!isKey) return 'a label name of Kubernetes, such as release or example.com/team'
    if (!KUBERNETES_NAME.test(value)) return 'a value of letters, digits, "-", "_" and ".", at most 63'
    return null
  })
}

/** Null where none is given. */
export function parseReplicaLabels(names: readonly string[], report: ReportFlag): readonly string[] | null {
  for (const name of names) {
    if (!LABEL_NAME.test(name)) report('replica-label', `got ${shown(name)}, expected ${LABEL_EXPECTED}`)
    else if (RESERVED_LABELS.has(name) || name === 'job') {
      report(
        'replica-label',
        `got ${shown(name)}, expected a label by which only replicas of one exporter differ`,
      )
    }
  }
  return names.length === 0 ? null : [...new Set(names)]
}

function parseLabels(
  flag: string,
  texts: readonly string[],
  report: ReportFlag,
  expectation: (name: string, value: string) => string | null,
): Labels {
  const labels = new Map<string, string>()
  for (const { name, value, text } of pairsOf(flag, texts, 'NAME=VALUE', report)) {
    const expected = expectation(name, value)
    if (expected !== null) report(flag, `got ${shown(text)}, expected ${expected}`)
    else if (labels.has(name)) report(flag, `got ${name} twice, expected it once`)
    else labels.set(name, value)
  }
  return Object.fromEntries(labels)
}

function isTemplate(value: string): boolean {
  return value.replaceAll(/\{\{(?:(?!\{\{|\}\}).)*\}\}/g, '').search(/\{\{|\}\}/) < 0
}
