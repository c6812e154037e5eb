import { CLUSTER } from './cluster-options.ts'
import type { Environment } from './environment.ts'
import type { Fault } from './fault.ts'
import type { Find, Layer } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import type { AnyOption, Option } from './option.ts'
import type { ClusterSettings, SaslSettings } from './settings.ts'

type Password = Extract<SaslSettings, { readonly username: string }>['password']
type Token = Extract<SaslSettings, { readonly mechanism: 'oauthbearer' }>['token']

export interface SaslSources {
  /** Highest first. */
  readonly layers: readonly Layer[]
  /** Whether the file has the section, be it empty. */
  readonly inFile: { readonly sasl: boolean }
  readonly files: NamedFiles
  readonly env: Environment
  readonly faults: Fault[]
}

/** Whether TLS or SASL is in force: as its switch says, or else where the file or a flag has a setting of it. */
export function isEnabled(find: Find, toggle: Option<boolean, ClusterSettings>, given: boolean): boolean {
  const enabled = find(toggle)
  return enabled.given ? enabled.value === true : given
}

/** After a fault the result is there but means nothing. */
export function saslSettings(find: Find, sources: SaslSources): SaslSettings | null {
  const { faults, inFile, env } = sources
  const handshake = find(CLUSTER.saslHandshake)
  if (handshake.value === false) {
    faults.push({
      at: handshake.at,
      problem: "got false, expected true: SASL without Kafka's handshake is not supported",
    })
  }
  const ofPasswords: readonly AnyOption[] = [
    CLUSTER.saslUsername,
    CLUSTER.saslPassword,
    CLUSTER.saslPasswordFile,
  ]
  const ofTokens: readonly AnyOption[] = [CLUSTER.saslTokenFile, CLUSTER.saslTokenCommand]
  const settings: readonly AnyOption[] = [
    CLUSTER.saslMechanism,
    ...ofPasswords,
    ...ofTokens,
    CLUSTER.saslRegion,
  ]
  const given = settings.some(option => find(option).given)
  if (!isEnabled(find, CLUSTER.saslEnabled, inFile.sasl || given)) return null

  const { value: mechanism } = find(CLUSTER.saslMechanism)
  // What belongs to a mechanism that is not known cannot be told.
  if (mechanism === undefined) return null
  const refuse = (options: readonly AnyOption[]) => {
    for (const option of options) {
      const { given, at } = find(option)
      if (given) faults.push({ at, problem: `got a value, expected none with the mechanism ${mechanism}` })
    }
  }
  switch (mechanism) {
    case 'oauthbearer':
      refuse([...ofPasswords, CLUSTER.saslRegion])
      return { mechanism, token: tokenFrom(find, sources) }
    case 'aws-msk-iam': {
      refuse([...ofPasswords, ...ofTokens])
      const region = find(CLUSTER.saslRegion)
      const name = region.value ?? env.AWS_REGION ?? ''
      if (!region.given && name === '') {
        faults.push({ at: region.at, problem: 'got nothing, expected an AWS region, such as eu-central-1' })
      }
      return { mechanism, region: name }
    }
    default: {
      refuse([...ofTokens, CLUSTER.saslRegion])
      const username = find(CLUSTER.saslUsername)
      if (!username.given) faults.push({ at: username.at, problem: 'got nothing, expected a user name' })
      return { mechanism, username: username.value ?? '', password: passwordFrom(find, sources) }
    }
  }
}

/** The password of the highest place that has one, in whichever of its two forms. */
function passwordFrom(find: Find, { layers, files, env, faults }: SaslSources): Password {
  for (const layer of layers) {
    const password = layer(CLUSTER.saslPassword)
    const file = layer(CLUSTER.saslPasswordFile)
    if (password !== null && file !== null) {
      faults.push({ at: file.at, problem: `got both, expected either this or ${password.at}` })
    }
    if (password !== null) return { value: password.value ?? '' }
    if (file !== null) return { file: files.secretPath(file, 'the password') ?? '' }
  }
  // kafka_exporter's variable counts last: it carries no prefix, so it may be there for something else.
  if (env.SASL_USER_PASSWORD) return { value: env.SASL_USER_PASSWORD }
  const { at } = find(CLUSTER.saslPassword)
  faults.push({ at, problem: 'got nothing, expected a password, or a file that holds it' })
  return { value: '' }
}

function tokenFrom(find: Find, { layers, files, faults }: SaslSources): Token {
  for (const layer of layers) {
    const file = layer(CLUSTER.saslTokenFile)
    const command = layer(CLUSTER.saslTokenCommand)
    if (file !== null && command !== null) {
      faults.push({ at: command.at, problem: `got both, expected either this or ${file.at}` })
    }
    if (file !== null) return { file: files.secretPath(file, 'the token') ?? '' }
    if (command !== null) return { command: command.value ?? [] }
  }
  const { at } = find(CLUSTER.saslTokenFile)
  faults.push({ at, problem: 'got nothing, expected a file that holds the token, or token_command' })
  return { file: '' }
}
