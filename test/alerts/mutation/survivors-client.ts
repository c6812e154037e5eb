const extrapolated = 'increase() makes more than one of one'
const sameProcess = 'all statuses of a service come with one scrape'

/** Those of the rules on services and on consumers with the kit, by rule and change. */
export const CLIENT_SURVIVORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kafka-health-exporter/KafkaServiceNotServing': {
    '3m → 540s (2)': sameProcess,
    '3m → 60s (2)': sameProcess,
  },
  'kafka-health-exporter/KafkaServiceSlow': {
    '> → >=': 'an average is no round number',
    '3m → 540s': 'the durations are gone before',
    '3m → 60s': 'one that does not serve is told for longer than a scrape is missed',
  },
  'consumer-kit/KafkaClientVanished': {
    '1m → 180s': 'between two looks nothing is made up',
    '1m → 20s': 'between two looks nothing is made up',
  },
  'consumer-kit/KafkaClientRebalancing': { '> → >=': 'increase() extrapolates to no round number' },
  'consumer-kit/KafkaClientRetrying': { '0 → 1': extrapolated },
  'consumer-kit/KafkaClientDeadLetters': { '0 → 1': extrapolated },
  'consumer-kit/KafkaClientDeadLettersFailing': { '0 → 1': extrapolated },
  'consumer-kit/KafkaClientFieldsDropped': { '0 → 1': extrapolated },
  'consumer-kit/KafkaClientAlertsFailing': { '0 → 1': extrapolated },
}
