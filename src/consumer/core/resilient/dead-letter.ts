import { DEAD_LETTER_HEADERS as OWN } from '../../../domain/dlq/own-headers.ts'
import type { KafkaHeaders, KafkaRecord } from '../ports.ts'
import type { FailureTraits } from './failure.ts'

/** As `producer.send` of KafkaJS takes it. */
export interface DeadLetterMessage {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, Buffer | string | (Buffer | string)[]>
}

/** Why a record is parked. */
export interface Parting extends FailureTraits {
  readonly topic: string
  readonly partition: number
  readonly group: string
  /** How often its handler was called. */
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly firstFailureAt: number
  readonly lastFailureAt: number
}

const OWN_KEYS: ReadonlySet<string> = new Set(Object.values(OWN))

/**
 * The record as it is, with why it is parked behind its headers, for of several conventions the last one counts. Of an
 * earlier time that it was parked, nothing is left.
 *
 * KafkaJS cannot write a header without a value: it is written with an empty one, and its key named.
 */
export function deadLetterOf(record: KafkaRecord, parting: Parting): DeadLetterMessage {
  const headers: Record<string, Buffer | string | (Buffer | string)[]> = {}
  const nulls: string[] = []
  for (const [key, value] of Object.entries((record.headers ?? {}) as Partial<KafkaHeaders>)) {
    if (OWN_KEYS.has(key)) continue
    define(headers, key, withoutNulls(key, value, nulls))
  }
  headers[OWN.topic] = parting.topic
  headers[OWN.partition] = String(parting.partition)
  headers[OWN.offset] = record.offset
  headers[OWN.timestamp] = record.timestamp
  headers[OWN.group] = parting.group
  headers[OWN.cause] = parting.cause
  headers[OWN.errorClass] = parting.errorClass
  if (parting.errorCode !== null) headers[OWN.errorCode] = parting.errorCode
  headers[OWN.stackHash] = parting.stackHash
  headers[OWN.attempts] = String(parting.attempts)
  headers[OWN.firstFailure] = String(parting.firstFailureAt)
  headers[OWN.lastFailure] = String(parting.lastFailureAt)
  if (nulls.length > 0) headers[OWN.nullHeaders] = nulls.map(encodeURIComponent).join(',')
  return { key: record.key, value: record.value, headers }
}

type HeaderValue = Buffer | string | (Buffer | string)[]

function withoutNulls(key: string, value: KafkaHeaders[string] | null, nulls: string[]): HeaderValue {
  if (value === null || value === undefined) {
    nulls.push(key)
    return Buffer.alloc(0)
  }
  if (!Array.isArray(value)) return value
  return value.map(each => withoutNulls(key, each, nulls) as Buffer | string)
}

/** Also a key that is a property of every object. */
function define(headers: Record<string, HeaderValue>, key: string, value: HeaderValue): void {
  Object.defineProperty(headers, key, { value, enumerable: true, writable: true, configurable: true })
}
