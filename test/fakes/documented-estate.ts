import type { Estate } from '../../src/model/ports.ts'
import type { SchemaTopicView } from '../../src/model/schema-watch.ts'
import type { ServiceView } from '../../src/model/service-status.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { estateOf, fakeCluster, snapshotOf, TAKEN_AT } from './estate.ts'
import { INCIDENT } from './incident.ts'

/** What the examples of docs/api.md are answers of: a cluster in trouble, one not polled yet, two databases, two services. */
export function documentedEstate(): Estate {
  const kind = 'postgres' as const
  const failure = { code: 'CONNECTION_REFUSED', message: 'connect ECONNREFUSED 127.0.0.1:5432' }
  return estateOf(
    [
      { ...fakeCluster('orders', documentedSnapshot()), labels: { environment: 'production' } },
      fakeCluster('audit', null),
    ],
    [
      { name: 'orders-db', kind, up: true, pingMs: 1.5, checkedAt: TAKEN_AT, failure: null },
      { name: 'ledger-db', kind, up: false, pingMs: null, checkedAt: TAKEN_AT, failure },
    ],
    [SERVING, OFFLINE],
  )
}

const SERVING: ServiceView = {
  name: 'bff',
  address: 'bff:50051',
  status: 'serving',
  since: TAKEN_AT - 86_400_000,
  checkMs: 2.5,
  checkedAt: TAKEN_AT,
  failure: null,
  resources: { cpuRatio: 0.25, memoryBytes: 73_400_320, failure: null },
}

const OFFLINE: ServiceView = {
  name: 'pricing',
  address: 'pricing:50051',
  status: 'offline',
  since: TAKEN_AT - 840_000,
  checkMs: 0.8,
  checkedAt: TAKEN_AT,
  failure: { code: 'CONNECTION_REFUSED', message: 'connection refused' },
  resources: null,
}

const DOCUMENTED_SCHEMAS: SchemaTopicView = {
  topic: 'payments',
  checked: 48_210,
  fallback: 12,
  undecodable: { undecodable: 1, unknown_schema_id: 0 },
  unsampled: 1_377,
  droppedFields: {
    case_collision: 86,
    name_collision: 0,
    type_flip: 4,
    missing_required: 0,
    null_violation: 0,
  },
  affectedRecords: {
    case_collision: 43,
    name_collision: 0,
    type_flip: 4,
    missing_required: 0,
    null_violation: 0,
    oversize: 0,
  },
  problems: [
    {
      reason: 'case_collision',
      field: 'payer.userName',
      detail: 'beside username',
      count: 43,
      firstAt: TAKEN_AT - 3_600_000,
      lastAt: TAKEN_AT - 4_000,
    },
    {
      reason: 'case_collision',
      field: 'payer.username',
      detail: 'beside userName',
      count: 43,
      firstAt: TAKEN_AT - 3_600_000,
      lastAt: TAKEN_AT - 4_000,
    },
    {
      reason: 'type_flip',
      field: 'amount',
      detail: 'string, registered as long',
      count: 4,
      firstAt: TAKEN_AT - 60_000,
      lastAt: TAKEN_AT - 9_000,
    },
  ],
  problemsLeftOut: 0,
}

function documentedSnapshot(): Snapshot {
  const snapshot = snapshotOf({
    ...INCIDENT,
    topics: [...(INCIDENT.topics ?? []), { name: 'settlement-dlt', partitions: 1, end: 17 }],
    groups: [
      ...(INCIDENT.groups ?? []),
      {
        id: 'thumbnails',
        kind: 'share',
        members: [{ clientId: 'thumbnails-1', owns: [['audit', 0]] }],
        share: [
          { topic: 'audit', partition: 0, start: 880, lag: 20 },
          { topic: 'audit', partition: 1, start: Number.NaN, lag: Number.NaN },
        ],
      },
    ].sort((a, b) => (a.id < b.id ? -1 : 1)) as NonNullable<typeof INCIDENT.groups>,
  })
  const week = { cleanupPolicy: 'delete', timestampType: 'CreateTime', retentionMs: 604_800_000 }
  return {
    ...snapshot,
    schemas: { topics: [DOCUMENTED_SCHEMAS] },
    groups: snapshot.groups.map(group =>
      group.kind === 'share' ? { ...group, protocolType: 'share', protocol: 'simple' } : group,
    ),
    topics: {
      ...snapshot.topics,
      configs: new Map([['payments', { ...week, retentionBytes: -1, isTiered: false }]]),
    },
    deadLetters: {
      rows: Int32Array.of(5),
      depth: Float64Array.of(17),
      undrained: Float64Array.of(4),
      arrived: Float64Array.of(17),
      oldestAt: Float64Array.of(TAKEN_AT - 86_400_000),
      newestAt: Float64Array.of(TAKEN_AT - 61_500),
      drainedBy: new Map([['settlement-dlt', 'redriver']]),
    },
    deadLetterCauses: [
      {
        topic: 'settlement-dlt',
        malformed: 1,
        causes: [
          {
            sourceTopic: 'payments',
            group: 'settlement',
            cause: 'java.lang.IllegalStateException',
            count: 5,
            published: 5,
          },
          { sourceTopic: '', group: '', cause: 'unknown', count: 1, published: 1 },
        ],
      },
    ],
    poll: {
      ...snapshot.poll,
      phases: new Map([
        ['metadata', 20],
        ['log_start', 31],
        ['commits', 44],
        ['log_end', 24],
        ['slow', 1],
      ]),
    },
  }
}
