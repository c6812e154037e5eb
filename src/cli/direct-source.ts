import { ExporterError } from '../errors.ts'
import { toGroupDetail } from '../http/api/group-detail.ts'
import { toGroupSummary } from '../http/api/group-summary.ts'
import { missingGroupsOf } from '../http/api/missing.ts'
import { selectGroups } from '../http/api/select-groups.ts'
import { whyDown } from '../http/api/why-down.ts'
import type { ClusterHandle } from '../model/ports.ts'
import { CELL_ADVANCED, CELL_STATES, type Snapshot } from '../model/snapshot.ts'
import { type LagSource, PARTITION_LIMIT, worstPartitionsFirst } from './lag-report.ts'

/** One poll of a cluster, without clocks: nothing was seen before it. Throws ExporterError where it cannot be set up. */
export type PollOnce = (signal: AbortSignal) => Promise<Snapshot>

/** Reports of the cluster itself, each by a poll of its own. */
export function directSource(pollOnce: PollOnce, intervalMs: number): LagSource {
  return {
    async report({ group, topic, partitions, limit }, signal) {
      const snapshot = withoutClocks(await pollOnce(signal))
      if (!snapshot.up) throw new ExporterError('CLUSTER_UNREACHABLE', whyDown(snapshot))
      const handle = handleOf(snapshot, intervalMs)
      const topics = matcher(topic)
      const refs = selectGroups([handle], { group: matcher(group), topic: topics, order: 'sickness' })
      const shown = refs.slice(0, limit)
      const rows = shown.flatMap(ref => {
        const {
          cluster,
          group: name,
          topicList,
        } = toGroupDetail(ref, { topic: topics, limit: PARTITION_LIMIT })
        return topicList.flatMap(block =>
          block.partitions.map(p => ({ cluster, group: name, topic: block.topic, ...p })),
        )
      })
      return {
        source: 'kafka',
        total: refs.length,
        groups: shown.map(toGroupSummary),
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

const ADVANCING = CELL_STATES.indexOf('advancing')
const NEED_CLOCKS: ReadonlySet<number> = new Set(
  (['never_committed', 'no_consumer', 'hung_transaction', 'stalled'] as const).map(state =>
    CELL_STATES.indexOf(state),
  ),
)

/**
 * The clocks of a single poll began with it: they would say "just now" of a consumer that is dead for days, and that
 * it moves of one that stands.
 */
function withoutClocks(snapshot: Snapshot): Snapshot {
  const { cells, blocks, groups } = snapshot
  const unknown = new Float64Array(cells.state.length).fill(Number.NaN)
  return {
    ...snapshot,
    cells: {
      ...cells,
      progressAt: unknown,
      workSince: unknown,
      conditionSince: unknown,
      thresholdMs: Float32Array.from(unknown),
      timeToLossMs: null,
      flags: cells.flags.map(flags => flags & ~CELL_ADVANCED),
      state: cells.state.map(state => (NEED_CLOCKS.has(state) ? ADVANCING : state)),
    },
    blocks: {
      ...blocks,
      lost: new Float64Array(blocks.lost.length).fill(Number.NaN),
      catchUpMs: blocks.catchUpMs.map(ms => (ms === 0 ? 0 : Number.NaN)),
    },
    groups: groups.map(group => ({ ...group, keptUpMs: Number.NaN })),
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
