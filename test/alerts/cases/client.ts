import { type Labels, type Series, series } from '../promtool/alert-case.ts'
import { growing, type Timeline } from '../promtool/timeline.ts'

export const set = 'consumer-kit' as const
export const GROUP = { consumergroup: 'payments' }
export const TOPIC = { ...GROUP, topic: 'orders' }
export const PARTITION = { ...TOPIC, partition: '3' }
/** Of the process that a case is about, where it is told. */
export const here = (labels: Labels): Labels => ({ ...labels, instance: 'a' })

const client = (name: string, labels: Labels, timeline: Timeline): Series =>
  series(`kafka_consumer_client_${name}`, labels, timeline)
export const live = (timeline: Timeline, labels: Labels = GROUP): Series => client('live', labels, timeline)
export const ready = (timeline: Timeline, labels: Labels = GROUP): Series => client('ready', labels, timeline)
export const lag = (timeline: Timeline, labels: Labels = PARTITION): Series => client('lag', labels, timeline)
export const stalled = (timeline: Timeline, labels: Labels = PARTITION): Series =>
  client('stalled_seconds', labels, timeline)
export const counted = (name: string, timeline: Timeline, labels: Labels = TOPIC): Series =>
  client(`${name}_total`, labels, timeline)

/** Of several processes with work of their own, where a case does not name them itself. */
export const ofOne = { 'a pair of exporters': 'each process counts something else' } as const
export const ofSeveral = {
  'one scrape in ten missing': 'it is about missing scrapes, or tells of each process itself',
  'a pair of exporters': 'it tells of each process itself',
} as const

/** So many in some minutes, one a minute. */
export const during = (from: number, until: number, perMinute = 1): Timeline => {
  const grow = growing(perMinute / 60)
  return t => Math.floor(grow(Math.max(0, Math.min(t, until * 60) - from * 60)) as number)
}
