import { SEVERITIES } from '../../src/rules/rule.ts'
import { severityNumber } from './colours.ts'

/**
 * What Prometheus writes of rules that fire. Not by job: that an exporter is gone has none. By cluster, for an empty
 * one is among all of them.
 */
export function firingAlerts(...matchers: readonly string[]): string {
  const all = ['alertname=~"Kafka.+"', 'alertstate="firing"', 'kafka_cluster=~"$kafka_cluster"', ...matchers]
  return `ALERTS{${all.join(',')}}`
}

/** Each with the number of its severity, which Grafana shows as a word and sorts by. */
export function firingBySeverity(): string {
  const own = SEVERITIES.map(
    severity => `${severityNumber(severity)} * ${firingAlerts(`severity="${severity}"`)}`,
  )
  return [...own, `0 * ${firingAlerts(`severity!~"${SEVERITIES.join('|')}"`)}`].join('\nor ')
}
