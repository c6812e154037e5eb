import { COUNT, FUNCTION, MILLISECONDS, MILLISECONDS_OR_0, optional, TIME } from '../options/option-kinds.ts'
import type { RulesOf } from '../options/option-rule.ts'
import { proveOptions } from '../options/prove-options.ts'
import { type KitTime, SYSTEM_TIME } from '../resilient/kit-time.ts'

export interface SerdesCacheOptions<Key, Serdes> {
  /** Asks the registry, or builds what was asked for. `signal` is aborted when nobody waits any longer. */
  readonly load: (key: Key, signal: AbortSignal) => Promise<Serdes>
  /** Kept at most, the ones used last; default 1,000. */
  readonly max?: number
  /** How long one load may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /**
   * For so long after a failure its key is not loaded again, and its error is answered; twice as long after each more,
   * up to 30,000, but not where the registry answered that it has no such key. Default 1,000 milliseconds.
   */
  readonly retryAfterMs?: number
  readonly time?: KitTime
}

const OPTIONS: RulesOf<SerdesCacheOptions<never, never>> = {
  load: FUNCTION,
  max: optional(COUNT),
  timeoutMs: optional(MILLISECONDS),
  retryAfterMs: optional(MILLISECONDS_OR_0),
  time: optional(TIME),
}

interface Failure {
  readonly error: unknown
  readonly times: number
  readonly until: number
}

const LONGEST_RETRY_MS = 30_000

/**
 * Serializers or deserializers by what they are asked for by: the id of a schema, a subject. However many ask for one at
 * a time, it is loaded once; one that is here needs no registry. Schemas never change under their id, so nothing
 * expires.
 */
export class SerdesCache<Key extends string | number, Serdes> {
  readonly #load: SerdesCacheOptions<Key, Serdes>['load']
  readonly #max: number
  readonly #timeoutMs: number
  readonly #retryAfterMs: number
  readonly #time: KitTime
  /** In the order of their last use. */
  readonly #known = new Map<Key, Serdes>()
  readonly #failures = new Map<Key, Failure>()
  readonly #pending = new Map<Key, Promise<Serdes>>()

  /** Throws a TypeError that names all faults of the options. */
  constructor(options: SerdesCacheOptions<Key, Serdes>) {
    proveOptions('SerdesCache', options, OPTIONS)
    const { load, max = 1_000, timeoutMs = 5_000, retryAfterMs = 1_000 } = options
    this.#load = load
    this.#max = max
    this.#timeoutMs = timeoutMs
    this.#retryAfterMs = retryAfterMs
    this.#time = options.time ?? SYSTEM_TIME
  }

  get size(): number {
    return this.#known.size
  }

  /** What is here; undefined otherwise. Asks nobody. */
  peek(key: Key): Serdes | undefined {
    const found = this.#known.get(key)
    if (found !== undefined) {
      this.#known.delete(key)
      this.#known.set(key, found)
    }
    return found
  }

  /**
   * Rejects with what `load` rejects with, or an Error when it took too long.
   *
   * @param isUnknown whether an error says that there is no such key; default: its status is 404
   */
  async get(key: Key, isUnknown: (error: unknown) => boolean = hasStatus404): Promise<Serdes> {
    const found = this.peek(key)
    if (found !== undefined) return found
    const failure = this.#failures.get(key)
    if (failure !== undefined && this.#time.monotonic() < failure.until) throw failure.error
    let pending = this.#pending.get(key)
    if (pending === undefined) {
      pending = this.#fetch(key, isUnknown).finally(() => this.#pending.delete(key))
      this.#pending.set(key, pending)
    }
    return pending
  }

  async #fetch(key: Key, isUnknown: (error: unknown) => boolean): Promise<Serdes> {
    try {
      const loaded = await this.#loadInTime(key)
      this.#failures.delete(key)
      keep(this.#known, key, loaded, this.#max)
      return loaded
    } catch (error) {
      // Who is told that it is unknown gives up after some attempts: what is registered now has to be found by then.
      const times = isUnknown(error) ? 1 : (this.#failures.get(key)?.times ?? 0) + 1
      const retryMs = Math.min(LONGEST_RETRY_MS, this.#retryAfterMs * 2 ** Math.min(times - 1, 30))
      keep(this.#failures, key, { error, times, until: this.#time.monotonic() + retryMs }, this.#max)
      throw error
    }
  }

  #loadInTime(key: Key): Promise<Serdes> {
    const controller = new AbortController()
    return new Promise((resolve, reject) => {
      const cancel = this.#time.after(this.#timeoutMs, () => {
        const error = new Error(`no answer within ${this.#timeoutMs} ms`)
        controller.abort(error)
        reject(error)
      })
      // Also what is thrown before there is a promise.
      void (async () => this.#load(key, controller.signal))().then(resolve, reject).finally(cancel)
    })
  }
}

/** As an error of a registry's client has it. */
export function hasStatus404(error: unknown): boolean {
  const { status, statusCode } = (error ?? {}) as { readonly status?: unknown; readonly statusCode?: unknown }
  return status === 404 || statusCode === 404
}

function keep<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
