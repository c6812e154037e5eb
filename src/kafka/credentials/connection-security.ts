import type { ConnectionOptions } from 'node:tls'
import type { ReadError } from '../../model/observation.ts'
import { changingSecret } from './changing-secret.ts'
import { KeptFiles, type ReadText } from './kept-files.ts'
import { mskIamToken } from './msk-iam-token.ts'
import { renewedToken } from './renewed-token.ts'
import {
  fixedPassword,
  type PasswordMechanism,
  type SaslCredential,
  type SaslProvider,
} from './sasl-credential.ts'
import { type TlsFiles, tlsSource } from './tls-options.ts'
import { LARGEST_TOKEN_BYTES, parseToken } from './token.ts'
import { runTokenCommand } from './token-command.ts'
import { Troubles } from './troubles.ts'

const LARGEST_PASSWORD_BYTES = 64 * 1024

/** Where the password or the token of a cluster comes from. */
export type SaslSource =
  | {
      readonly mechanism: PasswordMechanism
      readonly username: string
      readonly password: { readonly value: string } | { readonly file: string }
    }
  | {
      readonly mechanism: 'oauthbearer'
      readonly token: { readonly file: string } | { readonly command: readonly string[] }
    }
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string }

export interface SecurityOptions {
  readonly tls: TlsFiles | null
  readonly sasl: SaslSource | null
  /** Half of it is for a command, or for AWS, to give a token. */
  readonly connectTimeoutMs: number
  readonly read: ReadText
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface ConnectionSecurity {
  readonly tls: null | (() => ConnectionOptions)
  readonly sasl: SaslProvider | null
  /**
   * Looks at all files anew, begins to renew a token that it is time for, and tells what is wrong with files and
   * commands.
   */
  readonly troubles: () => readonly ReadError[]
  /** Ends a command that runs; none is started any more. */
  readonly close: () => void
}

/** Everything that connections of one cluster are secured with, kept up to date by whoever opens one. */
export function connectionSecurity(options: SecurityOptions): ConnectionSecurity {
  const troubles = new Troubles()
  const tls = options.tls && tlsSource(options.tls, options.read, troubles)
  const closing = new AbortController()
  const sasl = options.sasl && saslProvider(options.sasl, options, troubles, closing.signal)
  return {
    tls: tls?.options ?? null,
    sasl: sasl?.provider ?? null,
    troubles() {
      tls?.check()
      sasl?.check()
      return troubles.list()
    },
    close: () => closing.abort(),
  }
}

interface CheckedProvider {
  readonly provider: SaslProvider
  readonly check: () => void
}

function saslProvider(
  source: SaslSource,
  options: SecurityOptions,
  troubles: Troubles,
  closing: AbortSignal,
): CheckedProvider {
  const { now, read } = options
  const timeoutMs = options.connectTimeoutMs / 2
  const fromFile = (
    place: string,
    file: string,
    maxBytes: number,
    parse: (text: string) => SaslCredential,
    changing: Pick<Parameters<typeof changingSecret>[0], 'mechanism' | 'tokenRemedy'>,
  ): CheckedProvider => {
    const parseOne = ([text]: readonly string[]) => {
      try {
        return parse(text!)
      } catch (error) {
        throw new Error(`${file}: ${(error as Error).message}`)
      }
    }
    const kept = new KeptFiles({ place, paths: [file], maxBytes, read, parse: parseOne, troubles })
    const newest = async () => kept.get()
    const provider = changingSecret({ place, newest, now, troubles, ...changing })
    return {
      provider,
      check() {
        const content = kept.check()
        if (content !== null) provider.noteNewest(content)
      },
    }
  }
  const renewed = (
    place: string,
    tokenRemedy: string,
    fetch: Parameters<typeof renewedToken>[0]['fetch'],
  ): CheckedProvider => {
    const { newest, check } = renewedToken({ place, fetch, now, troubles })
    const mechanism = 'OAUTHBEARER'
    return {
      provider: changingSecret({ place, newest, now, troubles, mechanism, tokenRemedy }),
      check,
    }
  }

  switch (source.mechanism) {
    case 'oauthbearer': {
      const { token } = source
      if ('command' in token) {
        const remedy = 'Have sasl.token_command print a token that is valid now'
        return renewed('sasl.token_command', remedy, () => runTokenCommand(token.command, timeoutMs, closing))
      }
      return fromFile('sasl.token_file', token.file, LARGEST_TOKEN_BYTES, parseToken, {
        mechanism: 'OAUTHBEARER',
        tokenRemedy: 'Write a token that is valid now to sasl.token_file',
      })
    }
    case 'aws-msk-iam': {
      const remedy =
        'Check that sasl.region is that of the cluster, and that IAM allows kafka-cluster:Connect'
      return renewed('sasl.mechanism aws-msk-iam', remedy, () => mskIamToken(source.region, timeoutMs))
    }
    default: {
      const { mechanism, username, password } = source
      if ('value' in password) {
        return { provider: fixedPassword({ mechanism, username, password: password.value }), check: () => {} }
      }
      const parse = (text: string): SaslCredential => {
        const secret = text.replace(/\r?\n$/, '')
        if (secret === '') throw new Error('empty, expected the password')
        return { kind: 'password', username, password: secret }
      }
      return fromFile('sasl.password_file', password.file, LARGEST_PASSWORD_BYTES, parse, {
        mechanism: mechanism.toUpperCase() as SaslProvider['mechanism'],
        tokenRemedy: '',
      })
    }
  }
}
