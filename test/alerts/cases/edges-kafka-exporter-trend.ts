import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const trend = {
  set: 'kafka-exporter',
  only: 'kafka-exporter-consumers',
  scrape: 60,
  without: {
    'one scrape in ten missing': 'the first and the last sample of a window are others then',
    'a pair of exporters': 'it says itself what each of a pair tells',
  },
} as const

const LAG = 'kafka_consumergroup_lag_sum'
const MEMBERS = 'kafka_consumergroup_members'
const onOrders = (consumergroup: string): Labels => ({ consumergroup, topic: 'orders' })
const lag = (group: string, timeline: Timeline) => series(LAG, onOrders(group), timeline)
const pair = (name: string, labels: Labels, a: Timeline, b: Timeline): readonly Series[] => [
  series(name, { ...labels, instance: 'a' }, a),
  series(name, { ...labels, instance: 'b' }, b),
]
const behind = (group: string, times: Omit<AlertCase['fires'][number], 'alert' | 'labels'>) => ({
  alert: 'KafkaConsumerFallingBehind',
  labels: onOrders(group),
  ...times,
})
/** It grows from the beginning. */
const grows = growing(1, 1000)

export const KAFKA_EXPORTER_TREND_EDGES: readonly AlertCase[] = [
  {
    ...trend,
    name: 'on offsets: KafkaConsumerFallingBehind: when it begins',
    until: '4h',
    series: [
      // Half an hour is compared with that of an hour before: the first is there after an hour and a half.
      lag('slowly', growing(0.15, 1000)),
      lag('too-slowly', growing(0.07, 1000)),
      ...pair(LAG, onOrders('pair'), grows, steady(500)),
      ...pair(MEMBERS, { consumergroup: 'pair' }, steady(1), steady(0)),
      ...pair(LAG, onOrders('was-as-far'), grows, steady(100_000)),
      // 12,000 is not more than 1.2 times as much, nor 1,000 more than 1,000: half an hour has to be without it.
      lag(
        'by-a-fifth',
        stages(steady(10_000), ['100m', steady(12_000)], ['130m', growing(1, 12_000)], ['195m', steady(0)]),
      ),
      lag('from-1000', stages(steady(100), ['60m', steady(1000)], ['95m', growing(1, 1000)])),
      // What was there two hours ago.
      lag('peak', t => (t === 0 ? 30_000 : 10_000 + t)),
      lag('worked-off', stages(steady(50_000), ['60m', growing(1, 10_000)])),
      lag('unmanned', grows),
      series(MEMBERS, { consumergroup: 'unmanned' }, stages(steady(0), ['2h', absent])),
    ],
    fires: [
      behind('slowly', { notAt: '104m30s', at: '105m' }),
      behind('pair', { notAt: '104m30s', at: '105m' }),
      behind('by-a-fifth', { notAt: '175m', at: '175m30s', stillAt: '204m30s', overAt: '205m' }),
      behind('from-1000', { notAt: '140m', at: '140m30s' }),
      behind('peak', { notAt: '135m', at: '135m30s' }),
      behind('worked-off', { notAt: '194m', at: '194m30s' }),
      behind('unmanned', { notAt: '137m', at: '137m30s' }),
      { alert: 'KafkaConsumerGroupWithoutConsumer', labels: onOrders('unmanned'), at: '5m' },
    ],
  },
  {
    ...trend,
    name: 'on offsets: KafkaConsumerFallingBehind: it ends half an hour after it has grown, not when it grows more slowly',
    until: '4h',
    series: [
      lag('stops', stages(growing(10, 1000), ['2h', steady(73_000)])),
      lag('slows-down', stages(growing(10, 1000), ['2h', growing(0.05, 73_000)])),
    ],
    fires: [
      behind('stops', { at: '105m', stillAt: '164m', overAt: '164m30s' }),
      behind('slows-down', { at: '105m', stillAt: '3h' }),
    ],
  },
]
