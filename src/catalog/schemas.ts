import type { SampleFamily } from './family.ts'

const family = (name: string, labels: readonly string[], help: string): SampleFamily => ({
  name,
  labels,
  help,
  kind: 'sample',
  type: 'counter',
  onByDefault: true,
  subject: 'Schemas',
  samples: () => [],
})

export const SCHEMAS: readonly SampleFamily[] = [
  family('kafka_schema_records_checked_total', ['topic'], 'Records that were decoded and checked'),
  family('kafka_schema_records_unsampled_total', ['topic'], 'Records that were not looked at'),
  family(
    'kafka_schema_dropped_fields_total',
    ['topic', 'reason'],
    'Fields that a consumer guarded by the check would drop',
  ),
  family('kafka_schema_affected_records_total', ['topic', 'reason'], 'Records with at least one such field'),
  family('kafka_schema_undecodable_records_total', ['topic', 'reason'], 'Records that could not be decoded'),
  family(
    'kafka_schema_fallback_decodes_total',
    ['topic'],
    'Records whose schema is not known and that were decoded as JSON',
  ),
]
