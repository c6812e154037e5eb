import { abandoned } from '../../../bench/accuracy/traces/abandoned.ts'
import { joinMoves, movesBefore } from '../../../bench/accuracy/traces/consumers.ts'
import { poisonPill } from '../../../bench/accuracy/traces/poison-pill.ts'
import { HOUR, MINUTE, movesOf, NO_MOVES, plainLog, traceOf } from '../../../bench/accuracy/traces/trace.ts'
import { hungTransaction } from '../../../bench/accuracy/traces/transactions.ts'
import { expect, GROUP_LABELS, onPartition, type Scenario, TOPIC_LABELS, unproven } from './scenario.ts'
import { arrivals, empty, served, stable } from './worlds.ts'

const OPTIONS = { seed: 3, partitions: 2, wedged: false }

/** Its 18th partition is wedged at two fifths of it, while its siblings go on: 80 minutes of 200. */
function oneOfFifty(): Scenario {
  const trace = { ...poisonPill({ ...OPTIONS, days: 200 / 1440 }), objective: { lagMs: 5 * MINUTE } }
  const faultAt = 80 * MINUTE
  return {
    name: 'one of 50 partitions is wedged, its siblings move',
    trace,
    faultAt,
    fires: [
      ...unproven({ trace, faultAt }),
      expect('KafkaConsumerPartitionStuck', onPartition(17), 5, 7),
      expect('KafkaConsumerLagOverObjective', GROUP_LABELS, 15, 17),
      expect('KafkaConsumerLagBudgetBurnFast', GROUP_LABELS, 13, 17),
      expect('KafkaConsumerLagBudgetBurnSlow', GROUP_LABELS, 29, 34),
    ],
    offsetsOnly: { fires: [expect('KafkaConsumerPartitionStuck', onPartition(17), 15, 20)] },
  }
}

/** What comes in the first hour is worked off but for the last five messages; nothing comes any more. */
function poisonedAtTheEnd(): Scenario {
  const appendedAt = arrivals(5, 0.2, HOUR)
  const bad = appendedAt.length - 5
  const faultAt = appendedAt[bad] as number
  const partition = served({ appendedAt, pauses: [{ from: faultAt, to: 4 * HOUR }] })
  return {
    name: 'a poison pill with 5 messages left and no inflow',
    trace: traceOf('poison pill at the end', 3 * HOUR, [
      partition,
      served({ appendedAt: arrivals(6, 0.2, HOUR) }),
    ]),
    faultAt,
    fires: [expect('KafkaConsumerPartitionStuck', onPartition(0), 5, 7)],
    offsetsOnly: { fires: [expect('KafkaConsumerPartitionStuck', onPartition(0), 15, 20)] },
  }
}

/** It is deleted: no broker lists it, its commits are gone, and all its series vanish. */
function vanished(): Scenario {
  const trace = traceOf('vanished', 3 * HOUR, [served({ appendedAt: arrivals(7, 0.2, 3 * HOUR) })], {
    objective: { lagMs: MINUTE },
  })
  const faultAt = HOUR
  return {
    name: 'a group and its series vanish',
    trace,
    faultAt,
    options: { configuredGroups: new Set(['billing']) },
    disturb: (observation, { startedAt }) =>
      startedAt < faultAt || observation.cluster === null
        ? observation
        : {
            ...observation,
            cluster: {
              ...observation.cluster,
              groups: [],
              missingGroups: new Map([['billing', { kind: 'absent' }]]),
            },
          },
    fires: [...unproven({ trace, faultAt }), expect('KafkaConsumerGroupMissing', GROUP_LABELS, 5, 8)],
    offsetsOnly: { fires: [expect('KafkaConsumerGroupMissing', GROUP_LABELS, 10, 15)] },
  }
}

