import type { Fault } from './fault.ts'
import { shown } from './fault.ts'
import type { Settings } from './settings.ts'

type NameSet = Settings['metrics']['names'][number]

/** Labels that the metrics under other names have beyond those that are reserved anyway. */
export const TAKEN_LABELS: Readonly<Record<NameSet, readonly string[]>> = {
  native: [],
  kminion: [
    'group_id',
    'topic_name',
    'partition_id',
    'broker_id',
    'port',
    'broker_count',
    'partition_count',
    'replication_factor',
    'protocol_type',
    'coordinator_id',
  ],
  'kafka-lag-exporter': ['cluster_name', 'group', 'is_simple_consumer'],
}

/** A constant label that a metric has itself would stand twice on its series. */
export function checkTakenLabels(
  { clusters, metrics }: Settings,
  atOf: (cluster: number) => string,
  faults: Fault[],
): void {
  for (const [i, { labels }] of clusters.entries()) {
    for (const set of metrics.names) {
      for (const label of TAKEN_LABELS[set].filter(each => Object.hasOwn(labels, each))) {
        const problem = `got ${shown(label)}, expected a label name that no metric under the names of ${set} has`
        faults.push({ at: `${atOf(i)}.${label}`, problem })
      }
    }
  }
}
