export const POLL_INTERVAL_MS = 5_000
export const STALLED_AFTER_MS = 30_000
export const NO_CONSUMER_AFTER_MS = 60_000
/** Not to be configured. */
export const HUNG_AFTER_MS = 900_000

/** The program's configuration: objectives ten times as strict as the defaults, for a run of a quarter of an hour. */
export function exporterConfig(brokers: readonly string[], stateFile: string | null): string {
  const objective = 'stalled_after: 30s, stalled_after_max: 6m'
  return `
clusters:
  - brokers: [${brokers.map(broker => `'${broker}'`).join(', ')}]
    poll_interval: 5s
    no_consumer_after: 1m
    objectives:
      - {groups: ['payments'], ${objective}, isolation: read_committed}
      - {groups: ['.*'], ${objective}}
metrics: {families: {include: ['.*']}}
web: {listen_address: '127.0.0.1:0'}
log: {level: info}
${stateFile === null ? '' : `state_file: ${stateFile}\n`}`
}
