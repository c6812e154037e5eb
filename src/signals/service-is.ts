import { HELD, type Query } from './query.ts'

/** A state set: 1 for what the last check found, 0 for the others. */
export const SERVICE_STATE = 'kafka_health_service_status'

/** 1 where a replica found a status that matches, and all the while that one such status follows another. */
export function serviceIs(q: Query, matcher: string): string {
  return `max without (${q.without('status')}) (last_over_time(${q.series(SERVICE_STATE, matcher)}[${HELD}]))`
}
