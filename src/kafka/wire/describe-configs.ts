import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'

export const DESCRIBE_CONFIGS: Api = { key: 32, name: 'DescribeConfigs', min: 2, max: 4, flexibleFrom: 4 }

const TOPIC_RESOURCE = 2

export interface DescribeConfigsResponse {
  readonly throttleMs: number
  readonly topics: readonly DescribedConfigs[]
}

export interface DescribedConfigs {
  readonly topic: string
  readonly errorCode: number
  /** Effective values by key, defaults included; null where the broker keeps it secret. */
  readonly values: ReadonlyMap<string, string | null>
}

/** @param keys of each topic, `retention.ms` and the like */
export function encodeDescribeConfigs(
  version: number,
  topics: readonly string[],
  keys: readonly string[],
): Buffer {
  const writer = new ProtocolWriter(DESCRIBE_CONFIGS, version, 64 + topics.length * (32 + keys.length * 24))
  writer.arrayLength(topics.length)
  for (const topic of topics) {
    writer.uint8(TOPIC_RESOURCE)
    writer.string(topic)
    writer.strings(keys)
    writer.tags()
  }
  writer.boolean(false) // include_synonyms
  if (version >= 3) writer.boolean(false) // include_documentation
  writer.tags()
  return writer.finish()
}

export function* decodeDescribeConfigs(version: number, body: Buffer): Steps<DescribeConfigsResponse> {
  const reader = new ProtocolReader(body, DESCRIBE_CONFIGS, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const topics: DescribedConfigs[] = []
  for (let n = reader.listLength(7); n > 0; n--) {
    const errorCode = reader.int16()
    reader.skipString() // error_message
    const type = reader.int8()
    const topic = reader.string()
    const values = readValues(reader, version)
    reader.tags()
    if (type === TOPIC_RESOURCE) topics.push({ topic, errorCode, values })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, topics }
}

function readValues(reader: ProtocolReader, version: number): Map<string, string | null> {
  const values = new Map<string, string | null>()
  for (let n = reader.listLength(6); n > 0; n--) {
    const key = reader.string()
    values.set(key, reader.nullableString())
    reader.skip(3) // read_only, config_source, is_sensitive
    skipSynonyms(reader)
    if (version >= 3) {
      reader.int8() // config_type
      reader.skipString() // documentation
    }
    reader.tags()
  }
  return values
}

function skipSynonyms(reader: ProtocolReader): void {
  for (let n = reader.arrayLength(4); n > 0; n--) {
    reader.skipString() // name
    reader.skipString() // value
    reader.int8() // source
    reader.tags()
  }
}
