/** Apart from what they hold, which whoever only names them need not load. The first is the default. */
export const RULE_SET_NAMES = [
  'kafka-health-exporter',
  'consumer-kit',
  'kafka-exporter',
  'jmx-exporter',
] as const

export type RuleSetName = (typeof RULE_SET_NAMES)[number]
