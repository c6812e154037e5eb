import type { Signal } from '../../src/signals/signal.ts'
import type { PanelSpec, Target } from './panel-spec.ts'
import { q } from './query.ts'

type Overrides = Partial<Omit<PanelSpec, 'kind'>>

const base = (signal: Signal, legend: string) => ({
  title: signal.title,
  description: signal.description,
  unit: signal.unit,
  targets: [{ expression: signal.expression(q), legend }] as readonly Target[],
})

/** A line for each series of a signal: of one that has few of them, such as brokers. */
export const lines = (signal: Signal, legend: string, overrides: Overrides = {}): PanelSpec =>
  ({ kind: 'timeseries', width: 12, height: 8, ...base(signal, legend), ...overrides }) as PanelSpec

/** As many lines as `$limit` says: those of the largest, or of the smallest. */
export const worstLines = (
  signal: Signal,
  legend: string,
  {
    expression = signal.expression(q),
    pick = worst,
    ...overrides
  }: Overrides & { readonly expression?: string; readonly pick?: typeof worst } = {},
): PanelSpec =>
  lines(signal, legend, {
    targets: [{ expression: pick(expression, onLabelsOf(signal)), legend }],
    ...overrides,
  })

/** One number. */
export const number = (signal: Signal, expression: string, overrides: Overrides = {}): PanelSpec =>
  ({
    kind: 'stat',
    width: 4,
    height: 4,
    ...base(signal, ''),
    targets: [{ expression, legend: signal.title }],
    ...overrides,
  }) as PanelSpec

/** A row of up and down for each series. */
export const ups = (signal: Signal, legend: string, overrides: Overrides = {}): PanelSpec =>
  ({
    kind: 'state-timeline',
    width: 12,
    height: 8,
    meaning: 'up',
    ...base(signal, legend),
    ...overrides,
  }) as PanelSpec

/** By which series of a signal are told apart. */
export const onLabelsOf = ({ labels }: Signal): string => ['kafka_cluster', ...labels].join(', ')

/**
 * As many series as `$limit` says, the same ones over the whole picture: those that are largest at its end. A topk at
 * each step would draw as many lines as ever were among them.
 */
export const worst = (expression: string, on: string, limit: string | number = '$limit'): string =>
  `${expression}\nand on (${on}) topk(${limit}, ${atEnd(expression)})`

/** The same of what is worse the smaller it is. */
export const least = (expression: string, on: string, limit: string | number = '$limit'): string =>
  `${expression}\nand on (${on}) bottomk(${limit}, ${atEnd(expression)})`

export function atEnd(expression: string): string {
  return `last_over_time((${expression})[5m:1m] @ end())`
}
