import type { Signal } from './signal.ts'

export const DEPENDENCY_UP: Signal = {
  id: 'dependency-up',
  title: 'Dependencies',
  description: '1 if the last check of the dependency succeeded within its deadline.',
  unit: 'bool',
  labels: ['dependency', 'kind'],
  expression: q => q.held('kafka_health_dependency_up'),
}

export const DEPENDENCY_PING: Signal = {
  id: 'dependency-ping',
  title: 'Ping of dependencies',
  description: '95th percentile of the checks of the last ten minutes, failed ones included.',
  unit: 's',
  labels: ['dependency', 'kind'],
  expression: q =>
    `histogram_quantile(0.95, sum without (${q.without()}) (rate(${q.series('kafka_health_dependency_ping_duration_seconds_bucket')}[10m])))`,
}
