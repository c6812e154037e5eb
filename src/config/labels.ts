import { textPairs } from './text-pairs.ts'

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
  'service',
  'status',
  'phase',
  'stage',
  'api',
  'family',
  'reason',
  'source_topic',
  'cause',
  'le',
  'quantile',
])

/** https://prometheus.io/docs/concepts/data_model/; a leading `__` is for Prometheus itself. */
const LABEL_NAME = /^(?!__)[A-Za-z_]\w*$/

/** Constant labels. */
export const labels = textPairs({
  expected: 'a mapping of label names to values',
  pair: 'NAME=VALUE',
  faultOf(label, value, isKnown) {
    if (!LABEL_NAME.test(label))
      return [label, 'a label name: letters, digits and "_", no digit first, not "__…"']
    if (RESERVED_LABELS.has(label)) return [label, 'a label name that no metric has by itself']
    if (isKnown) return [label, 'each label name once']
    if (typeof value !== 'string') return [value, 'a text in quotes']
    return value === '' ? [value, 'a text that is not empty'] : null
  },
})
