import type { TopicConfig } from '../../model/observation.ts'
import {
  DESCRIBE_CONFIGS,
  type DescribedConfigs,
  decodeDescribeConfigs,
  encodeDescribeConfigs,
} from '../wire/describe-configs.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { answered } from './answer.ts'
import { chunksByWeight, forEachChunk } from './chunks.ts'
import { askLiving, type Poll, paceOf } from './poll.ts'
import { SlowClock } from './slow-clock.ts'

const KEYS = [
  'cleanup.policy',
  'message.timestamp.type',
  'retention.ms',
  'retention.bytes',
  // KIP-405, Kafka 3.6: unknown to older brokers, which leave it out.
  'remote.storage.enable',
]
const BATCH = 1_000
const BURST = 5_000

/** Reads the configuration of each topic now and then, of new topics at once. */
export class TopicConfigs {
  readonly #clock: SlowClock

  constructor(everyMs: number) {
    this.#clock = new SlowClock({ everyMs, batch: BATCH, burst: BURST })
  }

  /** Null where no topic was due. */
  async read(poll: Poll, topics: readonly string[]): Promise<ReadonlyMap<string, TopicConfig> | null> {
    const now = poll.calls.clock()
    const due = await poll.calls.run(this.#clock.take(topics, now))
    if (due.length === 0) return null
    const configs = new Map<string, TopicConfig>()
    await forEachChunk(
      chunksByWeight(due, () => 1, poll.limits.configuredTopics),
      paceOf(poll),
      async chunk => {
        for (const described of await this.#ask(poll, chunk)) {
          this.#clock.asked(described.topic, now)
          if (described.errorCode === NONE) configs.set(described.topic, toTopicConfig(described))
          else noteError(poll, described)
        }
      },
      (chunk, failure) => {
        poll.errors.add('slow', -1, failure, {
          what: 'topic',
          example: chunk[0] as string,
          count: chunk.length,
        })
      },
    )
    return configs
  }

  async #ask(poll: Poll, topics: readonly string[]): Promise<readonly DescribedConfigs[]> {
    const answer = await askLiving(poll, () =>
      answered({
        api: DESCRIBE_CONFIGS,
        isSlow: true,
        encode: (version: number) => encodeDescribeConfigs(version, topics, KEYS),
        decode: decodeDescribeConfigs,
      }),
    )
    if (answer.ok) return answer.value.value.topics
    const struck = { what: 'topic', example: topics[0] as string, count: topics.length } as const
    poll.errors.add('slow', -1, answer.failure, struck)
    return []
  }
}

function noteError(poll: Poll, { topic, errorCode }: DescribedConfigs): void {
  const code = errorName(errorCode)
  // Deleted since Metadata named it.
  if (code === 'UNKNOWN_TOPIC_OR_PARTITION') return
  const message = `DescribeConfigs: ${code}`
  poll.errors.add('slow', -1, { code, message }, { what: 'topic', example: topic, count: 1 })
}

function toTopicConfig({ values }: DescribedConfigs): TopicConfig {
  return {
    cleanupPolicy: values.get('cleanup.policy') ?? '',
    timestampType: values.get('message.timestamp.type') ?? '',
    retentionMs: toNumber(values.get('retention.ms')),
    retentionBytes: toNumber(values.get('retention.bytes')),
    isTiered: values.get('remote.storage.enable') === 'true',
  }
}

function toNumber(text: string | null | undefined): number {
  return text === null || text === undefined || text === '' ? Number.NaN : Number(text)
}
