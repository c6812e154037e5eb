import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { absent, stages, steady, type Timeline } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const fallingBehind = { alert: 'KafkaConsumerFallingBehind', labels: payments }
const without = {
  'one scrape in ten missing': 'the least and the last of a window are others then',
  'a pair of exporters': 'it says itself what each of a pair tells, or is about one',
}

const lag = (timeline: Timeline) => series('kafka_consumergroup_lag_seconds_max', payments, timeline)
const members = (timeline: Timeline, labels: Labels = {}) =>
  series('kafka_consumergroup_members', { ...payments, ...labels }, timeline)
const stalled = (timeline: Timeline, labels: Labels = {}) =>
  series('kafka_consumergroup_partitions', { ...onOrders, state: 'stalled', ...labels }, timeline)
const leak: Timeline = t => 100 + 0.05 * t

const of = (name: string, until: string, about: readonly Series[], fires: AlertCase['fires']): AlertCase => ({
  name: `KafkaConsumerFallingBehind: ${name}`,
  until,
  only: 'kafka-consumer-lag',
  series: about,
  fires,
  silent: fires.length === 0 ? [fallingBehind.alert] : [],
  without,
})
const moves = (timeline: Timeline) => [lag(timeline), members(steady(1)), stalled(steady(0))]

export const FALLING_BEHIND_EDGES: readonly AlertCase[] = [
  of(
    'lag that has stopped to grow, until the hour before the last shows it',
    '6h',
    moves(stages(t => 100 + 0.1 * t, ['3h', steady(1180)])),
    [{ ...fallingBehind, at: '2h', stillAt: '4h30m', overAt: '5h20m' }],
  ),
  of('lag that grows on, but less than the slope', '6h', moves(stages(leak, ['3h', t => 640 + 0.005 * t])), [
    { ...fallingBehind, at: '2h', stillAt: '4h', overAt: '5h30m' },
  ]),
  of(
    'a single height within two hours hides what is small beside it',
    '6h',
    moves(t => (t >= 10_800 && t < 10_830 ? 4_000 : leak(t))),
    [
      { ...fallingBehind, at: '2h', stillAt: '3h14m', overAt: '3h30m' },
      { ...fallingBehind, notAt: '4h45m', at: '5h20m' },
    ],
  ),
  of(
    'after a step it is measured by what came since',
    '6h',
    moves(stages(steady(100), ['1h', t => 5_000 + 0.05 * t])),
    [{ ...fallingBehind, notAt: '1h45m', at: '2h20m', stillAt: '6h' }],
  ),
  of(
    'after a step, a wave that hardly rises',
    '6h',
    moves(stages(steady(100), ['1h', t => 5_000 + 0.015 * t + (t % 600)])),
    [{ ...fallingBehind, at: '2h20m', overAt: '3h45m' }],
  ),
  of(
    'lag of a minute is none',
    '3h',
    moves(t => 60 + 0.05 * t),
    [{ ...fallingBehind, notAt: '2h15m', at: '2h15m30s' }],
  ),
  of(
    'for three minutes after the last word of its members',
    '4h',
    [lag(leak), members(stages(steady(3), ['3h', absent])), stalled(steady(0))],
    [{ ...fallingBehind, at: '2h', stillAt: '3h17m30s', overAt: '3h18m30s' }],
  ),
  of(
    'members that one of two exporters sees',
    '2h30m',
    [lag(leak), members(steady(3), { instance: 'a' }), members(steady(0), { instance: 'b' })],
    [{ ...fallingBehind, at: '2h' }],
  ),
  of(
    'who is stuck has another alert, and three minutes after the last word of it',
    '2h30m',
    [lag(leak), members(steady(3)), stalled(stages(steady(1), ['2h', absent]))],
    [{ ...fallingBehind, notAt: '2h17m30s', at: '2h18m' }],
  ),
  of(
    'a stuck partition that one of two exporters sees',
    '2h30m',
    [
      lag(leak),
      members(steady(3)),
      stalled(steady(1), { instance: 'a' }),
      stalled(steady(0), { instance: 'b' }),
    ],
    [],
  ),
]
