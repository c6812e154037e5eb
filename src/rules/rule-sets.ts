import { CATALOG } from '../catalog/catalog.ts'
import { CONSUMER_CLIENT_FAMILIES } from '../catalog/consumer-client.ts'
import { type Queryable, queryables } from '../signals/query.ts'
import { CLIENT_PROGRESS } from './consumer-kit/progress.ts'
import { CLIENT_RECORDS } from './consumer-kit/records.ts'
import { CONSUMER_LAG } from './exporter/consumer-lag.ts'
import { CONSUMER_LOSS } from './exporter/consumer-loss.ts'
import { CONSUMER_PROGRESS } from './exporter/consumer-progress.ts'
import { DEAD_LETTERS } from './exporter/dead-letters.ts'
import { DEPENDENCIES } from './exporter/dependencies.ts'
import { EXPORTER_HEALTH } from './exporter/exporter.ts'
import { REACHABILITY } from './exporter/reachability.ts'
import { SCHEMA } from './exporter/schema.ts'
import { SERVICES } from './exporter/services.ts'
import { BANDWIDTH, JMX_FAMILIES } from './jmx/bandwidth.ts'
import { CLUSTER } from './kafka-exporter/cluster.ts'
import { COMMITS } from './kafka-exporter/commits.ts'
import { CONSUMERS } from './kafka-exporter/consumers.ts'
import { KAFKA_EXPORTER_FAMILIES } from './kafka-exporter/families.ts'
import { PROGRESS } from './kafka-exporter/progress.ts'
import type { RuleGroup } from './rule.ts'
import type { RuleSetName } from './rule-set-names.ts'

export interface RuleSet {
  /** For whom, in a sentence. */
  readonly meaning: string
  readonly families: ReadonlyMap<string, Queryable>
  /** Those of them that another exporter publishes, from targets of its own. */
  readonly foreign?: ReadonlyMap<string, Queryable>
  readonly groups: readonly RuleGroup[]
}

const OURS = queryables(CATALOG)

/** Files of rules that are installed each for itself, by the name of the file. */
export const RULE_SETS = {
  'kafka-health-exporter': {
    meaning: 'For the metrics of this exporter.',
    families: OURS,
    groups: [
      CONSUMER_PROGRESS,
      CONSUMER_LAG,
      CONSUMER_LOSS,
      DEAD_LETTERS,
      SCHEMA,
      REACHABILITY,
      DEPENDENCIES,
      SERVICES,
      EXPORTER_HEALTH,
    ],
  },
  'consumer-kit': {
    meaning:
      'For the metrics that services with the consumer kit publish themselves. Beside the first set, or where there is no exporter.',
    families: queryables(CONSUMER_CLIENT_FAMILIES),
    groups: [CLIENT_PROGRESS, CLIENT_RECORDS],
  },
  'kafka-exporter': {
    meaning:
      'For those who still scrape kafka_exporter: what its metrics can tell, under the same names. Instead of the first set, not beside it.',
    families: KAFKA_EXPORTER_FAMILIES,
    groups: [PROGRESS, CONSUMERS, COMMITS, CLUSTER],
  },
  'jmx-exporter': {
    meaning: 'Beside the first set, where the brokers are scraped through jmx_exporter too.',
    families: new Map([...OURS, ...JMX_FAMILIES]),
    foreign: JMX_FAMILIES,
    groups: [BANDWIDTH],
  },
} as const satisfies Readonly<Record<RuleSetName, RuleSet>>

export type { RuleSetName } from './rule-set-names.ts'
