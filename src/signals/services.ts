import { SERVICE_STATE, serviceIs } from './service-is.ts'
import type { Signal } from './signal.ts'

export const SERVICE_SERVING: Signal = {
  id: 'service-serving',
  title: 'Services',
  description:
    '1 if the last check of the service found it serving. Else it cannot be reached, answers with an error, says that it does not serve, or nothing can be told of it.',
  unit: 'bool',
  labels: ['service'],
  expression: q => serviceIs(q, 'status="serving"'),
}

export const SERVICE_UNKNOWN: Signal = {
  id: 'service-unknown',
  title: 'Services that are not known',
  description:
    '1 if the last check does not tell whether the service serves: the name is not known there, there is no health service, it refuses to say, or the exporter could not ask.',
  unit: 'bool',
  labels: ['service'],
  expression: q => serviceIs(q, 'status="unknown"'),
}

export const SERVICE_STATUS: Signal = {
  id: 'service-status',
  title: 'Services by status',
  description: 'How many services the last checks found in which status.',
  unit: 'short',
  labels: ['status'],
  expression: q => `sum by (status) (${q.held(SERVICE_STATE)})`,
}

export const SERVICE_CHECK: Signal = {
  id: 'service-check',
  title: 'Checks of services',
  description:
    'How long the check of a service takes, on the average of ten minutes. One that hangs takes its whole deadline.',
  unit: 's',
  labels: ['service'],
  expression: q => q.merged(`avg_over_time(${q.series('kafka_health_service_check_duration_seconds')}[10m])`),
}

export const SERVICE_CPU: Signal = {
  id: 'service-cpu',
  title: 'CPU of services',
  description: 'Cores that the service uses, by its own metrics. Nothing where no metrics_url is given.',
  unit: 'short',
  labels: ['service'],
  expression: q => q.held('kafka_health_service_cpu_ratio'),
}

export const SERVICE_MEMORY: Signal = {
  id: 'service-memory',
  title: 'Memory of services',
  description: 'Resident memory of the service, by its own metrics. Nothing where no metrics_url is given.',
  unit: 'bytes',
  labels: ['service'],
  expression: q => q.held('kafka_health_service_memory_bytes'),
}
