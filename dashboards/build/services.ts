import { DEPENDENCY_PING, DEPENDENCY_UP } from '../../src/signals/dependencies.ts'
import {
  SERVICE_CHECK,
  SERVICE_CPU,
  SERVICE_MEMORY,
  SERVICE_SERVING,
  SERVICE_STATUS,
} from '../../src/signals/services.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { atEnd, lines, number, onLabelsOf, ups, worstLines } from './panels.ts'
import { q } from './query.ts'

const inStatus = (status: string) =>
  `sum(${q.held('kafka_health_service_status', `status="${status}"`)}) or vector(0)`

/** As many as `$limit` says, those that do not serve first. */
const worstServices = [
  SERVICE_SERVING.expression(q),
  `and on (${onLabelsOf(SERVICE_SERVING)}) bottomk($limit, ${atEnd(SERVICE_SERVING.expression(q))})`,
].join('\n')

export const SERVICES: DashboardSpec = {
  name: 'services',
  title: 'Kafka health / Services',
  description: 'Whether the services around Kafka serve, and whether what they depend on is there.',
  text: 'Which service does not serve, since when, and what else began then? Each is asked by its gRPC health check; why it fails is on the status page, and in the API under `/api/v1/services`.',
  variables: ['kafka_cluster', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'All services in six numbers.',
      panels: [
        number(SERVICE_STATUS, inStatus('serving'), { title: 'Serving' }),
        number(SERVICE_STATUS, inStatus('not_serving'), { title: 'Not serving', meaning: 'bad-above-0' }),
        number(SERVICE_STATUS, inStatus('unhealthy'), { title: 'Unhealthy', meaning: 'bad-above-0' }),
        number(SERVICE_STATUS, inStatus('offline'), { title: 'Offline', meaning: 'bad-above-0' }),
        number(SERVICE_STATUS, inStatus('unknown'), { title: 'Unknown', meaning: 'bad-above-0' }),
        number(DEPENDENCY_UP, `count(${DEPENDENCY_UP.expression(q)} == 0) or vector(0)`, {
          title: 'Dependencies down',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
      ],
    },
    {
      title: 'Services',
      text: 'Who serves, and how long each takes to say so. One that hangs takes its whole deadline.',
      panels: [
        ups(SERVICE_SERVING, '{{service}}', {
          targets: [{ expression: worstServices, legend: '{{service}}' }],
        }),
        worstLines(SERVICE_CHECK, '{{service}}'),
        lines(SERVICE_STATUS, '{{status}}', { width: 24 }),
      ],
    },
    {
      title: 'Resources',
      text: 'What services use, as they tell themselves at their `metrics_url`. A consumer at one core, or one that is at its memory, is slow before it is dead.',
      panels: [worstLines(SERVICE_CPU, '{{service}}'), worstLines(SERVICE_MEMORY, '{{service}}')],
    },
    {
      title: 'Dependencies',
      text: 'What services need beside Kafka: did they cease to serve when it went?',
      panels: [
        ups(DEPENDENCY_UP, '{{dependency}} ({{kind}})'),
        lines(DEPENDENCY_PING, '{{dependency}} ({{kind}})'),
      ],
    },
  ],
}
