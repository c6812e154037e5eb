import { serviceIs } from '../../signals/service-is.ts'
import { SERVICE_CHECK, SERVICE_SERVING, SERVICE_UNKNOWN } from '../../signals/services.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, DURATION } from '../words.ts'

const SERVICE = '{{ $labels.service }}'

export const SERVICES: RuleGroup = {
  name: 'kafka-services',
  meaning: 'Whether the services that are asked how they are do serve.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaServiceNotServing',
      severity: 'critical',
      signal: SERVICE_SERVING,
      // Whether it cannot be reached or says so itself changes while it is restarted: the alert would begin anew.
      // Of a pair, one that knows nothing of it says nothing against what the other has found.
      expression: q =>
        `${serviceIs(q, 'status=~"offline|unhealthy|not_serving"')} == 1 unless ${SERVICE_SERVING.expression(q)} == 1`,
      for: '2m',
      keepFiringFor: '5m',
      summary: `${SERVICE} does not serve`,
      description: `${SERVICE} cannot be reached, answers its health check with an error, or says that it does not serve.`,
      dashboard: 'services',
    },
    {
      name: 'KafkaServiceUnstable',
      severity: 'warning',
      signal: SERVICE_SERVING,
      // Each is down for less than the alert above waits.
      expression: (q, t) => {
        const serving = q.series('kafka_health_service_status', 'status="serving"')
        return `max without (${q.without('status')}) (changes(${serving}[30m])) > ${t['service-changes']}`
      },
      for: '5m',
      keepFiringFor: '15m',
      summary: `${SERVICE} comes and goes`,
      description: `${SERVICE} began or ceased to serve ${COUNT} times within 30 minutes.`,
      dashboard: 'services',
    },
    {
      name: 'KafkaServiceUnknown',
      severity: 'warning',
      signal: SERVICE_UNKNOWN,
      // Of a pair it is enough that one found something else.
      expression: q => `${serviceIs(q, 'status!="unknown"')} == 0`,
      for: '10m',
      keepFiringFor: '5m',
      summary: `Whether ${SERVICE} serves is not known`,
      description: `No check of ${SERVICE} tells how it is: the name is not known there, there is no health service, we are refused, or the exporter fails to ask, as without certificates that can be read. Nobody would be told that it is down.`,
      dashboard: 'services',
    },
    {
      name: 'KafkaServiceSlow',
      severity: 'warning',
      signal: SERVICE_CHECK,
      // One that hangs takes its whole deadline; that it does not serve is told already.
      expression: (q, t) =>
        `${SERVICE_CHECK.expression(q)} > ${t['service-slow']} unless ${SERVICE_SERVING.expression(q)} == 0`,
      for: '10m',
      keepFiringFor: '10m',
      summary: `${SERVICE} is slow to say how it is`,
      description: `A health check of ${SERVICE} takes ${DURATION}, on the average of ten minutes.`,
      dashboard: 'services',
    },
  ],
}
