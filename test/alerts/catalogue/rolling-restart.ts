import type { PollTimes } from '../../../bench/accuracy/poll-times.ts'
import type { BrokerObservation, Observation } from '../../../src/model/observation.ts'
import { rowCount } from '../../../src/model/topology.ts'

const FAILURE = { code: 'TIMEOUT', message: 'no answer within the deadline' }

/**
 * A broker is restarted: for a minute it does not answer, what it leads cannot be read nor what it coordinates, and for
 * three its replicas are behind. It coordinates the group where its id is 1.
 */
export function restartBroker(
  observation: Observation,
  { startedAt }: PollTimes,
  { id, at }: { readonly id: number; readonly at: number },
): Observation {
  const since = startedAt - at
  const { cluster } = observation
  if (since < 0 || since >= 180_000 || cluster === null) return observation
  const rows = rowCount(cluster.topology)
  const partitions = { ...cluster.partitions, inSyncReplicas: new Uint16Array(rows).fill(2) }
  if (since >= 60_000) return { ...observation, cluster: { ...cluster, partitions } }
  const isLed = (row: number) => row % 3 === id - 1
  const unread = (column: Float64Array) => column.map((value, row) => (isLed(row) ? Number.NaN : value))
  const groups =
    id === 1
      ? cluster.groups.map(g => ({ ...g, commits: null, description: null, failure: FAILURE }))
      : cluster.groups
  const down = (broker: BrokerObservation): BrokerObservation =>
    broker.id === id ? { ...broker, responseMs: null, failure: FAILURE } : broker
  return {
    ...observation,
    brokers: observation.brokers.map(down),
    errors: [
      { stage: 'log_start', code: 'TIMEOUT', node: id, message: FAILURE.message },
      { stage: 'log_end', code: 'TIMEOUT', node: id, message: FAILURE.message },
    ],
    cluster: {
      ...cluster,
      groups,
      groupsComplete: false,
      partitions: {
        ...partitions,
        logStart: unread(partitions.logStart),
        highWatermark: unread(partitions.highWatermark),
        outcome: partitions.outcome.map((_, row) => (isLed(row) ? 1 : 0)),
        outcomes: ['NONE', 'TIMEOUT'],
      },
    },
  }
}
