import { ExporterError } from '../errors.ts'
import { toGroupDetail } from '../http/api/group-detail.ts'
import { type GroupSummary, toGroupSummary } from '../http/api/group-summary.ts'
import { missingGroupsOf } from '../http/api/missing.ts'
import type { PartitionLag } from '../http/api/partition-lag.ts'
import { selectGroups } from '../http/api/select-groups.ts'
import { whyDown } from '../http/api/why-down.ts'
import type { ClusterHandle } from '../model/ports.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { type LagSource, worstPartitionsFirst } from './lag-report.ts'

/** One poll of a cluster, without clocks: nothing was seen before it. Throws ExporterError where it cannot be set up. */
export type PollOnce = (signal: AbortSignal) => Promise<Snapshot>

const PARTITION_LIMIT = 10_000

/** Reports of the cluster itself, each by a poll of its own. */
export function directSource(pollOnce: PollOnce, intervalMs: number): LagSource {
  return {
    async report({ group, topic, partitions, limit }, signal) {
      const snapshot = await pollOnce(signal)
      if (!snapshot.up) throw new ExporterError('CLUSTER_UNREACHABLE', whyDown(snapshot))
      const handle = handleOf(snapshot, intervalMs)
      const topics = matcher(topic)
      const refs = selectGroups([handle], { group: matcher(group), topic: topics, order: 'lag' })
      const shown = refs.slice(0, limit)
      const rows = shown.flatMap(ref => {
        const {
          cluster,
          group: name,
          topicList,
        } = toGroupDetail(ref, { topic: topics, limit: PARTITION_LIMIT })
        return topicList.flatMap(block =>
          block.partitions.map(p => ({ cluster, group: name, topic: block.topic, ...withoutAge(p) })),
        )
      })
      return {
        source: 'kafka',
        total: refs.length,
        groups: shown.map(toGroupSummary).map(withoutClocks),
        partitions: partitions ? rows.sort(worstPartitionsFirst) : null,
        missing: missingGroupsOf([handle]),
        unavailable: [],
      }
    },
    intervalMs: () => Promise.resolve(intervalMs),
  }
}

function matcher(pattern: RegExp | null): ((names: readonly string[]) => readonly boolean[]) | null {
  return pattern === null ? null : names => names.map(name => pattern.test(name))
}

/** The clocks of a single poll began with it: their ages would say "just now" of a consumer that is dead for days. */
function withoutAge<Partition extends PartitionLag>(partition: Partition): Partition {
  return { ...partition, advanceAgeSeconds: null, lastAdvanceAt: null }
}

function withoutClocks(group: GroupSummary): GroupSummary {
  return {
    ...group,
    oldestAdvanceAgeSeconds: null,
    sicknessSeconds: null,
    worst: group.worst === null ? null : withoutAge(group.worst),
  }
}

function handleOf(snapshot: Snapshot, pollIntervalMs: number): ClusterHandle {
  return {
    name: null,
    labels: {},
    pollIntervalMs,
    maxReadingAgeMs: Number.POSITIVE_INFINITY,
    snapshot: () => snapshot,
    polled: () => true,
  }
}
