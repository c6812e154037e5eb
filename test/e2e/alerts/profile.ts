/** How long everything takes. What the files that are shipped say, or shortened, by what a user may choose too. */
export interface Profile {
  readonly name: 'short' | 'full'
  /** Of rules that count no evaluations; null: as the file says. */
  readonly evaluationInterval: string | null
  /** Of the exporter: beside brokers and name of its cluster. */
  readonly cluster: object
  readonly dependency: object
  readonly scrapeInterval: string
  /** Flags of `rules`; null: the rule file of the repository. */
  readonly ruleFlags: readonly string[] | null
  /** Null: those of the sample. */
  readonly waits: { readonly group_wait: string; readonly group_interval: string } | null
  /** Rules are evaluated for so long after the restarts before anything is broken. */
  readonly quietSeconds: number
  /** An alert, or its end, has to arrive within. */
  readonly arrivesWithinSeconds: number
  /** And for so long after the last end, which in the short form comes minutes after the others. */
  readonly restSeconds: number
}

/** Clocks and windows are patience enough. */
const AT_ONCE = [
  'KafkaConsumerPartitionStuck',
  'KafkaConsumerGroupWithoutConsumer',
  'KafkaConsumerNeverCommits',
  'KafkaConsumerTopicAbandoned',
  'KafkaConsumerRewound',
  'KafkaConsumerRetentionLow',
  'KafkaConsumerLossImminent',
  'KafkaConsumerOffsetsLost',
  'KafkaUnderReplicatedPartitions',
  'KafkaHungTransaction',
]

/** They count over ten minutes and more, which no flag shortens: with a shorter wait a restart would be told. */
const LONG_WINDOWS = ['KafkaTopicUnreadable', 'KafkaConsumerRebalanceStorm', 'KafkaHealthExporterPollFailing']

const SHORT: Profile = {
  name: 'short',
  evaluationInterval: '5s',
  cluster: {
    poll_interval: '1s',
    request_timeout: '2s',
    no_consumer_after: '20s',
    objectives: [
      { groups: ['billing', 'mailing'], lag_seconds: '30s', stalled_after: '15s', stalled_after_max: '40s' },
      { groups: ['.*'], stalled_after: '15s', stalled_after_max: '40s' },
    ],
  },
  dependency: { interval: '1s', timeout: '1s' },
  scrapeInterval: '1s',
  ruleFlags: [
    // Longer than what passes by itself.
    '--for=*=30s',
    '--keep-firing-for=*=0s',
    ...AT_ONCE.map(name => `--for=${name}=0s`),
    ...LONG_WINDOWS.map(name => `--for=${name}=20m`),
    // Longer than a restart.
    '--for=KafkaBrokerDown=40s',
    '--for=KafkaTopicPartitionOffline=40s',
    '--threshold=under-replicated-window=1m',
    // What it inhibits is over a moment later.
    '--keep-firing-for=KafkaBrokerDown=20s',
    '--threshold=rewind-window=2m',
    '--threshold=loss-window=2m',
    '--threshold=lag-messages=1000',
    '--threshold=abandoned-for=10s',
    '--threshold=proven-after=5s',
  ],
  waits: { group_wait: '1s', group_interval: '2s' },
  quietSeconds: 1,
  arrivesWithinSeconds: 300,
  restSeconds: 0,
}

const FULL: Profile = {
  name: 'full',
  evaluationInterval: null,
  cluster: { objectives: [{ groups: ['billing', 'mailing'], lag_seconds: '30s' }] },
  dependency: {},
  scrapeInterval: '15s',
  ruleFlags: null,
  waits: null,
  quietSeconds: 330,
  arrivesWithinSeconds: 2_400,
  restSeconds: 60,
}

/** `KHE_E2E=full` takes most of an hour. */
export const PROFILE: Profile = process.env.KHE_E2E === 'full' ? FULL : SHORT
