import { NO_DEAD_LETTERS } from '../../src/model/dead-letters.ts'
import { CELL_STATES, type Objective, type Snapshot } from '../../src/model/snapshot.ts'
import { buildTopology } from '../../src/model/topology.ts'

/**
 * A cluster on which every group has committed on every partition: 20 topics of 50 partitions, and as many groups as
 * it takes. Four of the default families have a series per committed partition, so that one million series are
 * some 240 groups.
 */
const TOPICS = 20
const PARTITIONS = 50
export const SERIES_PER_GROUP = 4 * TOPICS * PARTITIONS + 9 * TOPICS + 14

const topology = buildTopology(
  Array.from({ length: TOPICS }, (_, t) => ({
    name: `orders.events.topic-${t}`,
    id: '',
    partitions: PARTITIONS,
  })),
)

const CAUGHT_UP = CELL_STATES.indexOf('caught_up')
const ADVANCING = CELL_STATES.indexOf('advancing')

const OBJECTIVE: Objective = {
  lagMs: null,
  stalledAfterMs: 300_000,
  stalledAfterMaxMs: 3_600_000,
  clock: 'record',
  isolation: 'auto',
}

/** Column of `length` values. */
function fill(length: number, value: (i: number) => number): Float64Array {
  const column = new Float64Array(length)
  for (let i = 0; i < length; i++) column[i] = value(i)
  return column
}

function layoutOf(groups: number): Snapshot['layout'] {
  const blocks = groups * TOPICS
  const cellRow = new Int32Array(blocks * PARTITIONS)
  for (let c = 0; c < cellRow.length; c++) {
    const block = Math.floor(c / PARTITIONS)
    const topic = topology.indexOf.get(topology.topics[block % TOPICS] as string) as number
    cellRow[c] = (topology.start[topic] as number) + (c % PARTITIONS)
  }
  return {
    topology,
    groups: Array.from({ length: groups }, (_, g) => `payments-consumer-group-${g}`),
    groupStart: Int32Array.from({ length: groups + 1 }, (_, g) => g * TOPICS),
    blockTopic: Int32Array.from({ length: blocks }, (_, b) => b % TOPICS),
    blockStart: Int32Array.from({ length: blocks + 1 }, (_, b) => b * PARTITIONS),
    cellRow,
  }
}

/** The poll of that number; topology and layout are those of the poll before. */
export function estate(groups: number): (poll: number) => Snapshot {
  const layout = layoutOf(groups)
  const cells = layout.cellRow.length
  const blocks = layout.blockTopic.length
  const rows = TOPICS * PARTITIONS
  return poll => {
    const takenAt = 1_700_000_000_000 + poll * 15_000
    return {
      takenAt,
      up: true,
      clusterId: 'k4fk4-cluster-id',
      topology,
      partitions: {
        leader: new Int32Array(rows).fill(1),
        preferredLeader: new Int32Array(rows).fill(1),
        replicas: new Uint16Array(rows).fill(3),
        inSyncReplicas: new Uint16Array(rows).fill(3),
        logStart: fill(rows, row => row * 10),
        highWatermark: fill(rows, row => 1_000_000_000 + row * 1_000 + poll),
        lastStableOffset: null,
        sizeBytes: null,
        readAt: fill(rows, () => takenAt),
      },
      topics: {
        up: fill(TOPICS, () => 1),
        consumerGroups: fill(TOPICS, () => groups),
        configs: new Map(),
        futureTimestamps: new Map(),
        missing: new Map(),
      },
      brokers: [],
      layout,
      cells: {
        committed: fill(cells, c => 900_000_000 + ((c * 7_919) % 100_000_000) + poll),
        // Two in five caught up, the others anywhere up to a hundred million behind.
        lag: fill(cells, c => (c % 5 < 2 ? 0 : (c * 2_654_435 + poll) % (c % 5 === 2 ? 1e8 : 1e4))),
        progressAt: fill(cells, c => takenAt - ((c * 37) % 600_000)),
        flags: new Uint8Array(cells),
        readAt: fill(cells, () => takenAt),
        headAt: fill(cells, c => (c % 5 < 2 ? Number.NaN : takenAt - ((c * 7_907) % 3_600_000))),
        headUncertaintyMs: new Float32Array(cells),
        headTimestamp: fill(cells, c => (c % 5 < 2 ? Number.NaN : takenAt - ((c * 7_907) % 3_600_000))),
        workSince: fill(cells, c => (c % 5 < 2 ? Number.NaN : takenAt - ((c * 37) % 600_000))),
        state: Uint8Array.from({ length: cells }, (_, c) => (c % 5 < 2 ? CAUGHT_UP : ADVANCING)),
        conditionSince: new Float64Array(cells).fill(Number.NaN),
        thresholdMs: new Float32Array(cells).fill(900_000),
        headroomMs: null,
        timeToLossMs: null,
      },
      blocks: {
        committedSum: fill(blocks, b => 45_000_000_000 + b + poll),
        lagSum: fill(blocks, b => b * 1_000 + poll),
        beyondEnd: fill(blocks, () => 0),
        rewinds: fill(blocks, () => 0),
        lost: fill(blocks, () => 0),
        catchUpMs: fill(blocks, b => (b * 977) % 600_000),
      },
      groups: layout.groups.map(id => ({
        id,
        kind: 'classic',
        state: 'Stable',
        protocolType: 'consumer',
        protocol: 'range',
        coordinator: 1,
        up: true,
        exists: true,
        members: [],
        lagMax: 100_000,
        lagMsMax: 3_600_000,
        objective: OBJECTIVE,
        keptUpMs: Number.NaN,
        rebalances: 0,
        lastReadAt: takenAt,
        readErrors: [],
        failure: null,
        share: null,
      })),
      missingGroups: new Map(),
      configuredTopics: new Set(),
      configuredGroups: new Set(),
      topicErrors: [],
      logDirs: [],
      openTransactions: new Map(),
      schemas: null,
      deadLetters: NO_DEAD_LETTERS,
      deadLetterCauses: [],
      unreadable: new Map(),
      uncommittedOffset: Number.NaN,
      poll: {
        startedAt: takenAt - 250,
        endedAt: takenAt,
        lastSuccessAt: takenAt,
        intervalMs: 15_000,
        stateWriteErrors: 0,
        clockStartAt: 1_699_000_000_000,
        probeBytes: 0,
        probesDeferred: 0,
        phases: new Map(),
        requests: new Map(),
        errors: [],
        lastErrors: [],
      },
    }
  }
}
