import { CELL_ADVANCED, CELL_BEYOND_END, CELL_REWOUND, type Snapshot } from '../../src/model/snapshot.ts'
import { BROKER, type SnapshotSpec, snapshotOf } from './estate.ts'

/** One cluster in trouble: a consumer wedged on one partition, one stopped, one healthy, one unreadable. */
export const INCIDENT: SnapshotSpec = {
  topics: [
    { name: 'payments', partitions: 3, end: 5_000 },
    { name: 'audit', partitions: 2, end: 900, leaderless: [1] },
  ],
  groups: [
    {
      id: 'settlement',
      objective: { lagMs: 30_000 },
      keptUpMs: 0,
      cells: [
        { topic: 'payments', partition: 0, committed: 5_000, lag: 0, age: 2 },
        {
          topic: 'payments',
          partition: 1,
          committed: 3_766,
          lag: 1_234,
          age: 852,
          state: 'stalled',
          threshold: 300,
          headAge: 860,
          headroom: 11_400,
        },
        { topic: 'payments', partition: 2, committed: 4_990, lag: 10, age: 3, headAge: 4 },
      ],
      members: [
        { clientId: 'settlement-1', host: '10.0.0.7', owns: [['payments', 0]] },
        {
          clientId: 'settlement-2',
          host: '10.0.0.8',
          owns: [
            ['payments', 1],
            ['payments', 2],
          ],
        },
      ],
    },
    {
      id: 'archiver',
      state: 'Empty',
      cells: [
        { topic: 'audit', partition: 0, committed: 100, lag: 800, age: 90, headAge: 95, flags: 0 },
        {
          topic: 'audit',
          partition: 1,
          committed: 950,
          flags: CELL_ADVANCED | CELL_BEYOND_END | CELL_REWOUND,
        },
      ],
    },
    {
      id: 'fulfilment',
      kind: 'consumer',
      protocol: 'uniform',
      cells: [{ topic: 'payments', partition: 0, committed: 1_000, lag: 4_000, age: 1, headAge: 31 }],
      members: [{ clientId: 'f', owns: [['payments', 0]] }],
    },
    { id: 'reports', cells: [{ topic: 'audit', partition: 0, committed: 900, lag: 0, age: 4_000 }] },
    {
      id: 'legacy',
      up: false,
      state: '',
      members: null,
      failure: {
        code: 'COORDINATOR_NOT_AVAILABLE',
        message: 'kafka-2:9092: the coordinator is not available',
      },
    },
  ],
  brokers: [
    BROKER,
    {
      id: 2,
      host: 'kafka-2',
      port: 9092,
      inMetadata: false,
      up: false,
      responseMs: null,
      failure: { code: 'TIMEOUT', message: 'kafka-2:9092: no answer within 5 s' },
    },
  ],
  futureTimestamps: { payments: 2 },
  configuredGroups: ['settlement'],
  missingGroups: { invoicing: { kind: 'absent' } },
  missingTopics: { 'payments-dlq': { kind: 'denied', code: 'TOPIC_AUTHORIZATION_FAILED' } },
  topicErrors: [{ name: 'audit', code: 'LEADER_NOT_AVAILABLE', count: 7 }],
  lastErrors: [
    { stage: 'log_end', code: 'TIMEOUT', node: 2, message: 'kafka-2:9092: no answer within 5 s' },
    { stage: 'metadata', code: 'CONNECTION_CLOSED', node: -1, message: 'closed' },
  ],
}

export function incidentSnapshot(): Snapshot {
  return snapshotOf(INCIDENT)
}
