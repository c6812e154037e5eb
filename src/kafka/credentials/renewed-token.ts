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

export interface RenewedToken {
  /** Waits for a fetch only where there is no token that is alive. */
  readonly newest: () => Promise<BearerToken>
  /** Begins to fetch the next one where it is time; to be called now and then. */
  readonly check: () => void
}

/**
 * One token for all connections, fetched anew once a fifth of its life is left, at least a minute; half of it where it
 * lives for less than two. Until the next one is there the old one serves for as long as it lives, so that whoever
 * gives tokens may be slow or down meanwhile. One that does not say when it expires is fetched for each authentication.
 */
export function renewedToken({ place, fetch, now, troubles }: RenewedTokenOptions): RenewedToken {
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
      const why = messageOf(error).replace(`${place}: `, '')
      const old = living()
      if (old === null) {
        troubles.begin(place, 'CREDENTIALS_UNAVAILABLE', why)
        throw error
      }
      troubles.begin(place, 'CREDENTIALS_STALE', `${why}; the token before is used until it expires`)
      return old
    }
  }

  function living(): BearerToken | null {
    return token !== null && token.expiresAt !== null && token.expiresAt > now() ? token : null
  }

  function fetchOnce(): Promise<BearerToken> {
    fetching ??= renew().finally(() => {
      fetching = null
    })
    return fetching
  }

  function fetchBehind(): void {
    // A failure is among the troubles.
    fetchOnce().catch(() => {})
  }

  return {
    async newest() {
      const old = living()
      if (old === null) return fetchOnce()
      if (now() >= renewAt) fetchBehind()
      return old
    },
    check() {
      const isDated = token !== null && token.expiresAt !== null
      if (isDated && now() >= renewAt) fetchBehind()
    },
  }
}
