import { CONSUMER_CLIENT, CONSUMER_CLIENT_FAMILIES } from '../../catalog/consumer-client.ts'
import type { InstrumentFamily } from '../../catalog/family.ts'
import type { PromClient, PromCounter, PromGauge, PromHistogram, PromRegistry } from './prom-client-shape.ts'

type Families = typeof CONSUMER_CLIENT
type NameOf<Type extends string> = {
  [Key in keyof Families]: Families[Key]['type'] extends Type ? Key : never
}[keyof Families]
export type GaugeName = NameOf<'gauge'>

/** Fills a gauge, which is empty, when somebody asks for the metrics. */
export type Fill = (gauge: PromGauge) => void

export interface PromInstruments {
  readonly counters: Readonly<Record<NameOf<'counter'>, PromCounter>>
  readonly histograms: Readonly<Record<NameOf<'histogram'>, PromHistogram>>
}

/**
 * Makes every family of the catalogue on the registry. Throws where the registry has one of them.
 *
 * @param settle counts what was kept: called before a counter or a histogram is read
 */
export function makeInstruments(
  client: PromClient,
  registry: PromRegistry,
  fills: Readonly<Record<GaugeName, Fill>>,
  settle: () => void,
): PromInstruments {
  const taken = CONSUMER_CLIENT_FAMILIES.find(({ name }) => registry.getSingleMetric(name) !== undefined)
  if (taken !== undefined) {
    throw new Error(
      `ConsumerMetrics: the registry has ${taken.name} already, expected one ConsumerMetrics for all consumers of a registry`,
    )
  }
  const counters: Record<string, PromCounter> = {}
  const histograms: Record<string, PromHistogram> = {}
  for (const [key, family] of Object.entries<InstrumentFamily>(CONSUMER_CLIENT)) {
    const options = {
      name: family.name,
      help: family.help,
      labelNames: [...family.labels],
      registers: [registry],
    }
    if (family.type === 'counter') counters[key] = new client.Counter({ ...options, collect: settle })
    else if (family.type === 'histogram') {
      histograms[key] = new client.Histogram({
        ...options,
        buckets: [...(family.buckets ?? [])],
        collect: settle,
      })
    } else {
      const gauge: PromGauge = new client.Gauge({
        ...options,
        collect: () => refill(gauge, key as GaugeName),
      })
    }
  }
  return { counters, histograms } as PromInstruments

  function refill(gauge: PromGauge, key: GaugeName): void {
    gauge.reset()
    fills[key](gauge)
  }
}

export function removeInstruments(registry: PromRegistry): void {
  for (const { name } of CONSUMER_CLIENT_FAMILIES) registry.removeSingleMetric(name)
}
