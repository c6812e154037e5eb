import { messageOf } from '../../errors.ts'
import type { BearerToken } from './sasl-credential.ts'
import type { Troubles } from './troubles.ts'

export interface RenewedTokenOptions {
  readonly place: string
  /** Has a deadline of its own. Rejects with an ExporterError that holds no secret. */
  readonly fetch: () => Promise<BearerToken>
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly troubles: Troubles
}

const SHORT_LIFE_MS = 120_000

/**
 * One token for all connections, fetched anew once a fifth of its life is left, at least a minute; half of it where it
 * lives for less than two. One that does not say when it expires is fetched for each authentication. Where that fails
 * the old one serves for as long as it lives.
 */
export function renewedToken({
  place,
  fetch,
  now,
  troubles,
}: RenewedTokenOptions): () => Promise<BearerToken> {
  let token: BearerToken | null = null
  let renewAt = Number.NEGATIVE_INFINITY
  let fetching: Promise<BearerToken> | null = null

  async function renew(): Promise<BearerToken> {
    try {
      const next = await fetch()
      const at = now()
      const life = (next.expiresAt ?? at) - at
      renewAt = at + life - (life < SHORT_LIFE_MS ? life / 2 : Math.max(60_000, life / 5))
      token = next
      troubles.end(place)
      return next
    } catch (error) {
      const isUsable = token !== null && token.expiresAt !== null && token.expiresAt > now()
      const why = messageOf(error).replace(`${place}: `, '')
      if (!isUsable) {
        troubles.begin(place, 'CREDENTIALS_UNAVAILABLE', why)
        throw error
      }
      troubles.begin(place, 'CREDENTIALS_STALE', `${why}; the token before is used until it expires`)
      return token!
    }
  }

  return () => {
    if (token !== null && now() < renewAt) return Promise.resolve(token)
    fetching ??= renew().finally(() => {
      fetching = null
    })
    return fetching
  }
}
