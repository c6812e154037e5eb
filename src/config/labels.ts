import type { Report, ValueType } from './option.ts'

/** Labels that metrics of this exporter have themselves, and those that exposition formats give a meaning. */
export const RESERVED_LABELS: ReadonlySet<string> = new Set([
  'kafka_cluster',
  'consumergroup',
  'sharegroup',
  'topic',
  'partition',
  'id',
  'address',
  'path',
  'cluster_id',
  'topic_id',
  'cleanup_policy',
  'timestamp_type',
  'state',
  'type',
  'protocol',
  'coordinator',
  'code',
  'client_id',
  'host',
  'dependency',
  'kind',
  'phase',
  'stage',
  'api',
  'family',
  'reason',
  'source_topic',
  'cause',
  'le',
  'quantile',
  'source_topic',
  'cause',
])

/** https://prometheus.io/docs/concepts/data_model/; a leading `__` is for Prometheus itself. */
const LABEL_NAME = /^(?!__)[A-Za-z_]\w*$/

type Labels = Readonly<Record<string, string>>

export const labels: ValueType<Labels> = {
  expected: 'a mapping of label names to values',
  metavar: 'NAME=VALUE,…',
  secret: false,
  parse(raw, report) {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      report(raw, this.expected)
      return undefined
    }
    return fromPairs(Object.entries(raw), report)
  },
  parseTexts(texts, report) {
    const pairs: [string, string][] = []
    let faulty = false
    for (const part of texts.flatMap(text => text.split(','))) {
      const split = part.indexOf('=')
      if (split > 0) pairs.push([part.slice(0, split).trim(), part.slice(split + 1).trim()])
      else if (part.trim() !== '') {
        report(part, 'NAME=VALUE')
        faulty = true
      }
    }
    const parsed = fromPairs(pairs, report)
    return faulty || (pairs.length === 0 && parsed !== undefined) ? undefined : parsed
  },
  render: value => value,
}

function fromPairs(pairs: readonly (readonly [string, unknown])[], report: Report): Labels | undefined {
  const parsed = new Map<string, string>()
  for (const [label, value] of pairs) {
    if (!LABEL_NAME.test(label))
      report(label, 'a label name: letters, digits and "_", no digit first, not "__…"', [label])
    else if (RESERVED_LABELS.has(label)) report(label, 'a label name that no metric has by itself', [label])
    else if (parsed.has(label)) report(label, 'each label name once', [label])
    else if (typeof value !== 'string') report(value, 'a text in quotes', [label])
    else if (value === '') report(value, 'a text that is not empty', [label])
    else parsed.set(label, value)
  }
  return parsed.size === pairs.length ? Object.fromEntries(parsed) : undefined
}
