import type { InstrumentFamily } from './family.ts'

const facts = {
  kind: 'instrument',
  onByDefault: true,
  subject: 'Dependencies',
  labels: ['dependency', 'kind'],
} as const

export const DEPENDENCY_UP: InstrumentFamily = {
  ...facts,
  type: 'gauge',
  name: 'kafka_health_dependency_up',
  help: '1 if the last check of the dependency succeeded within its deadline',
}

export const DEPENDENCY_PING_SECONDS: InstrumentFamily = {
  ...facts,
  type: 'gauge',
  name: 'kafka_health_dependency_ping_seconds',
  help: 'Duration of the last successful check; absent while the last check failed',
}

export const DEPENDENCY_PING_DURATION_SECONDS: InstrumentFamily = {
  ...facts,
  type: 'histogram',
  name: 'kafka_health_dependency_ping_duration_seconds',
  help: 'Duration of the checks of the dependency, failed ones included',
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
}

export const DEPENDENCIES = [
  DEPENDENCY_UP,
  DEPENDENCY_PING_SECONDS,
  DEPENDENCY_PING_DURATION_SECONDS,
] as const
