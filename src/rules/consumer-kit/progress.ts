import { ofAllProcesses } from '../../signals/all-processes.ts'
import {
  CLIENT_CRASHES,
  CLIENT_LAG,
  CLIENT_LIVE,
  CLIENT_READY,
  CLIENT_REBALANCES,
  CLIENT_STALLED,
} from '../../signals/consumer-client.ts'
import { HELD } from '../../signals/query.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, DURATION, GROUP, PARTITION, TOPIC } from '../words.ts'

const PROCESS = '{{ with $labels.instance }}{{ . }}{{ else }}A process{{ end }}'

/** Probes are those of a process, and told of each. What is read is told of the group: partitions move between them. */
export const CLIENT_PROGRESS: RuleGroup = {
  name: 'kafka-client-progress',
  meaning: 'Whether consumers with the kit do their work, as they know themselves.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaClientNotLive',
      severity: 'critical',
      signal: CLIENT_LIVE,
      // Longer than a probe takes to restart it, and its last answer is held.
      expression: q => `${CLIENT_LIVE.expression(q)} == 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `A consumer of ${GROUP} is stuck, and nobody restarts it: ${PROCESS}`,
      description: `${PROCESS} of ${GROUP} fails its own liveness check and goes on running: its probe is not asked, or restarting it does not end.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientRestartLoop',
      severity: 'critical',
      signal: CLIENT_LIVE,
      // From live to dead and back with a restart: two of them are four changes.
      expression: (q, t) => `changes(${q.series('kafka_consumer_client_live')}[1h]) > ${t['client-changes']}`,
      for: '1m',
      keepFiringFor: '15m',
      summary: `Restarts do not help a consumer of ${GROUP}: ${PROCESS}`,
      description: `${PROCESS} of ${GROUP} was live, then stuck, and then live again: ${COUNT} changes within an hour. After each restart it stops at the same place.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientNotReady',
      severity: 'warning',
      signal: CLIENT_READY,
      expression: q => `${CLIENT_READY.expression(q)} == 0`,
      for: '15m',
      keepFiringFor: '5m',
      summary: `A consumer of ${GROUP} is not ready: ${PROCESS}`,
      description: `${PROCESS} of ${GROUP} runs, and something that it needs is not there: a broker, the topic, its group or a database.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientVanished',
      severity: 'warning',
      signal: CLIENT_LAG,
      // What each partition lacked when it was last seen, whichever process had it. A group that was scaled down to
      // nothing with nothing left to do is none.
      expression: q => {
        const lag = q.now('kafka_consumer_client_lag')
        const live = `last_over_time(${q.series('kafka_consumer_client_live')}[${HELD}])`
        return [
          `sum without (topic, partition) (last_over_time((${lag})[1h:1m])) > 0`,
          `unless on (job, consumergroup) ${live}`,
        ].join('\n')
      },
      for: '10m',
      keepFiringFor: '0m',
      summary: `All consumers of ${GROUP} are gone`,
      description: `No process of ${GROUP} is scraped any more, and when they were last seen ${COUNT} records were not processed.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientPartitionStalled',
      severity: 'critical',
      signal: CLIENT_STALLED,
      expression: (q, t) => `${CLIENT_STALLED.expression(q)} > ${t['client-stalled']}`,
      for: '1m',
      keepFiringFor: '5m',
      summary: `${GROUP} does not get on with ${PARTITION}`,
      description: `The consumer of ${GROUP} that has ${PARTITION} has had something to process there for ${DURATION}, and has not advanced.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientLagHigh',
      severity: 'warning',
      signal: CLIENT_LAG,
      expression: (q, t) => `${CLIENT_LAG.expression(q)} > ${t['client-lag']}`,
      for: '10m',
      keepFiringFor: '5m',
      summary: `${GROUP} is far behind on ${TOPIC}`,
      description: `${COUNT} records of ${TOPIC} are before the consumers of ${GROUP}.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientCrashing',
      severity: 'warning',
      signal: CLIENT_CRASHES,
      expression: (q, t) => {
        const grew = `increase(${q.series('kafka_consumer_client_crashes_total')}[30m])`
        return `${ofAllProcesses(q, grew)} > ${t['client-crashes']}`
      },
      for: '1m',
      keepFiringFor: '15m',
      summary: `Consumers of ${GROUP} crash`,
      description: `Consumers of ${GROUP} have stopped by an error about ${COUNT} times within 30 minutes. With each the group rebalances.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientRebalancing',
      severity: 'warning',
      signal: CLIENT_REBALANCES,
      expression: (q, t) => {
        const grew = `increase(${q.series('kafka_consumer_client_rebalances_total')}[30m])`
        return `${q.merged(grew)} > ${t['client-rebalances']}`
      },
      for: '5m',
      keepFiringFor: '15m',
      summary: `${GROUP} rebalances over and over`,
      description: `A consumer of ${GROUP} had to join it anew about ${COUNT} times within 30 minutes, and nothing is read meanwhile.`,
      dashboard: 'consumer',
    },
  ],
}
