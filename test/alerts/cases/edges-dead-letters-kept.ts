import { type AlertCase, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, stages, steady } from '../promtool/timeline.ts'
import { afterAnHour, arrived, DEAD, oldest, undrained } from './dead-letters.ts'

const only = 'kafka-dead-letters'
const asItIs = {
  'one scrape in ten missing': 'it is about missing scrapes',
  'a pair of exporters': 'it tells of several exporters itself',
}
const HOUR = 3600

/** Of those that stay where they are. */
export const KEPT_DEAD_LETTER_EDGES: readonly AlertCase[] = [
  {
    name: 'KafkaDeadLettersUndrained: five that came half an hour ago, and a topic that was made anew',
    only,
    choices: afterAnHour,
    until: '85m',
    series: [
      arrived(stages(steady(100), ['30m', steady(105)])),
      undrained(stages(steady(0), ['30m', steady(5)])),
      arrived(stages(steady(105), ['30m', steady(0)]), 1),
      undrained(stages(steady(5), ['30m', steady(0)]), 1),
    ],
    // Of five that came, an hour is not over when the case is.
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '30m', overAt: '52m' }],
    silent: ['KafkaDeadLettersUndrained'],
  },
  {
    name: 'KafkaDeadLettersUndrained: a topic that is made anew when an hour is known of it',
    only,
    choices: afterAnHour,
    until: '2h',
    series: [
      arrived(stages(steady(105), ['70m', steady(3)])),
      undrained(stages(steady(5), ['20m', steady(4)], ['70m', steady(3)])),
    ],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '70m', overAt: '92m' }],
    silent: ['KafkaDeadLettersUndrained'],
  },
  {
    name: 'KafkaDeadLettersUndrained: with more of them, and scrapes that are missed when it begins',
    only,
    choices: afterAnHour,
    scrape: 60,
    until: '80m',
    series: [
      arrived(stages(steady(105), ['30m', steady(107)], ['1h', absent], ['62m', steady(107)])),
      undrained(stages(steady(5), ['30m', steady(7)], ['1h', absent], ['62m', steady(7)])),
    ],
    fires: [
      { alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '30m', overAt: '52m' },
      {
        alert: 'KafkaDeadLettersUndrained',
        labels: DEAD,
        notAt: '59m',
        at: '1h',
        summary: 'Nobody drains orders-dlt',
        description: '7 dead letters wait in orders-dlt, and for an hour its group has drained none of them.',
      },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersUndrained: with scrapes that were missed an hour before',
    only,
    choices: afterAnHour,
    scrape: 60,
    until: '2h',
    series: [
      arrived(
        stages(steady(105), ['31m', absent], ['33m', steady(105)], ['1h', absent], ['92m', steady(105)]),
      ),
      undrained(stages(steady(5), ['31m', absent], ['33m', steady(5)], ['1h', absent], ['92m', steady(5)])),
    ],
    fires: [
      // Gone with the series after what is held of them and 10 minutes.
      { alert: 'KafkaDeadLettersUndrained', labels: DEAD, at: '1h', stillAt: '72m', overAt: '74m' },
      { alert: 'KafkaDeadLettersUndrained', labels: DEAD, notAt: '91m', at: '92m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersOld: with scrapes that are missed before it fires, until the series ends',
    only,
    until: '45m',
    series: [oldest(stages(steady(-90 * HOUR), ['2m', absent], ['4m', steady(-90 * HOUR)], ['20m', absent]))],
    fires: [
      { alert: 'KafkaDeadLettersOld', labels: DEAD, notAt: '4m', at: '5m', stillAt: '27m', overAt: '29m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersOld: when the group that drains it is named no longer',
    only,
    until: '80m',
    series: [oldest(steady(-90 * HOUR)), undrained(stages(steady(0), ['10m', absent]))],
    slack: '2m',
    fires: [{ alert: 'KafkaDeadLettersOld', labels: DEAD, notAt: '73m', at: '75m' }],
    without: { 'one scrape in ten missing': 'what is held ends a scrape earlier' },
  },
  {
    name: 'KafkaDeadLettersMalformed: through the replacement of the exporter',
    only,
    until: '40m',
    series: replaced('11m', stages(steady(0), ['10m', steady(2)]), timeline =>
      series('kafka_dlq_malformed_headers_total', DEAD, timeline),
    ),
    fires: [{ alert: 'KafkaDeadLettersMalformed', labels: DEAD, notAt: '14m', at: '15m', stillAt: '40m' }],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersMalformed: a single one',
    only,
    until: '135m',
    series: [series('kafka_dlq_malformed_headers_total', DEAD, stages(steady(0), ['65m', steady(1)]))],
    fires: [
      {
        alert: 'KafkaDeadLettersMalformed',
        labels: DEAD,
        notAt: '69m',
        at: '70m',
        stillAt: '128m',
        overAt: '132m',
      },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersOld: emptied, which one of a pair has not seen yet',
    only,
    until: '30m',
    series: [
      { ...oldest(steady(-90 * HOUR)), labels: { ...DEAD, instance: 'a' } },
      { ...oldest(steady(0)), labels: { ...DEAD, instance: 'b' } },
    ],
    fires: [],
    silent: ['KafkaDeadLettersOld'],
    without: asItIs,
  },
]
