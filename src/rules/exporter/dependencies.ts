import { DEPENDENCY_PING, DEPENDENCY_UP } from '../../signals/dependencies.ts'
import type { RuleGroup } from '../rule.ts'
import { DURATION } from '../words.ts'

const DEPENDENCY = '{{ $labels.dependency }} ({{ $labels.kind }})'

export const DEPENDENCIES: RuleGroup = {
  name: 'kafka-consumer-dependencies',
  meaning: 'Whether what consumers need beside Kafka is there.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaDependencyDown',
      severity: 'critical',
      signal: DEPENDENCY_UP,
      expression: q => `${DEPENDENCY_UP.expression(q)} == 0`,
      for: '2m',
      keepFiringFor: '5m',
      summary: `${DEPENDENCY} is down`,
      description: `${DEPENDENCY} does not answer within its deadline. Consumers that need it stand still, or park records.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaDependencySlow',
      severity: 'warning',
      signal: DEPENDENCY_PING,
      // Checks that fail take their whole deadline; that it is down is told already.
      expression: (q, t) =>
        `${DEPENDENCY_PING.expression(q)} > ${t['dependency-slow']} unless ${DEPENDENCY_UP.expression(q)} == 0`,
      for: '10m',
      keepFiringFor: '10m',
      summary: `${DEPENDENCY} is slow`,
      description: `One in twenty checks of ${DEPENDENCY} takes ${DURATION} or longer.`,
      dashboard: 'group',
    },
  ],
}
