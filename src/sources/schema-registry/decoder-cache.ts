import { LRUCache } from 'lru-cache'
import { codeOf, messageOf } from '../../errors.ts'
import type { Clock, Log } from '../../model/ports.ts'
import type { Decoder } from './decoded-value.ts'
import { LONGEST_PAUSE_MS, LookUpPace } from './look-up-pace.ts'
import type { RegisteredSchema, SchemaKey } from './registered-schema.ts'

export type DecoderAnswer =
  | { readonly kind: 'decoder'; readonly decoder: Decoder }
  /** The registry says that it has none. */
  | { readonly kind: 'unknown' }
  /** It has one that cannot be used. */
  | { readonly kind: 'unusable' }
  /** It cannot be asked now. */
  | { readonly kind: 'unavailable' }

export interface DecoderCacheOptions {
  readonly fetchSchema: (key: SchemaKey) => Promise<RegisteredSchema>
  readonly clock: Clock
  readonly log: Log
  readonly mostDecoders?: number
  /** Of the text of schemas. */
  readonly mostBytes?: number
}

const MOST_DECODERS = 1_000
const MOST_BYTES = 32 * 1024 * 1024
/** Ids that are none, of records that are not in the wire format for one; they must not push decoders out. */
const MOST_REFUSALS = 10_000
/** A follower of the registry learns of a schema a moment after the first record that was written with it. */
const UNKNOWN_FOR_MS = 2_000
const LONGEST_REFUSAL_MS = 60_000

interface Refusal {
  readonly answer: DecoderAnswer
  readonly until: number
  readonly times: number
}

const NOBODY = { times: 0, at: Number.NEGATIVE_INFINITY }
const UNAVAILABLE: DecoderAnswer = { kind: 'unavailable' }

/**
 * Decoders by the key of their schema. A schema never changes under its key, so that what is here needs no registry;
 * one build for each, however many ask at a time. While the registry is away, or is asked for too much, what is not
 * here is `unavailable` at once.
 */
export class DecoderCache {
  readonly #options: DecoderCacheOptions
  readonly #decoders: LRUCache<SchemaKey, DecoderAnswer>
  /** Those that are over too: each lasts twice as long as the one before. */
  readonly #refusals = new LRUCache<SchemaKey, Refusal>({ max: MOST_REFUSALS })
  readonly #pending = new Map<SchemaKey, Promise<DecoderAnswer>>()
  readonly #pace: LookUpPace
  /** How often the schema has failed that has failed least of those that the pace keeps waiting, and when it was last kept. */
  #waiting = NOBODY

  constructor(options: DecoderCacheOptions) {
    this.#options = options
    this.#pace = new LookUpPace(options.clock)
    this.#decoders = new LRUCache({
      max: options.mostDecoders ?? MOST_DECODERS,
      maxSize: options.mostBytes ?? MOST_BYTES,
    })
  }

  get size(): number {
    return this.#decoders.size
  }

  /** What is known without asking; undefined where `look up` would ask. */
  known(key: SchemaKey): DecoderAnswer | undefined {
    const answer = this.#decoders.get(key)
    if (answer !== undefined) return answer
    const refusal = this.#refusals.get(key)
    if (refusal === undefined) return undefined
    const left = refusal.until - this.#options.clock()
    // A clock that was set back does not prolong it.
    return left > 0 && left <= LONGEST_REFUSAL_MS ? refusal.answer : undefined
  }

  /** Never rejects; takes as long as one question to the registry may take. */
  lookUp(key: SchemaKey): Promise<DecoderAnswer> {
    const known = this.known(key)
    if (known !== undefined) return Promise.resolve(known)
    let pending = this.#pending.get(key)
    if (pending !== undefined) return pending
    if (!this.#mayAsk(key)) return Promise.resolve(UNAVAILABLE)
    pending = this.#fetch(key).finally(() => this.#pending.delete(key))
    this.#pending.set(key, pending)
    return pending
  }

  /** Schemas that fail always, whatever the registry does for others, must not take each of the few questions. */
  #mayAsk(key: SchemaKey): boolean {
    if (!this.#pace.isFailing) return this.#pace.take()
    const times = this.#refusals.peek(key)?.times ?? 0
    const now = this.#options.clock()
    const age = now - this.#waiting.at
    const isWaiting = age >= 0 && age <= 2 * LONGEST_PAUSE_MS
    if (isWaiting && this.#waiting.times < times) return false
    const mayAsk = this.#pace.take()
    this.#waiting = mayAsk ? NOBODY : { times, at: now }
    return mayAsk
  }

  async #fetch(key: SchemaKey): Promise<DecoderAnswer> {
    const { fetchSchema, log } = this.#options
    let schema: RegisteredSchema
    try {
      schema = await fetchSchema(key)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'SCHEMA_NOT_FOUND') {
        this.#pace.succeed()
        return this.#refuse(key, { kind: 'unknown' }, UNKNOWN_FOR_MS)
      }
      log.debug({ code, schema: key }, `schema not read: ${messageOf(error)}`)
      // It may be this one schema alone: the next question is about another, where there is one.
      return this.#refuse(key, UNAVAILABLE, 2 * this.#pace.fail())
    }
    this.#pace.succeed()
    try {
      // Libraries of three languages: nobody needs them before there is a schema.
      const { buildDecoder } = await import('./build-decoder.ts')
      const answer = { kind: 'decoder', decoder: buildDecoder(schema) } as const
      this.#decoders.set(key, answer, { size: sizeOf(schema) })
      this.#refusals.delete(key)
      return answer
    } catch (error) {
      log.warn({ schema: key, language: schema.language }, messageOf(error))
      return this.#refuse(key, { kind: 'unusable' }, LONGEST_REFUSAL_MS)
    }
  }

  #refuse(key: SchemaKey, answer: DecoderAnswer, leastMs: number): DecoderAnswer {
    const times = (this.#refusals.peek(key)?.times ?? 0) + 1
    const ms = Math.min(LONGEST_REFUSAL_MS, leastMs * 2 ** Math.min(10, times - 1))
    this.#refusals.set(key, { answer, until: this.#options.clock() + ms, times })
    return answer
  }
}

function sizeOf({ text, references }: RegisteredSchema): number {
  return references.reduce((sum, reference) => sum + reference.text.length, text.length + 1)
}
