import { hasExpired } from './credentials/changing-secret.ts'
import type { SaslCredential } from './credentials/sasl-credential.ts'
import type { Circumstances } from './failure-classification.ts'
import { TransportError } from './transport.ts'

export interface SaslAttempt {
  readonly mechanism: string
  readonly credential: SaslCredential
  readonly tokenRemedy: string
  /** SaslAuthenticate requests that were sent. */
  readonly step: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The broker took part in SASL and said no. `said` is what it said, null where it may hold the secret. */
export function classifySaslRefusal(
  at: Circumstances,
  sasl: SaslAttempt | null,
  said: string | null,
): TransportError {
  const fail = (code: TransportError['code'], why: string, remedy: string) => {
    const detail = said === null ? '' : ` (${said})`
    const what = `SASL ${sasl?.mechanism ?? ''} authentication failed`
    return new TransportError(code, at.address, `${what}: ${why}${detail}`, { canRetry: false, remedy })
  }
  if (sasl?.credential.kind === 'token') {
    const { credential, tokenRemedy, now } = sasl
    if (hasExpired(credential, now)) {
      const expiredAt = new Date(credential.expiresAt!).toISOString()
      return fail(
        'SASL_TOKEN_EXPIRED',
        `the token expired at ${expiredAt}`,
        `${tokenRemedy}, or correct this machine's clock.`,
      )
    }
    return fail(
      'SASL_TOKEN_REFUSED',
      'the broker does not accept the token, which has not expired by what it says of itself',
      `It may have been revoked, or its issuer, audience, scope or key are not what the listener expects. ${tokenRemedy}.`,
    )
  }
  if (sasl?.mechanism.startsWith('SCRAM')) {
    // Kafka gives both refusals the same words, but looks the user up before it asks for the proof.
    if (sasl.step <= 1) {
      return fail(
        'SASL_USER_UNKNOWN',
        'there is no such user, or it has no credentials for this mechanism',
        `Check the user name, or give this user credentials for ${sasl.mechanism}.`,
      )
    }
    return fail(
      'SASL_AUTHENTICATION_FAILED',
      'wrong password',
      'Set the password that this user has for this mechanism.',
    )
  }
  return fail(
    'SASL_AUTHENTICATION_FAILED',
    'wrong user name or password',
    'Check both: with PLAIN a broker does not say which of them is wrong.',
  )
}
