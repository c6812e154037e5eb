import type { Notification } from '../../harness/webhook-receiver.ts'
import { CLUSTER } from './alert-world.ts'
import type { ExpectedAlert } from './expected-alert.ts'

/** One alert from when it fires until it is over, as the receivers were told. */
export interface Told {
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
  readonly description: string
  readonly receivers: readonly string[]
  readonly startsAt: string
  /** When notifications came in which it fired, and in which it was over: Unix milliseconds. */
  readonly firing: readonly number[]
  readonly resolved: readonly number[]
}

type Open = { -readonly [K in keyof Told]: Told[K] extends readonly (infer One)[] ? One[] : Told[K] }

/** By alert and time of firing. */
export function toldIn(notifications: readonly Notification[]): readonly Told[] {
  const all = new Map<string, Open>()
  for (const { at, receiver, alerts } of notifications) {
    for (const { status, labels, annotations, startsAt } of alerts) {
      const key = `${keyOf(labels)} ${startsAt}`
      const told = all.get(key) ?? {
        labels,
        summary: annotations.summary ?? '',
        description: annotations.description ?? '',
        receivers: [],
        startsAt,
        firing: [],
        resolved: [],
      }
      all.set(key, told)
      told[status].push(at)
      if (!told.receivers.includes(receiver)) told.receivers.push(receiver)
    }
  }
  return [...all.values()]
}

export function labelsOf({ alert, severity, about }: ExpectedAlert): Readonly<Record<string, string>> {
  // What is about the process knows no cluster.
  const cluster = about.dependency === undefined && { kafka_cluster: CLUSTER }
  return { alertname: alert, severity, job: 'kafka', ...cluster, ...about }
}

export function isOf(labels: Readonly<Record<string, string>>, expected: ExpectedAlert): boolean {
  return keyOf(labels) === keyOf(labelsOf(expected))
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}
