import assert from 'node:assert/strict'
import type { RuleSet } from '../../src/rules/rule-sets.ts'
import type { LabelsOf } from './kept-labels.ts'

/** What Prometheus puts on each series of a target; two replicas of an exporter differ by instance and pod. */
const OF_TARGET = ['job', 'namespace', 'instance', 'pod']
/** Whose labels are chosen by whoever runs Prometheus. */
const OF_KAFKA_EXPORTER = ['kafka_cluster']

/** Labels of the series that the rules of a set ask for. */
export function labelsOfSet(name: string, set: RuleSet): LabelsOf {
  const recorded = new Map(set.groups.flatMap(g => g.recordings).map(r => [r.record, r.labels]))
  return metric => {
    if (metric === 'up') return OF_TARGET
    const ofRecorded = recorded.get(metric)
    if (ofRecorded) return ['job', 'namespace', ...ofRecorded]
    const family = set.families.get(metric) ?? set.families.get(metric.replace(/_(bucket|count|sum)$/, ''))
    assert.ok(family, `${metric} is not published`)
    const le = metric.endsWith('_bucket') ? ['le'] : []
    const cluster = name === 'kafka-exporter' || set.foreign?.has(metric) ? OF_KAFKA_EXPORTER : []
    return [...OF_TARGET, ...cluster, ...family.labels, ...le]
  }
}
