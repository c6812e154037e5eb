import type { Series } from './alert-case.ts'
import { seconds, type Timeline } from './timeline.ts'

/**
 * A series of an exporter that is replaced by one with another name: the old one is gone, and a minute later the new
 * one is there. What it counts begins again where `restarted` says so.
 */
export function replaced(
  at: string,
  timeline: Timeline,
  of: (timeline: Timeline) => Series,
  restarted: Timeline = t => timeline(t + seconds(at) + 60),
): readonly Series[] {
  const gone = seconds(at)
  const under = (pod: string, one: Series): Series => ({
    ...one,
    labels: { ...one.labels, instance: pod, pod },
  })
  return [
    under(
      'exporter-1',
      of(t => (t < gone ? timeline(t) : null)),
    ),
    under(
      'exporter-2',
      of(t => (t < gone + 60 ? null : restarted(t - gone - 60))),
    ),
  ]
}
