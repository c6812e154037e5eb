import type { Contender } from './contender.ts'
import type { Cost } from './measure-cost.ts'
import type { Wire } from './measure-wire.ts'

/** All that was measured of one contender on one estate; NaN where it was not. */
export interface Measured extends Cost, Omit<Wire, 'wholeMs'> {
  readonly contender: Contender
  /** A scrape with the gate between the contender and Kafka. */
  readonly gateMs: number
}

const UNKNOWN_WIRE: Wire = {
  requests: Number.NaN,
  requestsOfTwo: Number.NaN,
  bytesFromKafka: Number.NaN,
  wholeMs: Number.NaN,
  delayedMs: Number.NaN,
  hungMs: Number.NaN,
}

export function measuredOf(
  costs: ReadonlyMap<Contender, Cost>,
  wires: ReadonlyMap<Contender, Wire>,
): readonly Measured[] {
  return [...costs].map(([contender, cost]) => {
    const { wholeMs: gateMs, ...wire } = wires.get(contender) ?? UNKNOWN_WIRE
    return { contender, ...cost, ...wire, gateMs }
  })
}
