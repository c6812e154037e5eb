import type { InstrumentFamily } from './family.ts'

const facts = {
  kind: 'instrument',
  type: 'gauge',
  onByDefault: true,
  subject: 'Services',
  labels: ['service'],
} as const

export const SERVICE_STATUS: InstrumentFamily = {
  ...facts,
  labels: ['service', 'status'],
  name: 'kafka_health_service_status',
  help: '1 for what the last check of the service found, 0 for every other status; absent before the first check has ended',
}

export const SERVICE_CHECK_DURATION_SECONDS: InstrumentFamily = {
  ...facts,
  name: 'kafka_health_service_check_duration_seconds',
  help: 'Duration of the last check of the service, connecting included, whatever it found',
}

export const SERVICE_CPU_RATIO: InstrumentFamily = {
  ...facts,
  name: 'kafka_health_service_cpu_ratio',
  help: 'CPU seconds that the service used a second, by its own metrics, between the last two checks; 1 is one core',
}

export const SERVICE_MEMORY_BYTES: InstrumentFamily = {
  ...facts,
  name: 'kafka_health_service_memory_bytes',
  help: 'Resident memory of the service by its own metrics at the last check',
}

export const SERVICES = [
  SERVICE_STATUS,
  SERVICE_CHECK_DURATION_SECONDS,
  SERVICE_CPU_RATIO,
  SERVICE_MEMORY_BYTES,
] as const
