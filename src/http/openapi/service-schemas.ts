import { SERVICE_STATUSES } from '../../model/service-status.ts'
import type { ServiceCounts, ServiceResourceSummary, ServiceSummary } from '../api/service-summary.ts'
import type { ServicesAnswer } from '../api-routes.ts'
import {
  count,
  instant,
  listOf,
  number,
  object,
  oneOf,
  orNull,
  ref,
  type Schema,
  seconds,
  text,
} from './schema.ts'

/** The answer about services. */
export const SERVICE_SCHEMAS: Readonly<Record<string, Schema>> = {
  Services: object<ServicesAnswer>({
    total: count,
    counts: object<ServiceCounts>(
      {
        offline: count,
        unhealthy: count,
        not_serving: count,
        unknown: count,
        serving: count,
        unchecked: count,
      },
      'All services that match, by what the last check found; `unchecked` have not been checked yet.',
    ),
    services: listOf(ref('Service')),
  }),
  Service: object<ServiceSummary>(
    {
      name: text,
      address: text,
      status: orNull(oneOf(SERVICE_STATUSES)),
      since: orNull(instant),
      checkSeconds: orNull(seconds),
      checkedAt: orNull(instant),
      failure: orNull(ref('Failure')),
      resources: orNull(ref('ServiceResources')),
    },
    'What the last check of a service found, and since when it has found the same.',
  ),
  ServiceResources: object<ServiceResourceSummary>(
    { cpuRatio: orNull(number), memoryBytes: orNull(count), failure: orNull(ref('Failure')) },
    'What the service tells of its process: CPU seconds a second between the last two checks, resident memory.',
  ),
}
