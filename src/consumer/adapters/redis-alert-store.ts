import type { AlertStore, Claim } from '../core/alert/alert-store.ts'
import { object, optional, text } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { faultsWithin, refuse } from '../core/options/prove-options.ts'

/** ioredis 5 and later: of one server, of what Sentinel watches, or of a cluster. */
export interface RedisClient {
  set(key: string, value: string, px: 'PX', milliseconds: number, nx: 'NX'): Promise<string | null>
  pttl(key: string): Promise<number>
  pexpire(key: string, milliseconds: number): Promise<number>
  incrby(key: string, increment: number): Promise<number>
  getdel(key: string): Promise<string | null>
}

export interface RedisAlertStoreOptions {
  /** Before each key; for services that share a Redis and not their alerts: `kafka-health-exporter:alerts:`. */
  readonly prefix?: string
}

const CLIENT = object('a client of ioredis', 'set', 'pttl', 'pexpire', 'incrby', 'getdel')
const OPTIONS: RulesOf<RedisAlertStoreOptions> = { prefix: optional(text('the beginning of keys')) }

/** Counts of what nobody raises any more go by themselves. */
const KEEP_COUNTS_MS = 24 * 60 * 60 * 1_000
/** What PTTL says of a key that is not there, and of one that stays for ever. */
const GONE = -2
const FOR_EVER = -1

/**
 * Alerts held back together, by `SET NX PX`. Needs Redis 6.2 or Valkey, and per alert two keys for as long as it is
 * held back, each command of one key. Give the client an `error` listener, as ioredis wants; whether it queues commands while it is away does
 * not matter.
 *
 * Throws a TypeError that names what cannot be used.
 */
export function redisAlertStore(redis: RedisClient, options: RedisAlertStoreOptions = {}): AlertStore {
  refuse('redisAlertStore', [...CLIENT.faultsIn(redis, 'redis'), ...faultsWithin(options, OPTIONS)])
  const { prefix = 'kafka-health-exporter:alerts:' } = options
  // In a cluster the braces keep both keys of an alert on one node: none of its two can be away alone.
  const claimKey = (key: string) => `${prefix}{${key}}`
  const countKey = (key: string) => `${prefix}{${key}}:suppressed`

  async function claim(key: string, coolDownMs: number): Promise<Claim> {
    const ms = Math.ceil(coolDownMs)
    // Between the two questions it may have ended.
    for (let attempt = 0; attempt < 2; attempt++) {
      if ((await redis.set(claimKey(key), '1', 'PX', ms, 'NX')) === 'OK') {
        return { isOurs: true, suppressed: Number(await redis.getdel(countKey(key))) || 0 }
      }
      const restMs = await redis.pttl(claimKey(key))
      if (restMs === FOR_EVER) await redis.pexpire(claimKey(key), ms)
      if (restMs !== GONE) return { isOurs: false, restMs: restMs === FOR_EVER ? ms : restMs }
    }
    return { isOurs: false, restMs: 0 }
  }

  return {
    claim,
    async shorten(key, restMs) {
      await redis.pexpire(claimKey(key), Math.ceil(restMs))
    },
    async countSuppressed(key, times) {
      await redis.incrby(countKey(key), times)
      await redis.pexpire(countKey(key), KEEP_COUNTS_MS)
    },
  }
}
