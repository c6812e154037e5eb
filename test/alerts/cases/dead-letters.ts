import { DEFAULT_THRESHOLDS } from '../../../src/rules/thresholds.ts'
import { type AlertCase, type Series, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const only = 'kafka-dead-letters'
export const DEAD = { topic: 'orders-dlt' }
const of = (partition: number) => ({ ...DEAD, partition: String(partition) })

export const arrived = (timeline: Timeline, partition = 0): Series =>
  series('kafka_dlq_records_total', of(partition), timeline)
export const undrained = (timeline: Timeline, partition = 0): Series =>
  series('kafka_dlq_undrained', of(partition), timeline)
export const oldest = (timeline: Timeline): Series =>
  series('kafka_dlq_oldest_record_timestamp_seconds', DEAD, timeline)
/** That the topic is there at all. */
export const there = (timeline: Timeline): Series => series('kafka_topic_partitions', DEAD, timeline)

const HOUR = 3600

/** A day is known of no series that is shorter: with an hour the rule is the same. */
export const afterAnHour = { thresholds: { ...DEFAULT_THRESHOLDS, 'dead-letters-undrained': '1h' } }

/** As the rule is shipped. */
export const DEAD_LETTERS_OF_A_DAY: readonly AlertCase[] = [
  {
    name: 'KafkaDeadLettersUndrained: two partitions for a day',
    only,
    scrape: 60,
    until: '24h20m',
    series: [
      arrived(steady(105)),
      undrained(stages(steady(5), ['24h5m', steady(0)])),
      arrived(steady(20), 1),
      undrained(steady(1), 1),
    ],
    fires: [
      {
        alert: 'KafkaDeadLettersUndrained',
        labels: DEAD,
        notAt: '23h55m',
        at: '24h',
        summary: 'Nobody drains orders-dlt',
        description: '6 dead letters wait in orders-dlt, and for a day its group has drained none of them.',
      },
    ],
    without: {
      'one scrape in ten missing': 'a shorter window tells the same',
      'a pair of exporters': 'a shorter window tells the same',
    },
  },
]

export const DEAD_LETTERS: readonly AlertCase[] = [
  {
    name: 'KafkaDeadLettersArrived: three, on two partitions',
    until: '40m',
    series: [
      there(steady(2)),
      arrived(stages(steady(40), ['10m', steady(42)])),
      arrived(stages(steady(0), ['10m', steady(1)]), 1),
    ],
    fires: [
      {
        alert: 'KafkaDeadLettersArrived',
        labels: DEAD,
        notAt: '9m',
        at: '10m',
        stillAt: '28m',
        overAt: '31m',
        summary: 'New dead letters in orders-dlt',
        description:
          'About 3 records have arrived in orders-dlt: a consumer could not work on them and has parked them.',
      },
    ],
    silent: ['KafkaDeadLettersFlood'],
  },
  {
    name: 'KafkaDeadLettersArrived: the first ones, which make the topic',
    until: '60m',
    series: [there(stages(absent, ['20m', steady(1)])), arrived(stages(absent, ['20m', steady(3)]))],
    fires: [
      {
        alert: 'KafkaDeadLettersArrived',
        labels: DEAD,
        notAt: '19m',
        at: '20m',
        stillAt: '38m',
        overAt: '41m',
        summary: 'New dead letters in orders-dlt',
        description:
          'About 3 records have arrived in orders-dlt: a consumer could not work on them and has parked them.',
      },
    ],
  },
  {
    name: 'KafkaDeadLettersArrived: a topic that is made anew, and has five',
    until: '40m',
    series: [there(steady(1)), arrived(stages(steady(100), ['10m', steady(0)], ['12m', steady(5)]))],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '11m', at: '12m', overAt: '33m' }],
  },
  {
    name: 'KafkaDeadLettersArrived: four while the exporter was away',
    until: '80m',
    series: [
      series('kafka_up', {}, stages(steady(1), ['10m', absent], ['40m', steady(1)])),
      there(stages(steady(1), ['10m', absent], ['40m', steady(1)])),
      arrived(stages(steady(10), ['10m', absent], ['40m', steady(14)])),
    ],
    fires: [
      {
        alert: 'KafkaHealthExporterClusterUnobserved',
        labels: {},
        notAt: '17m30s',
        at: '18m',
        overAt: '40m',
      },
      {
        alert: 'KafkaDeadLettersArrived',
        labels: DEAD,
        notAt: '39m',
        at: '40m',
        stillAt: '58m',
        overAt: '61m',
        summary: 'New dead letters in orders-dlt',
        description:
          'About 4 records have arrived in orders-dlt: a consumer could not work on them and has parked them.',
      },
    ],
    without: { 'one scrape in ten missing': 'it is about missing scrapes' },
  },
  {
    name: 'KafkaDeadLettersArrived: thousands of old ones when the exporter first starts, and a topic without any',
    until: '60m',
    series: [
      series('kafka_up', {}, stages(absent, ['10m', steady(1)])),
      there(stages(absent, ['10m', steady(2)])),
      arrived(stages(absent, ['10m', steady(5000)])),
      arrived(stages(absent, ['10m', steady(0)]), 1),
    ],
    fires: [],
    silent: ['KafkaDeadLettersArrived', 'KafkaDeadLettersFlood'],
  },
  {
    name: 'KafkaDeadLettersArrived: an old topic that is named for one of dead letters',
    until: '60m',
    series: [there(steady(1)), arrived(stages(absent, ['20m', steady(5000)]))],
    fires: [],
    silent: ['KafkaDeadLettersArrived', 'KafkaDeadLettersFlood'],
  },
  {
    name: 'KafkaDeadLettersFlood: thirty a minute, on two partitions',
    scrape: 60,
    until: '70m',
    series: [0, 1].map(partition =>
      arrived(stages(steady(0), ['10m', growing(0.25)], ['30m', steady(300)]), partition),
    ),
    slack: '2m',
    fires: [
      { alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '10m', at: '11m', overAt: '51m' },
      {
        alert: 'KafkaDeadLettersFlood',
        labels: DEAD,
        notAt: '18m',
        at: '19m',
        stillAt: '51m',
        overAt: '54m',
        summary: 'Dead letters pour into orders-dlt',
        description:
          'About 270 records have arrived in orders-dlt in 10 minutes, and still do: whatever parks them fails at more than single records.',
      },
    ],
  },
  {
    name: 'KafkaDeadLettersFlood: a batch of 150 at once, then no more',
    until: '45m',
    series: [arrived(stages(steady(0), ['10m', steady(150)]))],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '10m', overAt: '31m' }],
    silent: ['KafkaDeadLettersFlood'],
  },
  {
    name: 'KafkaDeadLettersUndrained: two partitions for an hour, and a third that is drained',
    only,
    choices: afterAnHour,
    until: '2h',
    series: [
      arrived(steady(105)),
      undrained(stages(steady(5), ['90m', steady(0)])),
      arrived(steady(20), 1),
      undrained(stages(steady(1), ['90m', steady(0)]), 1),
      arrived(steady(50), 2),
      undrained(stages(steady(9), ['30m', steady(8)], ['80m', steady(7)]), 2),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaDeadLettersUndrained',
        labels: DEAD,
        notAt: '59m30s',
        at: '1h',
        // As long again as what is held, and 10 minutes.
        stillAt: '98m',
        overAt: '102m',
        summary: 'Nobody drains orders-dlt',
        description: '6 dead letters wait in orders-dlt, and for an hour its group has drained none of them.',
      },
    ],
  },
  {
    name: 'KafkaDeadLettersUndrained: as many as before, but others',
    only,
    choices: afterAnHour,
    until: '85m',
    series: [arrived(stages(steady(100), ['30m', steady(101)])), undrained(steady(3))],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '30m', overAt: '52m' }],
    silent: ['KafkaDeadLettersUndrained'],
  },
  {
    name: 'KafkaDeadLettersOld: with nobody named who drains it, until it is emptied',
    only,
    until: '3h',
    series: [oldest(stages(steady(-79_800), ['150m', steady(150 * 60)]))],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaDeadLettersOld',
        labels: DEAD,
        notAt: '115m',
        at: '116m',
        stillAt: '153m',
        overAt: '157m',
        summary: 'Dead letters grow old in orders-dlt',
        description:
          'The oldest dead letter in orders-dlt is 1d 0h 6m 0s old, and no group is known that drains the topic.',
      },
    ],
  },
  {
    name: 'KafkaDeadLettersOld: all of them drained, by a group that cannot be read for half an hour',
    only,
    until: '2h',
    series: [
      oldest(steady(-90 * HOUR)),
      undrained(stages(steady(0), ['20m', absent], ['50m', steady(0)])),
      undrained(steady(0), 1),
    ],
    fires: [],
    silent: ['KafkaDeadLettersOld', 'KafkaDeadLettersUndrained'],
  },
  {
    name: 'KafkaDeadLettersMalformed: two of them',
    until: '80m',
    series: [series('kafka_dlq_malformed_headers_total', DEAD, stages(steady(0), ['10m', steady(2)]))],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaDeadLettersMalformed',
        labels: DEAD,
        notAt: '14m',
        at: '15m',
        stillAt: '73m',
        overAt: '77m',
        summary: 'Headers of dead letters in orders-dlt make no sense',
        description:
          'About 2 dead letters of the last hour in orders-dlt have headers that cannot be read: where they come from or why may not be told.',
      },
    ],
  },
  {
    name: 'KafkaDeadLettersMalformed: none',
    until: '20m',
    series: [series('kafka_dlq_malformed_headers_total', DEAD, steady(7))],
    fires: [],
    silent: ['KafkaDeadLettersMalformed'],
  },
]
