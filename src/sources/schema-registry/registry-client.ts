import { ExporterError } from '../../errors.ts'
import type { RegistryAccess } from '../../model/registry-access.ts'
import type { SchemaLanguage } from '../../model/schema-watch.ts'
import { CheckSignals } from '../check-signals.ts'
import { httpRequests } from '../http-requests.ts'
import { type ReadText, readCredentials } from '../request-credentials.ts'
import type { RegisteredSchema, SchemaKey, SchemaReference } from './registered-schema.ts'
import { toStatusFailure } from './registry-failures.ts'

/** Schemas that one schema may pull in; a registry with more of them than this describes no record. */
const MOST_REFERENCES = 256
const NOT_FOUND = 404
const OF_REGISTRY = {
  peer: 'the registry',
  accept: 'application/vnd.schemaregistry.v1+json, application/json',
  largestAnswerBytes: 8 * 1024 * 1024,
}

export interface RegistryClientOptions {
  readonly access: RegistryAccess
  readonly read: ReadText
  /** Of one question, however many requests its answer takes. */
  readonly timeoutMs: number
}

/** Reads a Confluent-compatible registry. Every method fails with ExporterError alone, within the deadline. */
export class RegistryClient {
  readonly #options: RegistryClientOptions
  readonly #requests = httpRequests(OF_REGISTRY)
  readonly #signals = new CheckSignals()

  constructor(options: RegistryClientOptions) {
    this.#options = options
  }

  /** SCHEMA_NOT_FOUND where the registry says that it has none. */
  schema(key: SchemaKey): Promise<RegisteredSchema> {
    return this.#inTime(async signal => {
      const path = typeof key === 'number' ? `schemas/ids/${key}` : `schemas/guids/${key}`
      const root = parsedSchema(await this.#json(path, signal))
      const seen = new Set<string>()
      const references: { name: string; text: string }[] = []
      await this.#collect(root.references, { seen, references, signal })
      return { language: root.language, text: root.text, references }
    })
  }

  /** Milliseconds of a question that costs a registry nothing and needs the right to ask. */
  ping(): Promise<number> {
    return this.#inTime(async signal => {
      const sentAt = performance.now()
      const { status } = await this.#get('schemas/types', signal)
      // Some registries have no list of types; they answer all the same.
      if (status !== NOT_FOUND && (status < 200 || status > 299)) throw toStatusFailure(status)
      return performance.now() - sentAt
    })
  }

  async close(): Promise<void> {
    this.#signals.close()
    this.#requests.close()
  }

  async #collect(
    references: readonly SchemaReference[],
    into: { seen: Set<string>; references: { name: string; text: string }[]; signal: AbortSignal },
  ): Promise<void> {
    for (const { name, subject, version } of references) {
      if (into.seen.has(name)) continue
      into.seen.add(name)
      if (into.seen.size > MOST_REFERENCES) throw malformed(`at most ${MOST_REFERENCES} references`)
      const path = `subjects/${encodeURIComponent(subject)}/versions/${version}`
      const one = parsedSchema(await this.#json(path, into.signal))
      await this.#collect(one.references, into)
      into.references.push({ name, text: one.text })
    }
  }

  #inTime<Result>(ask: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return this.#signals.within(this.#options.timeoutMs, ask)
  }

  async #get(path: string, signal: AbortSignal) {
    const { access, read } = this.#options
    const base = access.url.endsWith('/') ? access.url : `${access.url}/`
    return this.#requests.get(new URL(path, base), readCredentials(access, read), signal)
  }

  async #json(path: string, signal: AbortSignal): Promise<unknown> {
    const { status, body } = await this.#get(path, signal)
    if (status < 200 || status > 299) throw toStatusFailure(status)
    try {
      return JSON.parse(body)
    } catch {
      throw malformed('JSON')
    }
  }
}

function parsedSchema(answer: unknown): {
  readonly language: SchemaLanguage
  readonly text: string
  readonly references: readonly SchemaReference[]
} {
  const { schema, schemaType = 'AVRO', references = [] } = (answer ?? {}) as Record<string, unknown>
  if (typeof schema !== 'string') throw malformed('a schema')
  if (schemaType !== 'AVRO' && schemaType !== 'JSON' && schemaType !== 'PROTOBUF') {
    throw malformed('a schema of type AVRO, JSON or PROTOBUF')
  }
  if (!Array.isArray(references) || !references.every(isReference)) throw malformed('a list of references')
  return { language: schemaType, text: schema, references }
}

function isReference(raw: unknown): raw is SchemaReference {
  const { name, subject, version } = (raw ?? {}) as Record<string, unknown>
  return typeof name === 'string' && typeof subject === 'string' && Number.isInteger(version)
}

function malformed(expected: string): ExporterError {
  return new ExporterError(
    'MALFORMED_RESPONSE',
    `the registry's answer is not what it should be: ${expected}`,
    {
      canRetry: true,
    },
  )
}
