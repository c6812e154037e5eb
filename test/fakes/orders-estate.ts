import { CELL_ADVANCED, CELL_BEYOND_END, CELL_UNCOMMITTED, type Snapshot } from '../../src/model/snapshot.ts'
import { buildSnapshot, NO_OBJECTIVE } from './snapshots.ts'

/** Two clusters with something of everything that the exposition has to get right. */

export const TAKEN_AT = 1_700_000_000_250

export function ordersSnapshot(): Snapshot {
  return buildSnapshot({
    takenAt: TAKEN_AT,
    topics: [
      {
        name: 'orders',
        id: 'AAAAAAAAAAAAAAAAAAAAAQ',
        consumerGroups: 2,
        config: {
          cleanupPolicy: 'delete',
          timestampType: 'CreateTime',
          retentionMs: -1,
          retentionBytes: -1,
          isTiered: false,
        },
        partitions: [
          { leader: 1, logStart: 5, end: 1200, stableEnd: 1190, sizeBytes: 4096 },
          {
            leader: 2,
            preferredLeader: 1,
            inSyncReplicas: 2,
            end: Number.MAX_SAFE_INTEGER,
            sizeBytes: 8192.5,
          },
          { leader: -1, preferredLeader: 3, inSyncReplicas: 0, logStart: Number.NaN, end: Number.NaN },
        ],
      },
      { name: 'audit.log', up: Number.NaN, partitions: [{ end: 4_294_967_296 }] },
    ],
    groups: [
      {
        id: 'pay"ments\\eu\n€',
        members: [
          {
            clientId: 'worker-1',
            host: '10.0.0.7',
            owns: [
              ['orders', 0],
              ['orders', 1],
            ],
          },
          { clientId: 'wörker "2"', host: '10.0.0.8', owns: [['orders', 2]] },
        ],
        rebalances: 3,
        readErrors: [{ name: 'pay"ments\\eu\n€', code: 'GROUP_AUTHORIZATION_FAILED', count: 0 }],
        rewinds: { orders: 2 },
        lost: { orders: 12 },
        catchUpMs: { orders: Number.POSITIVE_INFINITY },
        objective: { ...NO_OBJECTIVE, lagMs: 30_000, stalledAfterMs: 90_500 },
        keptUpMs: 3_600_500,
        commits: {
          orders: {
            0: {
              committed: 1100,
              lag: 100,
              progressAt: TAKEN_AT - 1_500,
              flags: CELL_ADVANCED,
              headAt: TAKEN_AT - 90_250,
              headUncertaintyMs: 0,
              workSince: TAKEN_AT - 1_500,
              headroomMs: 3_600_125,
              timeToLossMs: 7_200_000,
            },
            1: { committed: Number.MAX_SAFE_INTEGER, lag: 0, progressAt: TAKEN_AT - 86_400_007 },
            2: { committed: 77, lag: Number.NaN, progressAt: TAKEN_AT + 40, flags: CELL_ADVANCED },
          },
          'audit.log': {
            0: { committed: 4_294_967_300, lag: Number.NaN, flags: CELL_ADVANCED | CELL_BEYOND_END },
          },
        },
      },
      {
        id: 'billing',
        kind: 'consumer',
        state: 'Reconciling',
        protocol: 'uniform',
        coordinator: -1,
        up: false,
        lastReadAt: 0,
        commits: {
          orders: {
            0: {
              committed: Number.NaN,
              lag: Number.NaN,
              progressAt: TAKEN_AT - 60_000,
              flags: CELL_UNCOMMITTED,
              state: 'never_committed',
              conditionSince: TAKEN_AT - 2_700_001,
            },
            2: { committed: Number.NaN, lag: Number.NaN },
          },
        },
      },
      {
        id: 'shipping',
        state: 'Empty',
        members: [],
        catchUpMs: { 'audit.log': 61_500 },
        commits: {
          'audit.log': {
            // Stamped in the future, so that its lag counts from when it was seen.
            0: {
              committed: 4_294_967_000,
              lag: 296,
              progressAt: TAKEN_AT - 1_900_999,
              headAt: TAKEN_AT - 1_800_000,
              headUncertaintyMs: 7_500,
              headTimestamp: TAKEN_AT + 60_000,
              workSince: TAKEN_AT - 1_800_750,
              state: 'no_consumer',
              conditionSince: TAKEN_AT - 900_750,
            },
          },
        },
      },
      {
        id: 'sharing',
        kind: 'share',
        protocolType: 'share',
        protocol: '',
        members: [],
        share: [
          { topic: 'orders', partition: 0, start: 900, lag: 300 },
          { topic: 'orders', partition: 1, start: Number.NaN, lag: Number.NaN },
        ],
      },
    ],
    brokers: [
      { id: 1, host: 'kafka-1', port: 9093, responseMs: 1.25 },
      { id: 2, host: '2001:db8::2', port: 9093, responseMs: 12 },
      {
        id: 3,
        host: 'kafka-3',
        port: 9093,
        inMetadata: false,
        up: false,
        responseMs: null,
        failure: { code: 'TIMEOUT', message: 'no answer' },
      },
    ],
    missingTopics: {
      refunds: { kind: 'absent' },
      secret: { kind: 'denied', code: 'TOPIC_AUTHORIZATION_FAILED' },
    },
    missingGroups: { redriver: { kind: 'absent' }, hidden: { kind: 'unreadable', code: 'TIMEOUT' } },
    topicErrors: [{ name: 'orders', code: 'LEADER_NOT_AVAILABLE', count: 4 }],
    futureTimestamps: { 'audit.log': 3, orders: 0 },
    deadLetterCauses: [
      {
        topic: 'audit.log',
        malformed: 2,
        causes: [
          {
            sourceTopic: 'orders',
            group: 'shipping',
            cause: 'java.lang.IllegalStateException',
            count: 7,
            published: 7,
          },
          { sourceTopic: '', group: '', cause: 'unread', count: 3, published: 0 },
        ],
      },
    ],
    uncommittedOffset: -1,
    logDirs: [{ node: 1, path: 'C:\\kafka\\logs', bytes: 1.5e12 }],
    poll: {
      probeBytes: 65_536,
      probesDeferred: 2,
      phases: new Map([
        ['metadata', 3],
        ['log_end', 12.5],
      ]),
      requests: new Map([
        ['Metadata', 17],
        ['OffsetFetch', 51],
      ]),
      errors: [{ name: 'log_end', code: 'TIMEOUT', count: 1 }],
    },
  })
}

export function unreachableSnapshot(): Snapshot {
  return buildSnapshot({
    takenAt: TAKEN_AT,
    up: false,
    clusterId: null,
    poll: { lastSuccessAt: 0, errors: [{ name: 'metadata', code: 'CONNECTION_REFUSED', count: 9 }] },
  })
}
