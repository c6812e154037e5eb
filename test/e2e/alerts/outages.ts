import type { ExpectedAlert } from './expected-alert.ts'
import { type Fault, patiently } from './faults.ts'
import { PROFILE } from './profile.ts'

const MINUTE = 60_000
const isFull = PROFILE.name === 'full'

/** A day, or what the flags say. */
const PROVEN = isFull ? 'a day' : '5 seconds'

const UNPROVEN = (consumergroup: string): ExpectedAlert => ({
  alert: 'KafkaConsumerGroupUnproven',
  severity: 'info',
  about: { consumergroup },
  summary: `${consumergroup} has not yet kept up for ${PROVEN} in shop`,
  description: `${consumergroup} has met its lag objective for <duration> of traffic. Before ${PROVEN} of it nobody should rely on the group.`,
  ...(isFull && { lasts: true }),
})

/** Groups are younger than a day: in the full form that is told from the beginning. */
export const FROM_THE_START: readonly ExpectedAlert[] = isFull
  ? [UNPROVEN('billing'), UNPROVEN('mailing')]
  : []

/** Over its objective for long enough to spend the budget of more than a day. */
const BURN: readonly ExpectedAlert[] = [
  {
    alert: 'KafkaConsumerLagBudgetBurnFast',
    severity: 'critical',
    about: { consumergroup: 'mailing' },
    summary: 'mailing misses its lag objective too often in shop',
    description:
      'mailing was over its lag objective for <share> of the last 1 h, at least 14.4 times what its service level allows.',
  },
  {
    alert: 'KafkaConsumerLagBudgetBurnSlow',
    severity: 'warning',
    about: { consumergroup: 'mailing' },
    summary: 'mailing misses its lag objective too often in shop',
    description:
      'mailing was over its lag objective for <share> of the last 6 h, at least 6 times what its service level allows.',
    fate: 'late',
    lasts: true,
  },
]

const LATE: Fault = {
  what: 'a group has far more to do than it can in time',
  expected: [
    {
      alert: 'KafkaConsumerLagOverObjective',
      severity: 'warning',
      about: { consumergroup: 'mailing' },
      summary: 'mailing is further behind than its objective allows in shop',
      description:
        'The oldest record that mailing has not committed is <duration> old: more than its objective allows, and not just for a moment.',
      ...(isFull && { fate: 'inhibited' }),
    },
    {
      alert: 'KafkaConsumerLagHigh',
      severity: 'warning',
      about: { consumergroup: 'mailing' },
      summary: 'mailing is many messages behind in shop',
      description: `mailing has <count:${isFull ? 150_000 : 3_000}> messages to go.`,
    },
    ...(isFull ? BURN : [UNPROVEN('mailing')]),
  ],
  async breakIt({ lab }) {
    await lab.steer('mailing-1', { recordsPerSecond: 5 })
    const count = isFull ? 155_000 : 3_100
    await lab.produce([{ topic: 'mails', count, timestamp: Date.now() - 10 * MINUTE }])
  },
  mendIt: ({ lab }) => lab.steer('mailing-1', { recordsPerSecond: 0 }),
}

const HUNG: Fault = {
  what: 'a transaction is never ended',
  expected: [
    {
      alert: 'KafkaHungTransaction',
      severity: 'critical',
      about: { consumergroup: 'accounting', topic: 'ledger', state: 'hung_transaction' },
      summary: 'A transaction on ledger holds accounting up in shop',
      description:
        'accounting has waited at a transaction on ledger for <duration>: it was never ended, and nobody who reads committed data gets past it.',
    },
  ],
  breakIt: ({ lab }) => lab.transaction('booking-lost', 'open', [{ topic: 'ledger', count: 3 }]),
  mendIt: ({ lab }) => lab.transaction('booking-lost', 'abort'),
}

const TOPIC_GONE: Fault = {
  what: 'an expected topic is deleted',
  expected: [
    {
      alert: 'KafkaTopicMissing',
      severity: 'critical',
      about: { topic: 'invoices' },
      summary: 'Topic invoices is missing in shop',
      description: 'invoices is expected by the configuration, and no broker knows it.',
    },
  ],
  breakIt: ({ lab }) => lab.deleteTopics(['invoices']),
  // Two, for a broker may be down.
  mendIt: ({ lab }) => patiently(() => lab.createTopics([{ name: 'invoices', replication: 2 }])),
}

const DATABASE: Fault = {
  what: 'Postgres is stopped',
  expected: [
    {
      alert: 'KafkaDependencyDown',
      severity: 'critical',
      about: { dependency: 'orders-db', kind: 'postgres' },
      summary: 'orders-db (postgres) is down',
      description:
        'orders-db (postgres) does not answer within its deadline. Consumers that need it stand still, or park records.',
    },
  ],
  breakIt: ({ postgres }) => postgres.stop(),
  mendIt: ({ postgres }) => postgres.start(),
}

const BROKER: Fault = {
  what: 'a broker is stopped',
  isLast: true,
  expected: [
    {
      alert: 'KafkaBrokerDown',
      severity: 'critical',
      about: { id: '3' },
      summary: 'Broker 3 is down in shop',
      description: 'Broker 3 does not answer within its deadline, for longer than a restart takes.',
    },
    {
      alert: 'KafkaTopicPartitionOffline',
      severity: 'critical',
      about: { topic: 'local' },
      summary: 'A partition of local is offline in shop',
      description: 'At least one partition of local has no live leader: it can be neither written nor read.',
      fate: 'inhibited',
    },
    {
      alert: 'KafkaUnderReplicatedPartitions',
      severity: 'warning',
      about: {},
      summary: 'Partitions lack replicas in shop',
      description:
        '<count:20> partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.',
      fate: 'inhibited',
    },
  ],
  breakIt: ({ kafka }) => kafka.broker(3).kill(),
  async mendIt({ kafka }) {
    await kafka.broker(3).restart()
    await kafka.ready()
  },
}

/**
 * Beside the consumers'. A quarter of an hour for a transaction, and three minutes in which a topic is not yet missed,
 * are nothing that could be shortened.
 */
export const OUTAGES: readonly Fault[] = [LATE, DATABASE, ...(isFull ? [HUNG, TOPIC_GONE] : []), BROKER]
