import { join } from 'node:path'
import type { AlertCase } from '../promtool/alert-case.ts'
import { recordedSeries } from '../promtool/recorded.ts'

const READERS = join(import.meta.dirname, '../../golden/jmx/readers.txt')

/** Recorded by scripts/record-jmx.ts: its file says of which versions. */
export const JMX_RECORDED: readonly AlertCase[] = [
  {
    set: 'jmx-exporter',
    name: 'KafkaTopicReadByUnknown: two real brokers of which one topic is read without a group as well, the other not',
    until: '50m',
    series: recordedSeries(READERS, instance => (instance === 'exporter' ? 'kafka' : 'jmx')),
    fires: [
      {
        alert: 'KafkaTopicReadByUnknown',
        labels: { job: '', topic: 'orders.placed' },
        // 1.3 MiB a second too many: a megabyte of the whole window after some 11 minutes, then 15 more.
        notAt: '26m',
        at: '28m',
        stillAt: '50m',
      },
    ],
    without: { 'a pair of exporters': 'these are the brokers’ own counters' },
  },
]
