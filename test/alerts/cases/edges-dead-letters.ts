import { type AlertCase, type Series, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'
import { arrived, DEAD, there } from './dead-letters.ts'

const only = 'kafka-dead-letters'
const asItIs = {
  'one scrape in ten missing': 'it is about missing scrapes',
  'a pair of exporters': 'it tells of several exporters itself',
}

const ofPair = (a: Timeline, b: Timeline): readonly Series[] => [
  { ...arrived(a), labels: { ...DEAD, partition: '0', instance: 'a' } },
  { ...arrived(b), labels: { ...DEAD, partition: '0', instance: 'b' } },
]

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
    until: '3h',
    series: [
      series('kafka_up', {}, stages(steady(1), ['10m', absent], ['130m', steady(1)])),
      there(stages(steady(1), ['10m', absent], ['130m', steady(1)])),
      arrived(stages(steady(10), ['10m', absent], ['130m', steady(14)])),
    ],
    fires: [
      {
        alert: 'KafkaHealthExporterClusterUnobserved',
        labels: {},
        notAt: '17m30s',
        at: '18m',
        overAt: '130m',
      },
    ],
    silent: ['KafkaDeadLettersArrived'],
  },
  {
    name: 'KafkaDeadLettersArrived: old ones of a cluster that was unreachable for long',
    until: '60m',
    series: [
      series('kafka_up', {}, stages(steady(0), ['20m', steady(1)])),
      there(stages(absent, ['20m', steady(1)])),
      arrived(stages(absent, ['20m', steady(5000)])),
    ],
    fires: [{ alert: 'KafkaClusterUnreachable', labels: {}, notAt: '1m30s', at: '2m', overAt: '30m' }],
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
    name: 'KafkaDeadLettersArrived: the first one, which one of a pair has seen, and a new topic without any',
    only,
    until: '60m',
    series: [
      there(stages(absent, ['20m', steady(1)])),
      ...ofPair(stages(absent, ['20m', steady(1)]), stages(absent, ['20m', steady(0)])),
      series('kafka_topic_partitions', { topic: 'audit-dlt' }, stages(absent, ['20m', steady(1)])),
      series(
        'kafka_dlq_records_total',
        { topic: 'audit-dlt', partition: '0' },
        stages(absent, ['20m', steady(0)]),
      ),
    ],
    fires: [{ alert: 'KafkaDeadLettersArrived', labels: DEAD, notAt: '19m', at: '20m', overAt: '41m' }],
    without: asItIs,
  },
  {
    name: 'KafkaDeadLettersArrived: four, counted by one of a pair, while both were away',
    only,
    until: '60m',
    series: [
      there(steady(1)),
      ...ofPair(
        stages(steady(10), ['10m', absent], ['40m', steady(14)]),
        stages(steady(2), ['10m', absent], ['40m', steady(2)]),
      ),
    ],
    fires: [
      {
        alert: 'KafkaDeadLettersArrived',
        labels: DEAD,
        notAt: '39m',
        at: '40m',
        summary: 'New dead letters in orders-dlt',
        description:
          'About 4 records have arrived in orders-dlt: a consumer could not work on them and has parked them.',
      },
    ],
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
    series: ofPair(growing(0.5), steady(0)),
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
]
