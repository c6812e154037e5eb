import { AdminCalls } from '../admin/admin-calls.ts'
import type { ClusterSettings } from '../config/settings.ts'
import { createRecordTailer } from '../kafka/tail/record-tailer.ts'
import type { RecordTailer } from '../model/tail.ts'
import { clusterTransport } from '../run/cluster-transport.ts'

export interface DlqSession {
  readonly calls: AdminCalls
  readonly tailer: RecordTailer
  close(): Promise<void>
}

/** Connections to one cluster for one command: those that read records are their own. */
export function openDlqSession(cluster: ClusterSettings, signal: AbortSignal): DlqSession {
  const { transport } = clusterTransport(cluster, Date.now)
  const { transport: forRecords } = clusterTransport(cluster, Date.now)
  const { requestTimeoutMs } = cluster
  const tailer = createRecordTailer({ transport: forRecords, clock: Date.now, requestTimeoutMs })
  return {
    calls: new AdminCalls(transport, signal),
    tailer,
    async close() {
      await Promise.all([tailer.close(), transport.close()])
    },
  }
}
