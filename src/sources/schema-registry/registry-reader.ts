import type { Reading, ValueReader } from '../../model/schema-watch.ts'
import type { TailedRecord } from '../../model/tail.ts'
import type { DecoderAnswer, DecoderCache } from './decoder-cache.ts'
import { parseJson } from './json-decoder.ts'
import type { SchemaKey } from './registered-schema.ts'
import { parseFrame } from './wire-format.ts'

const UNDECODABLE: Reading = { kind: 'undecodable', reason: 'undecodable' }
const UNKNOWN_SCHEMA: Reading = { kind: 'undecodable', reason: 'unknown_schema_id' }

/**
 * Values in the wire format of a registry. All unknown schemas of a batch are asked for side by side, so that a batch
 * waits no longer than one question may take.
 */
export function registryReader(decoders: Pick<DecoderCache, 'known' | 'lookUp'>): ValueReader {
  return {
    prepare(records) {
      let missing: Map<SchemaKey, Promise<DecoderAnswer>> | undefined
      for (const { value, headers } of records) {
        const frame = value === null ? null : parseFrame(value, headers)
        if (frame === null || decoders.known(frame.key) !== undefined || missing?.has(frame.key)) continue
        missing ??= new Map()
        missing.set(frame.key, decoders.lookUp(frame.key))
      }
      return missing === undefined ? undefined : Promise.all(missing.values()).then(() => {})
    },
    read({ value, headers }) {
      if (value === null) return UNDECODABLE
      const frame = parseFrame(value, headers)
      if (frame === null) return readJson(value) ?? UNDECODABLE
      const answer = decoders.known(frame.key)
      if (answer?.kind === 'decoder') {
        try {
          return { kind: 'value', ...answer.decoder.decode(frame) }
        } catch {
          return UNDECODABLE
        }
      }
      return readJson(frame.payload) ?? (answer?.kind === 'unusable' ? UNDECODABLE : UNKNOWN_SCHEMA)
    },
  }
}

const OBJECT = 0x7b
const LIST = 0x5b

/** Objects and lists only: a byte or two of another format can read as a number. */
function readJson(bytes: Buffer): Reading | null {
  if (bytes[0] !== OBJECT && bytes[0] !== LIST) return null
  try {
    return { kind: 'fallback', value: parseJson(bytes) }
  } catch {
    return null
  }
}

/** Values that are JSON and nothing else. */
export function plainJsonReader(document: unknown): ValueReader {
  const schema =
    document === null ? null : ({ language: 'JSON', document, references: [], message: null } as const)
  return {
    prepare: () => undefined,
    read({ value }: TailedRecord): Reading {
      if (value === null) return UNDECODABLE
      try {
        return { kind: 'value', value: parseJson(value), record: '', schema }
      } catch {
        return UNDECODABLE
      }
    },
  }
}
