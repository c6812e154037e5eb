import type { Liveness, LivenessFault, PartitionProgress } from './progress.ts'

/** What a consumer's liveness is judged by, as it is known now. Times in milliseconds. */
export interface LivenessEvidence {
  readonly partitions: Iterable<
    Pick<PartitionProgress, 'topic' | 'partition' | 'position' | 'lag' | 'stalledMs' | 'thresholdMs'>
  >
  /** The loop should turn. */
  readonly isRunning: boolean
  /** How long it has not. */
  readonly loopStandsMs: number
  readonly maxPollIntervalMs: number
  /** What is said of the crash after which KafkaJS does not start again, and how long ago that was. */
  readonly crash: { readonly message: string; readonly forMs: number } | null
  /** How long Kafka has been out of reach, or what of it; null where that is no reason to be restarted. */
  readonly kafkaDown: { readonly who: string; readonly forMs: number } | null
}

/** A stopped consumer is live: its own program has stopped it. */
export function judgeLiveness(evidence: LivenessEvidence): Liveness {
  const { crash, isRunning, loopStandsMs, maxPollIntervalMs, kafkaDown } = evidence
  const faults: LivenessFault[] = []
  if (crash !== null) {
    const message = `the consumer crashed and is not started again: ${crash.message}`
    faults.push({ reason: 'crashed', forMs: crash.forMs, thresholdMs: 0, message })
  }
  if (isRunning) {
    for (const each of evidence.partitions) {
      if (each.stalledMs > each.thresholdMs) faults.push(stalled(each))
    }
    if (loopStandsMs > maxPollIntervalMs) {
      const message = `the consumer's loop has not turned for ${seconds(loopStandsMs)}, expected within ${seconds(maxPollIntervalMs)}`
      faults.push({ reason: 'poll_loop', forMs: loopStandsMs, thresholdMs: maxPollIntervalMs, message })
    }
    if (kafkaDown !== null && kafkaDown.forMs > maxPollIntervalMs) {
      const { who, forMs } = kafkaDown
      const message = `${who} has not answered for ${seconds(forMs)}`
      faults.push({ reason: 'kafka_down', forMs, thresholdMs: maxPollIntervalMs, message })
    }
  }
  return { live: faults.length === 0, faults }
}

type Stalled = LivenessEvidence['partitions'] extends Iterable<infer Each> ? Each : never

function stalled({ topic, partition, position, lag, stalledMs, thresholdMs }: Stalled): LivenessFault {
  const at = position === null ? '' : ` at offset ${position}`
  return {
    reason: 'stalled',
    topic,
    partition,
    ...(position === null ? {} : { offset: position }),
    ...(lag === null ? {} : { lag }),
    forMs: stalledMs,
    thresholdMs,
    message: `${topic}[${partition}] has not advanced${at} for ${seconds(stalledMs)}, with ${lag ?? 'unknown'} records waiting`,
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
