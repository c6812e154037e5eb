import { createRecordTailer } from '../kafka/tail/record-tailer.ts'
import type { RecordWatcher } from '../model/record-watch.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { RecordWatch } from '../pipeline/record-watch.ts'
import { stateFile, statePathOf } from '../pipeline/state-file.ts'
import { clusterTransport } from './cluster-transport.ts'
import type { PipelineSpec } from './create-pipeline.ts'
import { logWithField } from './log-with-field.ts'
import type { Surroundings } from './surroundings.ts'

const SAVE_TIMEOUT_MS = 5_000
/** A burst of ten times the usual is caught up with at this pace, and no faster. */
const MAX_BYTES_PER_SECOND = 16 * 1024 * 1024

/** Null where nobody wants records of that cluster: then no connection is opened for it. */
export function recordWatchFrom(
  { cluster, stateFile: path }: PipelineSpec,
  watchers: readonly RecordWatcher[],
  snapshot: () => Snapshot | null,
  { log, clock }: Surroundings,
): RecordWatch | null {
  if (watchers.length === 0) return null
  // Connections of its own: a Fetch must not stand in the way of a poll.
  const { transport } = clusterTransport(cluster, clock)
  return new RecordWatch(
    { maxBytesPerSecond: MAX_BYTES_PER_SECOND, saveTimeoutMs: SAVE_TIMEOUT_MS },
    {
      tailer: createRecordTailer({ transport, clock, requestTimeoutMs: cluster.requestTimeoutMs }),
      snapshot,
      watchers,
      store: path === null ? null : stateFile(`${statePathOf(path, cluster.name)}.records`),
      clock,
      log: cluster.name === null ? log : logWithField(log, 'kafka_cluster', cluster.name),
    },
  )
}
