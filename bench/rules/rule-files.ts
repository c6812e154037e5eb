import { KAFKA_EXPORTER_FAMILIES } from '../../src/rules/kafka-exporter/families.ts'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { BASELINE } from './baseline.ts'
import type { Ruled } from './windows.ts'

export interface RuleFile {
  readonly groups: readonly Ruled[]
  /** Families of the exporter that is scraped; all that are on by default where it is null. */
  readonly families: readonly string[] | null
}

const ofKafkaExporter = [...KAFKA_EXPORTER_FAMILIES.keys()]

/** Who has one of them has not the others: each is measured in a Prometheus of its own. */
export const RULE_FILES = {
  'kafka-health-exporter': {
    groups: renderGroups(RULE_SETS['kafka-health-exporter'], DEFAULT_CHOICES),
    families: null,
  },
  'kafka-exporter': {
    groups: renderGroups(RULE_SETS['kafka-exporter'], DEFAULT_CHOICES),
    families: ofKafkaExporter,
  },
  usual: { groups: [BASELINE], families: ofKafkaExporter },
} as const satisfies Readonly<Record<string, RuleFile>>

export type RuleFileName = keyof typeof RULE_FILES
