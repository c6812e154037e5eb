/** What is used of prom-client 14 and 15, by shape: the module and its registries fit as they are. */
export interface PromClient {
  readonly register: PromRegistry
  readonly Gauge: new (options: PromMetricOptions) => PromGauge
  readonly Counter: new (options: PromMetricOptions) => PromCounter
  readonly Histogram: new (options: PromMetricOptions & { buckets: number[] }) => PromHistogram
}

export interface PromRegistry {
  getSingleMetric(name: string): unknown
  removeSingleMetric(name: string): void
}

export interface PromMetricOptions {
  name: string
  help: string
  labelNames: string[]
  // biome-ignore lint/suspicious/noExplicitAny: prom-client asks for its own class, and this is one or it is not.
  registers: any[]
  collect?: () => void
}

export interface PromGauge {
  reset(): void
  set(labels: Record<string, string>, value: number): void
}

export interface PromCounter {
  inc(labels: Record<string, string>, value?: number): void
}

export interface PromHistogram {
  observe(labels: Record<string, string>, value: number): void
}
