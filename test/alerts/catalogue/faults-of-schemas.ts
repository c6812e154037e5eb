import { HOUR, MINUTE, traceOf } from '../../../bench/accuracy/traces/trace.ts'
import type { SchemaTopicView } from '../../../src/model/schema-watch.ts'
import { expect, type Scenario } from './scenario.ts'
import { regular, served } from './worlds.ts'

const FAULT_AT = HOUR / 2
const EVERY_MS = 10_000
const WHY = 'kafka_exporter reads no records'

const NOTHING: Omit<SchemaTopicView, 'checked'> = {
  topic: 'orders',
  fallback: 0,
  undecodable: { undecodable: 0, unknown_schema_id: 0 },
  unsampled: 0,
  droppedFields: {
    case_collision: 0,
    name_collision: 0,
    type_flip: 0,
    missing_required: 0,
    null_violation: 0,
  },
  affectedRecords: {
    case_collision: 0,
    name_collision: 0,
    type_flip: 0,
    missing_required: 0,
    null_violation: 0,
    oversize: 0,
  },
  problems: [],
  problemsLeftOut: 0,
}

/** A record every ten seconds, worked off at once; `counts` says what the watch has made of so many before and since. */
function watched(
  name: string,
  counts: (before: number, since: number) => Partial<SchemaTopicView>,
  fires: Scenario['fires'],
): Scenario {
  const lasts = 1.5 * HOUR
  return {
    name,
    trace: traceOf('schemas', lasts, [served({ appendedAt: regular(EVERY_MS, lasts) })]),
    faultAt: FAULT_AT,
    schemas: now => {
      const all = Math.floor(now / EVERY_MS)
      const before = Math.min(all, FAULT_AT / EVERY_MS)
      return [{ ...NOTHING, checked: all, ...counts(before, all - before) }]
    },
    fires,
    offsetsOnly: fires.length === 0 ? { fires: [] } : { fires: [], why: WHY },
  }
}

export const FAULTS_OF_SCHEMAS: readonly Scenario[] = [
  watched(
    'a producer that writes amounts as text',
    (_, since) => ({
      droppedFields: { ...NOTHING.droppedFields, type_flip: since },
      affectedRecords: { ...NOTHING.affectedRecords, type_flip: since },
    }),
    [expect('KafkaSchemaDrops', { topic: 'orders', reason: 'type_flip' }, 20, 22)],
  ),
  watched(
    'three records that nobody can decode',
    (before, since) => ({
      checked: before + since - Math.min(3, since),
      undecodable: { ...NOTHING.undecodable, undecodable: Math.min(3, since) },
    }),
    [expect('KafkaSchemaRecordsUndecodable', { topic: 'orders', reason: 'undecodable' }, 0, 2)],
  ),
  watched('a watch that looks at nothing any more', before => ({ checked: before }), [
    // Of the window of a quarter of an hour nothing is left, then another one.
    expect('KafkaSchemaWatchBlind', { topic: 'orders' }, 29, 32),
  ]),
]

/** A batch of bad records for less than ten minutes. */
export const BAD_BATCH: Scenario = watched(
  'records that lose fields for five minutes',
  (_, since) => {
    const bad = Math.min(since, (5 * MINUTE) / EVERY_MS)
    return {
      droppedFields: { ...NOTHING.droppedFields, type_flip: bad },
      affectedRecords: { ...NOTHING.affectedRecords, type_flip: bad },
    }
  },
  [],
)