/** From the first half hour on a consumer is there that reads everything and commits nothing. */
function neverCommits(): Scenario {
  const partitions = [8, 9].map(seed => ({
    logs: [plainLog(arrivals(seed, 0.2, 2 * HOUR))],
    commits: NO_MOVES,
    wedges: [],
  }))
  const faultAt = HOUR / 2
  return {
    name: 'a consumer is alive and never commits',
    trace: traceOf('never commits', 2 * HOUR, partitions, { group: [empty(0), stable(faultAt)] }),
    faultAt,
    fires: [expect('KafkaConsumerNeverCommits', TOPIC_LABELS, 15, 17)],
    offsetsOnly: {
      fires: [],
      why: 'without a commit kafka_exporter has no series of the group on the topic',
    },
  }
}

/** Somebody resets the first partition by 500 records while nobody is there, for five minutes. */
function rewound(): Scenario {
  const away = HOUR
  const faultAt = away + 2 * MINUTE
  const back = away + 5 * MINUTE
  const appendedAt = arrivals(10, 0.2, 3 * HOUR)
  const before = movesBefore(served({ appendedAt }).commits, away)
  const target = (before.to.at(-1) ?? 0) - 500
  const after = served({ appendedAt, from: back, offset: target }).commits
  const commits = joinMoves(before, movesOf([[faultAt, target]]), after)
  const trace = traceOf('rewound', 3 * HOUR, [{ logs: [plainLog(appendedAt)], commits, wedges: [] }], {
    group: [stable(0), empty(away), stable(back)],
    objective: { lagMs: HOUR },
  })
  return {
    name: 'offsets are set back',
    trace,
    faultAt,
    fires: [...unproven({ trace, faultAt }), expect('KafkaConsumerRewound', TOPIC_LABELS, 0, 2)],
    offsetsOnly: { fires: [expect('KafkaConsumerRewound', TOPIC_LABELS, 0, 2)] },
  }
}

/** The last member leaves while records come. */
function noConsumer(): Scenario {
  const faultAt = HOUR
  const partitions = [11, 12].map(seed =>
    served({ appendedAt: arrivals(seed, 0.2, 3 * HOUR), pauses: [{ from: faultAt, to: 4 * HOUR }] }),
  )
  const trace = traceOf('no consumer', 3 * HOUR, partitions, { group: [stable(0), empty(faultAt)] })
  return {
    name: 'a backlog and no consumer',
    trace,
    faultAt,
    fires: [expect('KafkaConsumerGroupWithoutConsumer', TOPIC_LABELS, 15, 17)],
    offsetsOnly: { fires: [expect('KafkaConsumerGroupWithoutConsumer', TOPIC_LABELS, 15, 24)] },
  }
}

/** Its members read another topic from half time on. */
function noLongerRead(): Scenario {
  return {
    name: 'a topic is no longer read by the group',
    trace: abandoned({ ...OPTIONS, days: 4 / 24 }),
    faultAt: 2 * HOUR,
    fires: [expect('KafkaConsumerTopicAbandoned', TOPIC_LABELS, 15, 19)],
    offsetsOnly: {
      fires: [0, 1].map(p => expect('KafkaConsumerPartitionStuck', onPartition(p), 15, 20)),
      why: 'who reads what is not told by kafka_exporter: its members are there, and its commits stand',
    },
  }
}

/** On the second partition, from three tenths of five hours and a minute on. */
function heldUp(): Scenario {
  const faultAt = 1.5 * HOUR + MINUTE
  return {
    name: 'a hung transaction',
    trace: hungTransaction({ ...OPTIONS, days: 5 / 24 }),
    faultAt,
    fires: [expect('KafkaHungTransaction', TOPIC_LABELS, 15, 18)],
    offsetsOnly: {
      fires: [
        expect('KafkaConsumerPartitionStuck', onPartition(1), 15, 20),
        expect('KafkaConsumerFallingBehind', TOPIC_LABELS, 70, 100),
      ],
      why: 'offsets tell that nobody gets past and that lag grows, not what is in the way',
    },
  }
}

export const FAULTS_OF_PROGRESS: readonly Scenario[] = [
  oneOfFifty(),
  poisonedAtTheEnd(),
  vanished(),
  neverCommits(),
  rewound(),
  noConsumer(),
  noLongerRead(),
  heldUp(),
]
