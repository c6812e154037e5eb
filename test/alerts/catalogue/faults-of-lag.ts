import { merged } from '../../../bench/accuracy/traces/producers.ts'
import { logStarts } from '../../../bench/accuracy/traces/retention.ts'
import {
  FOREVER,
  HOUR,
  MINUTE,
  type Moves,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Trace,
  traceOf,
  valueAt,
} from '../../../bench/accuracy/traces/trace.ts'
import { expect, GROUP_LABELS, type Scenario, TOPIC_LABELS, unproven } from './scenario.ts'
import { arrivals, empty, regular, served, stable } from './worlds.ts'

/** From the first hour on a consumer does 98 % of what comes: five a second, at random. */
function slowLeak(): Scenario {
  const faultAt = HOUR
  const lasts = 6 * HOUR
  const partitions = [21, 22].map(seed => {
    const appendedAt = arrivals(seed, 5, lasts)
    const first = appendedAt.findIndex(at => at >= faultAt)
    return served({ appendedAt, workMs: offset => (offset < first ? 20 : 1_000 / 4.9) })
  })
  const trace = traceOf('slow leak', lasts, partitions, { objective: { lagMs: HOUR } })
  return {
    name: 'a slow leak: the consumer does 98 % of what comes',
    trace,
    faultAt,
    fires: [...unproven({ trace, faultAt }), expect('KafkaConsumerFallingBehind', GROUP_LABELS, 150, 215)],
    offsetsOnly: { fires: [expect('KafkaConsumerFallingBehind', TOPIC_LABELS, 90, 215)] },
  }
}

/** A batch of 150,000 at once, worked off at 20 a second. */
function batch(): Scenario {
  const faultAt = HOUR
  const lasts = 4 * HOUR
  const appendedAt = merged(arrivals(23, 0.2, lasts), regular(1, 150_000, 0).fill(faultAt))
  return {
    name: 'more than 100,000 behind',
    trace: traceOf('batch', lasts, [served({ appendedAt, workMs: 50 })]),
    faultAt,
    fires: [expect('KafkaConsumerLagHigh', GROUP_LABELS, 15, 17)],
    offsetsOnly: { fires: [expect('KafkaConsumerLagHigh', GROUP_LABELS, 15, 18)] },
  }
}

const RETENTION_MS = 2 * HOUR
const SEGMENT_MS = 10 * MINUTE
const RETAINED: Partial<Trace> = {
  config: { ...FOREVER, retentionMs: RETENTION_MS },
  retentionSpanMs: RETENTION_MS,
  segmentSpanMs: SEGMENT_MS,
}

/** A record every five seconds, kept for two hours in segments of ten minutes. */
function kept(lasts: number): { appendedAt: Uint32Array; starts: Moves } {
  const appendedAt = regular(5 * SECOND, lasts)
  const starts = logStarts(appendedAt, lasts, {
    retentionMs: RETENTION_MS,
    retentionBytes: -1,
    recordBytes: 500,
    segmentMs: SEGMENT_MS,
    segmentRecords: 100_000,
  })
  return { appendedAt, starts }
}

/** From the first hour on a consumer does two fifths of what comes; retention passes it, and it begins there anew. */
function overtaken(): Scenario {
  const faultAt = HOUR
  const lasts = 6 * HOUR
  const { appendedAt, starts } = kept(lasts)
  const at: number[] = []
  const to: number[] = []
  for (let now = 0, offset = 0; offset < appendedAt.length; offset++) {
    offset = Math.max(offset, valueAt(starts, now, 0))
    now = Math.max(now, appendedAt[offset] ?? lasts) + (now < faultAt ? 20 : 12_500)
    at.push(now)
    to.push(offset + 1)
  }
  const commits = { at: Uint32Array.from(at), to: Uint32Array.from(to) }
  const partition: PartitionTrace = { logs: [plainLog(appendedAt, { starts })], commits, wedges: [] }
  const trace = traceOf('overtaken by retention', lasts, [partition], {
    ...RETAINED,
    objective: { lagMs: 30 * MINUTE },
  })
  return {
    name: 'retention comes to a slow consumer, and passes it',
    trace,
    faultAt,
    fires: [
      ...unproven({ trace, faultAt }),
      expect('KafkaConsumerLagOverObjective', GROUP_LABELS, 59, 64),
      expect('KafkaConsumerLagBudgetBurnFast', GROUP_LABELS, 57, 64),
      expect('KafkaConsumerLagBudgetBurnSlow', GROUP_LABELS, 74, 80),
      expect('KafkaConsumerFallingBehind', GROUP_LABELS, 120, 150),
      expect('KafkaConsumerRetentionLow', TOPIC_LABELS, 125, 155),
      expect('KafkaConsumerLossImminent', TOPIC_LABELS, 150, 175),
      expect('KafkaConsumerOffsetsLost', TOPIC_LABELS, 190, 225),
    ],
    offsetsOnly: {
      // It is slow indeed, which offsets tell an hour later than lag in time does.
      fires: [expect('KafkaConsumerFallingBehind', TOPIC_LABELS, 170, 200)],
      why: 'how long records are kept is not told by kafka_exporter, and a consumer that begins anew at once is never seen behind the log',
    },
  }
}

/** The last member leaves after an hour, and retention takes what waits. */
function drainedByRetention(): Scenario {
  const faultAt = HOUR
  const lasts = 4.5 * HOUR
  const { appendedAt, starts } = kept(lasts)
  const { commits } = served({ appendedAt, pauses: [{ from: faultAt, to: 2 * lasts }] })
  const trace = traceOf(
    'drained by retention',
    lasts,
    [{ logs: [plainLog(appendedAt, { starts })], commits, wedges: [] }],
    {
      ...RETAINED,
      group: [stable(0), empty(faultAt)],
    },
  )
  return {
    name: 'retention takes what nobody reads',
    trace,
    faultAt,
    fires: [
      expect('KafkaConsumerGroupWithoutConsumer', TOPIC_LABELS, 15, 17),
      expect('KafkaConsumerRetentionLow', TOPIC_LABELS, 75, 95),
      expect('KafkaConsumerLossImminent', TOPIC_LABELS, 90, 105),
      expect('KafkaConsumerOffsetsLost', TOPIC_LABELS, 119, 140),
    ],
    offsetsOnly: {
      fires: [
        expect('KafkaConsumerGroupWithoutConsumer', TOPIC_LABELS, 15, 24),
        expect('KafkaConsumerOffsetsLost', TOPIC_LABELS, 119, 140),
      ],
      why: 'how long records are kept is not told by kafka_exporter: a loss is told when it has come',
    },
  }
}

export const FAULTS_OF_LAG: readonly Scenario[] = [slowLeak(), batch(), overtaken(), drainedByRetention()]
