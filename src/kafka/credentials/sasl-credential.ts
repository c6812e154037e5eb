/** How the settings call them. */
export type PasswordMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

export interface BearerToken {
  readonly kind: 'token'
  readonly token: string
  /** Milliseconds since the epoch; null where it does not say. */
  readonly expiresAt: number | null
}

/** What one authentication shows the broker. */
export type SaslCredential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | BearerToken

export interface SaslProvider {
  /** As Kafka calls it on the wire. */
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'
  /** What the operator can do about a token that was refused. */
  readonly tokenRemedy: string
  /**
   * What to try now, for each authentication anew: the newest, and after it what this broker accepted last, where that
   * is something else. Rejects with an ExporterError. `address` is the broker's, as `addressOf` writes it.
   */
  credentials(address: string): Promise<readonly [SaslCredential, ...SaslCredential[]]>
  accepted(address: string, credential: SaslCredential): void
  /** The newest was refused, and the one after it will be tried. */
  superseded(address: string): void
  /** The brokers that there are; what is known of others is forgotten. */
  keepOnly(addresses: ReadonlySet<string>): void
}

export function secretOf(credential: SaslCredential): string {
  return credential.kind === 'password' ? credential.password : credential.token
}

/** A password that never changes. */
export function fixedPassword(sasl: {
  readonly mechanism: PasswordMechanism
  readonly username: string
  readonly password: string
}): SaslProvider {
  const { mechanism, username, password } = sasl
  return {
    mechanism: mechanism.toUpperCase() as SaslProvider['mechanism'],
    tokenRemedy: '',
    credentials: async () => [{ kind: 'password', username, password }],
    accepted: () => {},
    superseded: () => {},
    keepOnly: () => {},
  }
}
