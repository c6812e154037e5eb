import { DEFAULT_CHOICES, type RenderedGroup, renderGroups } from '../../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../../src/rules/rule-sets.ts'
import type { CatalogueSet } from './scenario.ts'

/** All rules of each set, as they are shipped. */
export const RULES: Readonly<Record<CatalogueSet, readonly RenderedGroup[]>> = {
  'kafka-health-exporter': renderGroups(RULE_SETS['kafka-health-exporter'], DEFAULT_CHOICES),
  'kafka-exporter': renderGroups(RULE_SETS['kafka-exporter'], DEFAULT_CHOICES),
}

const NAMES = new Set(JSON.stringify(RULES).match(/\b(up|kafka_[a-z_]+)\b/g))

/** Whether a rule of any set looks at it, or lag is made of it: whatever else is published changes nothing. */
export const isWatched = (metric: string): boolean =>
  NAMES.has(metric) || metric === 'kafka_topic_partition_current_offset'
