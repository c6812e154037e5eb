/** What the last check found, the worst first: docs/services.md says what each means. */
export const SERVICE_STATUSES = ['offline', 'unhealthy', 'not_serving', 'unknown', 'serving'] as const
export type ServiceStatus = (typeof SERVICE_STATUSES)[number]

/** One service as the last check found it. */
export interface ServiceView {
  readonly name: string
  /** HOST:PORT */
  readonly address: string
  /** Null before the first check has ended. */
  readonly status: ServiceStatus | null
  /** When the status became this one; null before the first check has ended. */
  readonly since: number | null
  /** Of the last check, connecting included, whatever it found. */
  readonly checkMs: number | null
  readonly checkedAt: number | null
  /** Why it is not serving, where the service itself has not said so. */
  readonly failure: ServiceFailure | null
  /** Null where the service has no `metrics_url`. */
  readonly resources: ServiceResources | null
}

export interface ServiceFailure {
  readonly code: string
  readonly message: string
}

/** What the service's own metrics tell; null is not known. */
export interface ServiceResources {
  /** CPU seconds a second between the last two readings: 1 is one core. */
  readonly cpuRatio: number | null
  readonly memoryBytes: number | null
  readonly failure: ServiceFailure | null
}
