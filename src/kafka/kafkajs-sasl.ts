import type { SaslCredential, SaslProvider } from './credentials/sasl-credential.ts'

/** What kafkajs reads whenever it authenticates: `presents` writes into it what counts from the next time on. */
export interface KafkajsSasl {
  readonly mechanism: string
  username?: string
  password?: string
  authenticationProvider?: unknown
}

export function presents(sasl: KafkajsSasl, credential: SaslCredential): void {
  if (credential.kind === 'password') {
    sasl.username = credential.username
    sasl.password = credential.password
  } else sasl.authenticationProvider = bearer(credential.token)
}

export function emptySasl({ mechanism }: Pick<SaslProvider, 'mechanism'>): KafkajsSasl {
  return { mechanism }
}

/** broker/saslAuthenticator/index.js of kafkajs: bytes on both sides begin with their own length, as an int32. */
interface Surroundings {
  saslAuthenticate(exchange: {
    readonly request: { encode(): Promise<Buffer> }
    readonly response: { decode(bytes: Buffer): Promise<Buffer>; parse(bytes: Buffer): Promise<Buffer> }
  }): Promise<Buffer>
}

/**
 * OAUTHBEARER (RFC 7628) with its ending: a broker that refuses a token first says so in a challenge without an error,
 * which kafkajs's own authenticator takes for a success, and tells of the failure once that is acknowledged.
 */
function bearer(token: string) {
  return ({ saslAuthenticate }: Surroundings) => ({
    async authenticate(): Promise<void> {
      const challenge = await saslAuthenticate(exchangeOf(`n,,\u0001auth=Bearer ${token}\u0001\u0001`))
      if (challenge.length === 0) return
      await saslAuthenticate(exchangeOf('\u0001'))
      throw Object.assign(new Error(challenge.toString()), { type: 'SASL_AUTHENTICATION_FAILED' })
    },
  })
}

function exchangeOf(message: string): Parameters<Surroundings['saslAuthenticate']>[0] {
  const bytes = Buffer.from(message)
  const size = Buffer.alloc(4)
  size.writeInt32BE(bytes.length)
  return {
    request: { encode: async () => Buffer.concat([size, bytes]) },
    response: { decode: async answer => answer.subarray(4), parse: async answer => answer },
  }
}
