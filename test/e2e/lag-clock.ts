import assert from 'node:assert/strict'
import { type Samples, valueIn } from './exposition-text.ts'
import type { Generation } from './watched-exporter.ts'

/** What every test of ages switches on: all that there is. */
export const ALL_FAMILIES = "metrics: {families: {include: ['.*']}}"

export interface Cell {
  readonly consumergroup: string
  readonly topic: string
  readonly partition: string
}

export function cellOf(consumergroup: string, topic: string, partition = 0): Cell {
  return { consumergroup, topic, partition: String(partition) }
}

/** The instant that all ages of a scrape count to, in milliseconds. */
export function takenAt(samples: Samples): number {
  const seconds = valueIn(samples, 'kafka_health_exporter_snapshot_timestamp_seconds')
  assert.ok(seconds !== undefined, 'a scrape says when it was taken')
  return Math.round(seconds * 1_000)
}

/** Milliseconds; undefined where it is not known. */
export function lagMs(samples: Samples, cell: Cell): number | undefined {
  const seconds = valueIn(samples, 'kafka_consumergroup_lag_seconds', { ...cell })
  return seconds === undefined ? undefined : Math.round(seconds * 1_000)
}

export function uncertaintyMs(samples: Samples, cell: Cell): number | undefined {
  const seconds = valueIn(samples, 'kafka_consumergroup_lag_seconds_uncertainty', { ...cell })
  return seconds === undefined ? undefined : seconds * 1_000
}

export function lagOf(samples: Samples, cell: Cell): number | undefined {
  return valueIn(samples, 'kafka_consumergroup_lag', { ...cell })
}

/** Generations of ended polls, without what is scraped before the first. */
export function polled(generations: readonly Generation[]): readonly Generation[] {
  return generations.filter(({ samples }) => valueIn(samples, 'kafka_up') === 1)
}
