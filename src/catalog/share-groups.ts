import type { ShareView, Snapshot } from '../model/snapshot.ts'
import { topicOfRow } from '../model/topology.ts'
import type { Family, Sample } from './family.ts'

const facts = { kind: 'sample', type: 'gauge', onByDefault: true, subject: 'Share groups' } as const
const labels = ['sharegroup', 'topic', 'partition'] as const

export const SHARE_GROUPS: readonly Family[] = [
  {
    ...facts,
    name: 'kafka_sharegroup_start_offset',
    help: 'Share-partition start offset (KIP-932): every record before it is done',
    labels,
    samples: s => perPartition(s, share => share.startOffsets),
  },
  {
    ...facts,
    name: 'kafka_sharegroup_lag',
    help: 'Records that the share group has not finished (KIP-1226), where the broker tells',
    labels,
    samples: s => perPartition(s, share => share.lags),
  },
]

function* perPartition(s: Snapshot, column: (share: ShareView) => Float64Array): Iterable<Sample> {
  for (const group of s.groups) {
    if (group.share === null) continue
    const values = column(group.share)
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      if (Number.isNaN(value)) continue
      const row = group.share.rows[i] as number
      const t = topicOfRow(s.topology, row)
      yield [value, group.id, s.topology.topics[t] as string, String(row - (s.topology.start[t] as number))]
    }
  }
}
