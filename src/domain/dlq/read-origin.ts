import type { RecordHeader } from '../../model/tail.ts'
import { DEAD_LETTER_HEADERS } from './own-headers.ts'

export type Convention = 'own' | 'spring' | 'connect' | 'streams' | 'share'

/** Where a dead letter comes from, as its headers tell; null = they do not, or not in a form that can be read. */
export interface Origin {
  readonly convention: Convention | null
  readonly topic: string | null
  readonly partition: number | null
  readonly offset: number | null
  readonly group: string | null
  /** The name of a class of exceptions; never a message. */
  readonly cause: string | null
}

interface Names {
  readonly convention: Convention
  readonly topic: string
  readonly partition: string
  readonly offset: string
  readonly group: string | null
  /** The most telling one first. */
  readonly causes: readonly string[]
  /** Numbers are int32 and int64, big-endian; else decimals. */
  readonly isBinary: boolean
}

const CONNECT = '__connect.errors.'
const STREAMS = '__streams.errors.'
const SHARE = '__dlq.errors.'
const SPRING = 'kafka_dlt-'

const CONVENTIONS: readonly Names[] = [
  {
    convention: 'own',
    ...DEAD_LETTER_HEADERS,
    causes: [DEAD_LETTER_HEADERS.cause],
    isBinary: false,
  },
  {
    convention: 'spring',
    topic: `${SPRING}original-topic`,
    partition: `${SPRING}original-partition`,
    offset: `${SPRING}original-offset`,
    group: `${SPRING}original-consumer-group`,
    // The exception itself is most often the listener's wrapper.
    causes: [`${SPRING}exception-cause-fqcn`, `${SPRING}exception-fqcn`],
    isBinary: true,
  },
  {
    convention: 'connect',
    topic: `${CONNECT}topic`,
    partition: `${CONNECT}partition`,
    offset: `${CONNECT}offset`,
    group: null,
    causes: [`${CONNECT}exception.class.name`],
    isBinary: false,
  },
  {
    convention: 'streams',
    topic: `${STREAMS}topic`,
    partition: `${STREAMS}partition`,
    offset: `${STREAMS}offset`,
    group: null,
    causes: [`${STREAMS}exception`],
    isBinary: false,
  },
  {
    convention: 'share',
    topic: `${SHARE}topic`,
    partition: `${SHARE}partition`,
    offset: `${SHARE}offset`,
    group: `${SHARE}group`,
    causes: [],
    isBinary: false,
  },
]

const CONNECTOR = `${CONNECT}connector.name`
/** https://kafka.apache.org/documentation/#basic_ops_add_topic */
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/
const CLASS = /^[\p{L}_$][\p{L}\p{N}_$.]{0,199}$/u
const DECIMALS = /^\d{1,15}$/
const MOST_GROUP_BYTES = 32_767

/** Of a header that is there several times the last one counts, as in Kafka's own clients. Never throws. */
export function readOrigin(headers: readonly RecordHeader[]): Origin {
  const last = new Map<string, Buffer | null>()
  for (const { key, value } of headers) last.set(key, value)
  const names = CONVENTIONS.find(each => last.has(each.topic) || each.causes.some(name => last.has(name)))
  if (names === undefined) {
    return { convention: null, topic: null, partition: null, offset: null, group: null, cause: null }
  }
  const text = (name: string, pattern: RegExp) => matching(last.get(name) ?? null, pattern)
  const number = (name: string, bytes: 4 | 8) =>
    names.isBinary ? bigEndian(last.get(name) ?? null, bytes) : decimals(last.get(name) ?? null)
  const connector = names.convention === 'connect' ? text(CONNECTOR, /^.{1,200}$/su) : null
  const causes = names.causes.map(name => text(name, CLASS))
  return {
    convention: names.convention,
    topic: text(names.topic, TOPIC),
    partition: number(names.partition, 4),
    offset: number(names.offset, 8),
    // What a connector's sink is called as a group, unless it was told otherwise.
    group:
      names.group === null ? connector && `connect-${connector}` : groupOf(last.get(names.group) ?? null),
    cause: causes.find(cause => cause !== null) ?? null,
  }
}

function matching(value: Buffer | null, pattern: RegExp): string | null {
  if (value === null || value.length > 1_000) return null
  const text = value.toString('utf8')
  return pattern.test(text) ? text : null
}

function groupOf(value: Buffer | null): string | null {
  return value === null || value.length === 0 || value.length > MOST_GROUP_BYTES
    ? null
    : value.toString('utf8')
}

function bigEndian(value: Buffer | null, bytes: 4 | 8): number | null {
  if (value?.length !== bytes) return null
  const number = bytes === 4 ? value.readInt32BE(0) : Number(value.readBigInt64BE(0))
  return number >= 0 && Number.isSafeInteger(number) ? number : null
}

function decimals(value: Buffer | null): number | null {
  const text = matching(value, DECIMALS)
  return text === null ? null : Number(text)
}
