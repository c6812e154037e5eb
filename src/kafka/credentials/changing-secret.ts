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

export interface ChangingSecret extends SaslProvider {
  /** Tells of the newest before anybody authenticates: one that was put back is nobody's trouble any more. */
  noteNewest(credential: SaslCredential): void
}

/** What one broker was shown. */
interface AtBroker {
  /** First, in the authentication that is under way or was the last one. */
  offered: SaslCredential
  accepted: SaslCredential | null
  /** Refused the newest: is on an older one, or on none. */
  isBehind: boolean
}

/**
 * A secret is seldom changed at the broker and in a file in the same instant, and a file may be read half-written. So
 * what was accepted last stays at hand until the newest has been accepted: it is tried where the newest is refused.
 * Of each broker by itself, since brokers may be changed one after the other.
 */
export function changingSecret(options: ChangingSecretOptions): ChangingSecret {
  const { place, newest, now, troubles } = options
  const refusal = `what ${place} holds`
  const brokers = new Map<string, AtBroker>()
  let latest: SaslCredential | null = null

  /** For a broker that has accepted nothing yet: what another one has. */
  const before = (address: string, first: SaslCredential): SaslCredential | null => {
    const own = brokers.get(address)?.accepted ?? null
    const others = [latest, ...[...brokers.values()].map(broker => broker.accepted)]
    const older = own ?? others.find(one => one !== null && !isSame(one, first)) ?? null
    return older === null || isSame(older, first) || hasExpired(older, now()) ? null : older
  }
  const endTrouble = () => {
    if (![...brokers.values()].some(broker => broker.isBehind)) troubles.end(refusal)
  }
  const noteNewest = (newest: SaslCredential) => {
    for (const broker of brokers.values()) {
      if (broker.accepted !== null && isSame(broker.accepted, newest)) broker.isBehind = false
    }
    endTrouble()
  }
  return {
    mechanism: options.mechanism,
    tokenRemedy: options.tokenRemedy,
    async credentials(address) {
      const first = await newest()
      const older = before(address, first)
      const broker = brokers.get(address)
      if (broker === undefined) brokers.set(address, { offered: first, accepted: null, isBehind: false })
      else broker.offered = first
      noteNewest(first)
      return older === null ? [first] : [first, older]
    },
    accepted(address, credential) {
      latest = credential
      const broker = brokers.get(address)
      // Left the cluster meanwhile.
      if (broker === undefined) return
      broker.accepted = credential
      // An older one that still works ends nothing.
      if (!isSame(credential, broker.offered)) return
      broker.isBehind = false
      endTrouble()
    },
    superseded(address) {
      const broker = brokers.get(address)
      if (broker === undefined) return
      broker.isBehind = true
      troubles.begin(refusal, 'CREDENTIALS_STALE', 'a broker refused it; what was accepted before is used on')
    },
    noteNewest,
    keepOnly(addresses) {
      for (const address of brokers.keys()) if (!addresses.has(address)) brokers.delete(address)
      endTrouble()
    },
  }
}

function isSame(one: SaslCredential, other: SaslCredential): boolean {
  return secretOf(one) === secretOf(other)
}

export function hasExpired(credential: SaslCredential, now: number): boolean {
  return credential.kind === 'token' && credential.expiresAt !== null && credential.expiresAt <= now
}
