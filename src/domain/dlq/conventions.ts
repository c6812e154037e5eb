import { DEAD_LETTER_HEADERS } from './own-headers.ts'

export type Convention = 'own' | 'spring' | 'connect' | 'streams' | 'share'

/** What a header tells. Causes: the more telling one of several has the lower number. */
export type HeaderRole =
  | 'topic'
  | 'partition'
  | 'offset'
  | 'group'
  | 'connector'
  | 'reason'
  | 'cause0'
  | 'cause1'
  | 'cause2'

export interface KnownHeader {
  readonly convention: Convention
  readonly role: HeaderRole
  /** Numbers are int32 and int64, big-endian; else decimals. */
  readonly isBinary: boolean
}

const headers = new Map<string, KnownHeader>()

function convention(name: Convention, isBinary: boolean, roles: Readonly<Record<string, HeaderRole>>): void {
  for (const [key, role] of Object.entries(roles)) headers.set(key, { convention: name, role, isBinary })
}

convention('own', false, {
  [DEAD_LETTER_HEADERS.topic]: 'topic',
  [DEAD_LETTER_HEADERS.partition]: 'partition',
  [DEAD_LETTER_HEADERS.offset]: 'offset',
  [DEAD_LETTER_HEADERS.group]: 'group',
  [DEAD_LETTER_HEADERS.cause]: 'cause0',
})

// Spring Kafka's DeadLetterPublishingRecoverer. The exception itself is most often the listener's wrapper, so its root
// counts more.
convention('spring', true, {
  'kafka_dlt-original-topic': 'topic',
  'kafka_dlt-original-partition': 'partition',
  'kafka_dlt-original-offset': 'offset',
  'kafka_dlt-original-consumer-group': 'group',
  'kafka_dlt-exception-cause-fqcn': 'cause0',
  'kafka_dlt-exception-fqcn': 'cause1',
  'kafka_dlt-key-exception-fqcn': 'cause2',
  // The same behind its retry topics (@RetryableTopic), under names of their own but for the group.
  'kafka_original-topic': 'topic',
  'kafka_original-partition': 'partition',
  'kafka_original-offset': 'offset',
  'kafka_exception-cause-fqcn': 'cause0',
  'kafka_exception-fqcn': 'cause1',
  'kafka_key-exception-fqcn': 'cause2',
})

// Kafka Connect's sinks, where errors.deadletterqueue.context.headers.enable is true.
convention('connect', false, {
  '__connect.errors.topic': 'topic',
  '__connect.errors.partition': 'partition',
  '__connect.errors.offset': 'offset',
  '__connect.errors.connector.name': 'connector',
  '__connect.errors.exception.class.name': 'cause0',
})

// Kafka Streams (KIP-1034). The application id is not among them.
convention('streams', false, {
  '__streams.errors.topic': 'topic',
  '__streams.errors.partition': 'partition',
  '__streams.errors.offset': 'offset',
  '__streams.errors.exception': 'cause0',
})

// Brokers, for share groups (KIP-1191). Why is a text of the broker's own.
convention('share', false, {
  '__dlq.errors.topic': 'topic',
  '__dlq.errors.partition': 'partition',
  '__dlq.errors.offset': 'offset',
  '__dlq.errors.group': 'group',
  '__dlq.errors.message': 'reason',
})

/** By key. */
export const KNOWN_HEADERS: ReadonlyMap<string, KnownHeader> = headers

/** The texts that brokers write, and what they are called as a cause. */
export const SHARE_CAUSES: ReadonlyMap<string, string> = new Map([
  ['Offset rejected by client.', 'rejected'],
  ['Offset delivery count exceeded the threshold.', 'delivery_count_exceeded'],
])
