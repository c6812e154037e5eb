import { type AlertCase, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, growing, stages, steady } from '../promtool/timeline.ts'
import { arrived, DEAD, oldest, there, undrained } from './dead-letters.ts'

const only = 'kafka-dead-letters'
const asItIs = {
  'one scrape in ten missing': 'it is about missing scrapes',
  'a pair of exporters': 'it tells of several exporters itself',
}
const HOUR = 3600

export const DEAD_LETTER_EDGES: readonly AlertCase[] = [
  {
    name: 'KafkaDeadLettersArrived: a topic that nobody may see for half an hour',
    until: '80m',
    series: [
      there(stages(steady(1), ['10m', absent], ['45m', steady(1)])),
      arrived(stages(steady(8), ['10m', absent], ['45m', steady(8)])),
    ],
    fires: [],
    silent: ['KafkaDeadLettersArrived'],
  },
  {
    name: 'KafkaDeadLettersArrived: a topic that is deleted, and there again two hours later',
    only,
    until: '3h',
    series: [
      there(stages(steady(1), ['10m', absent], ['130m', steady(1)])),
      arrived(stages(steady(10), ['10m', absent], ['130m', steady(3)])),
    ],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '129m', at: '130m', overAt: '151m' }],
  },
  {
    name: 'KafkaDeadLettersArrived: four while the exporter was away for two hours',
    only,
    until: '3h',
    series: [
      series('kafka_up', {}, stages(steady(1), ['10m', absent], ['130m', steady(1)])),
      there(stages(steady(1), ['10m', absent], ['130m', steady(1)])),
      arrived(stages(steady(10), ['10m', absent], ['130m', steady(14)])),
    ],
    fires: [],
    silent: ['KafkaDeadLettersArrived'],
  },
  {
    name: 'KafkaDeadLettersArrived: old ones of a cluster that was unreachable for long',
    only,
    until: '60m',
    series: [
      series('kafka_up', {}, stages(steady(0), ['20m', steady(1)])),
      there(stages(absent, ['20m', steady(1)])),
      arrived(stages(absent, ['20m', steady(5000)])),
    ],
    fires: [],
    silent: ['KafkaDeadLettersArrived'],
  },
  {
    name: 'KafkaDeadLettersArrived: the first ones, seen by the one of a pair that reaches the cluster',
    only,
    until: '60m',
    series: [
      series('kafka_up', { instance: 'a' }, steady(1)),
      series('kafka_up', { instance: 'b' }, steady(0)),
      there(stages(absent, ['20m', steady(1)])),
      arrived(stages(absent, ['20m', steady(3)])),
    ],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '19m', at: '20m', overAt: '41m' }],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersArrived: through the replacement of the exporter',
    only,
    until: '40m',
    series: replaced('11m', stages(steady(40), ['10m', steady(43)]), arrived),
    fires: [
      {
        alert: 'KafkaDeadLettersArrived',
        labels: DEAD,
        notAt: '9m',
        at: '10m',
        stillAt: '28m',
        overAt: '31m',
      },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersArrived: one, while the exporter is replaced',
    only,
    until: '60m',
    series: replaced('10m', steady(40), arrived, steady(41)),
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '24m', at: '25m', overAt: '31m' }],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersFlood: a hundred in ten minutes, and no more',
    only,
    until: '50m',
    series: [arrived(t => Math.floor(t / 60) * 10)],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '0m', at: '1m' }],
    silent: ['KafkaDeadLettersFlood'],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersFlood: seen by one of a pair, while the other stands still',
    only,
    until: '20m',
    series: [
      { ...arrived(growing(0.5)), labels: { ...DEAD, partition: '0', instance: 'a' } },
      { ...arrived(steady(0)), labels: { ...DEAD, partition: '0', instance: 'b' } },
    ],
    fires: [
      { alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '1m' },
      { alert: 'KafkaDeadLettersFlood', labels: DEAD, notAt: '8m', at: '9m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersFlood: through the replacement of the exporter',
    only,
    until: '40m',
    series: replaced('15m', t => (t < 600 ? 0 : (t - 600) / 2), arrived),
    fires: [
      { alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '11m' },
      { alert: 'KafkaDeadLettersFlood', labels: DEAD, notAt: '18m', at: '19m', stillAt: '40m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersUndrained: five that came an hour ago, and a topic that was made anew',
    only,
    scrape: 60,
    until: '26h',
    series: [
      arrived(stages(steady(100), ['25h', steady(105)])),
      undrained(stages(steady(0), ['25h', steady(5)])),
      arrived(stages(steady(105), ['12h', steady(0)]), 1),
      undrained(stages(steady(5), ['12h', steady(0)]), 1),
    ],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '25h', overAt: '25h22m' }],
    silent: ['KafkaDeadLettersUndrained'],
  },
  {
    name: 'KafkaDeadLettersUndrained: with more of them, and scrapes that are missed when it begins',
    only,
    scrape: 60,
    until: '25h',
    series: [
      arrived(stages(steady(105), ['20h', steady(107)], ['24h', absent], ['24h2m', steady(107)])),
      undrained(stages(steady(5), ['20h', steady(7)], ['24h', absent], ['24h2m', steady(7)])),
    ],
    fires: [
      { alert: 'KafkaDeadLettersArrived', labels: DEAD, at: '20h', overAt: '20h22m' },
      { alert: 'KafkaDeadLettersUndrained', labels: DEAD, notAt: '23h59m', at: '24h' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersUndrained: with scrapes that were missed a day before',
    only,
    scrape: 60,
    until: '25h',
    series: [
      arrived(
        stages(steady(105), ['31m', absent], ['33m', steady(105)], ['24h', absent], ['24h32m', steady(105)]),
      ),
      undrained(
        stages(steady(5), ['31m', absent], ['33m', steady(5)], ['24h', absent], ['24h32m', steady(5)]),
      ),
    ],
    fires: [
      // Gone with the series after what is held of them and 10 minutes.
      { alert: 'KafkaDeadLettersUndrained', labels: DEAD, at: '24h', stillAt: '24h12m', overAt: '24h14m' },
      { alert: 'KafkaDeadLettersUndrained', labels: DEAD, notAt: '24h31m', at: '24h32m' },
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
