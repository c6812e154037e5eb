import type { Signal } from './signal.ts'

export const FIELDS_DROPPED: Signal = {
  id: 'fields-dropped',
  title: 'Fields that would be dropped',
  description:
    'Fields of the records that were checked which a consumer that is guarded by the check would drop, by reason. The API and the log name them.',
  unit: 'short',
  labels: ['topic', 'reason'],
  expression: q => q.now('kafka_schema_dropped_fields_total'),
}

export const RECORDS_AFFECTED: Signal = {
  id: 'records-affected',
  title: 'Records that would lose fields',
  description:
    'Records that were checked and have a field that would be dropped, or are too large, by reason.',
  unit: 'short',
  labels: ['topic', 'reason'],
  expression: q => q.now('kafka_schema_affected_records_total'),
}

export const RECORDS_CHECKED: Signal = {
  id: 'records-checked',
  title: 'Records checked',
  description:
    'Records that were decoded by their schema, or are plain JSON where no registry is configured, and checked.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.now('kafka_schema_records_checked_total'),
}

export const RECORDS_UNSAMPLED: Signal = {
  id: 'records-unsampled',
  title: 'Records not looked at',
  description: 'Records that were passed over: by the sample, or because more came than could be read.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.now('kafka_schema_records_unsampled_total'),
}

export const RECORDS_UNDECODABLE: Signal = {
  id: 'records-undecodable',
  title: 'Records that cannot be decoded',
  description:
    'Records whose bytes fit no schema, or name one that the registry does not know. Consumers fail on them, too.',
  unit: 'short',
  labels: ['topic', 'reason'],
  expression: q => q.now('kafka_schema_undecodable_records_total'),
}

export const FALLBACK_DECODES: Signal = {
  id: 'fallback-decodes',
  title: 'Records read without their schema',
  description:
    'Records whose schema could not be had, and that were read as plain JSON: of their fields only those are told that collide within one record.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.now('kafka_schema_fallback_decodes_total'),
}
