import { type SaslCredential, type SaslProvider, secretOf } from './sasl-credential.ts'
import type { Troubles } from './troubles.ts'

export interface ChangingSecretOptions {
  readonly mechanism: SaslProvider['mechanism']
  readonly tokenRemedy: string
  /** The setting that the secret comes from. */
  readonly place: string
  /** The newest. */
  readonly newest: () => Promise<SaslCredential>
  readonly now: () => number
  readonly troubles: Troubles
}

/**
 * A secret is seldom changed at the broker and in a file in the same instant, and a file may be read half-written. So
 * what was accepted last stays at hand until the newest has been accepted: it is tried where the newest is refused.
 */
export function changingSecret(options: ChangingSecretOptions): SaslProvider {
  const { place, newest, now, troubles } = options
  const refusal = `what ${place} holds`
  let last: SaslCredential | null = null
  const isLast = (one: SaslCredential) => last !== null && secretOf(last) === secretOf(one)
  return {
    mechanism: options.mechanism,
    tokenRemedy: options.tokenRemedy,
    async credentials() {
      const first = await newest()
      if (isLast(first)) troubles.end(refusal)
      return last === null || isLast(first) || hasExpired(last, now()) ? [first] : [first, last]
    },
    accepted(credential) {
      // An older one that still works ends nothing.
      if (isLast(credential)) return
      last = credential
      troubles.end(refusal)
    },
    superseded() {
      troubles.begin(refusal, 'CREDENTIALS_STALE', 'a broker refused it; what was accepted before is used on')
    },
  }
}

export function hasExpired(credential: SaslCredential, now: number): boolean {
  return credential.kind === 'token' && credential.expiresAt !== null && credential.expiresAt <= now
}
