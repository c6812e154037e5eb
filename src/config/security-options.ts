import { command } from './list-types.ts'
import { optionsOf } from './option.ts'
import { choice, filePath, secretText, serverName, text, truth } from './scalar-types.ts'
import type { ClusterSettings, SaslSettings } from './settings.ts'

const option = optionsOf<ClusterSettings>()

type PasswordSasl = Extract<SaslSettings, { readonly username: string }>
type TokenSasl = Extract<SaslSettings, { readonly mechanism: 'oauthbearer' }>

function passwordSasl({ sasl }: ClusterSettings): PasswordSasl | undefined {
  return sasl !== null && 'username' in sasl ? sasl : undefined
}

function tokenOf({ sasl }: ClusterSettings): TokenSasl['token'] | undefined {
  return sasl?.mechanism === 'oauthbearer' ? sasl.token : undefined
}

function inlineOf(password: PasswordSasl['password'] | undefined): string | undefined {
  return password !== undefined && 'value' in password ? password.value : undefined
}

function fileOf(source: PasswordSasl['password'] | TokenSasl['token'] | undefined): string | undefined {
  return source !== undefined && 'file' in source ? source.file : undefined
}

/** How one cluster is connected to; part of `CLUSTER`. */
export const SECURITY = {
  tlsEnabled: option({
    path: null,
    flag: 'tls.enabled',
    type: truth,
    fallbackText: 'true where another `tls.*` setting is given',
    help: "Connect with TLS. In the file: a `tls` mapping, which may be empty (`tls: {}`) for the system's authorities.",
  }),
  tlsCaFile: option({
    path: 'tls.ca_file',
    flag: 'tls.ca-file',
    type: filePath,
    fallbackText: "the system's authorities",
    help: 'PEM file with the certificates of the authorities that are trusted.',
    get: cluster => cluster.tls?.caFile ?? null,
  }),
  tlsCertFile: option({
    path: 'tls.cert_file',
    flag: 'tls.cert-file',
    type: filePath,
    help: 'PEM file with the client certificate, for mTLS.',
    get: cluster => cluster.tls?.certFile ?? null,
  }),
  tlsKeyFile: option({
    path: 'tls.key_file',
    flag: 'tls.key-file',
    type: filePath,
    help: 'PEM file with the key of the client certificate, not encrypted.',
    get: cluster => cluster.tls?.keyFile ?? null,
  }),
  tlsServerName: option({
    path: 'tls.server_name',
    flag: 'tls.server-name',
    type: serverName,
    fallbackText: "each broker's host",
    help: "Host name that the brokers' certificates are checked against.",
    get: cluster => cluster.tls?.serverName ?? null,
  }),
  tlsInsecureSkipVerify: option({
    path: 'tls.insecure_skip_verify',
    flag: 'tls.insecure-skip-tls-verify',
    type: truth,
    fallback: false,
    help: "Do not check the brokers' certificates: whoever is on the way can read and change everything.",
    get: cluster => cluster.tls?.insecureSkipVerify ?? null,
  }),
  saslEnabled: option({
    path: null,
    flag: 'sasl.enabled',
    type: truth,
    fallbackText: 'true where another `sasl.*` setting is given',
    help: 'Authenticate with SASL. In the file: a `sasl` mapping.',
  }),
  saslHandshake: option({
    path: null,
    flag: 'sasl.handshake',
    type: truth,
    fallback: true,
    help: "Kafka's SASL handshake. Only `true` is supported; the flag is there for kafka_exporter's command lines.",
  }),
  saslMechanism: option({
    path: 'sasl.mechanism',
    flag: 'sasl.mechanism',
    type: choice(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer', 'aws-msk-iam'], {
      'scram-sha256': 'scram-sha-256',
      'scram-sha512': 'scram-sha-512',
      awsiam: 'aws-msk-iam',
    }),
    fallback: 'plain',
    help: 'SASL mechanism. PLAIN and OAUTHBEARER without TLS send password or token in clear.',
    get: cluster => cluster.sasl?.mechanism ?? null,
  }),
  saslUsername: option({
    path: 'sasl.username',
    flag: 'sasl.username',
    type: text('a user name', 'NAME'),
    help: 'User name. Required with PLAIN and SCRAM.',
    get: cluster => passwordSasl(cluster)?.username ?? null,
  }),
  saslPassword: option({
    path: 'sasl.password',
    flag: 'sasl.password',
    type: secretText,
    help: "Password; this or `password_file` is required with PLAIN and SCRAM. A flag is visible in the process list: prefer the file, or the variable. kafka_exporter's variable `SASL_USER_PASSWORD` is read where neither is given.",
    get: cluster => inlineOf(passwordSasl(cluster)?.password) ?? null,
  }),
  saslPasswordFile: option({
    path: 'sasl.password_file',
    flag: 'sasl.password-file',
    type: filePath,
    help: 'File that holds the password; one line break at its end is left out. It is read anew for each authentication.',
    get: cluster => fileOf(passwordSasl(cluster)?.password) ?? null,
  }),
  saslTokenFile: option({
    path: 'sasl.token_file',
    flag: 'sasl.token-file',
    alias: 'sasl.oauthbearer-token-file',
    type: filePath,
    help: 'File that holds the token; this or `token_command` is required with OAUTHBEARER. It is read anew for each authentication.',
    get: cluster => fileOf(tokenOf(cluster)) ?? null,
  }),
  saslTokenCommand: option({
    path: 'sasl.token_command',
    flag: 'sasl.token-command',
    type: command,
    help: 'Program and arguments that print the token; run without a shell, within half of `connect_timeout`. A token that is a JWT is renewed once a fifth of its life is left, any other serves for one authentication.',
    get: cluster => {
      const token = tokenOf(cluster)
      return token !== undefined && 'command' in token ? token.command : null
    },
  }),
  saslRegion: option({
    path: 'sasl.region',
    flag: 'sasl.region',
    alias: 'sasl.aws-region',
    type: text('an AWS region, such as eu-central-1', 'REGION', { pattern: /^[a-z]{2}[a-z0-9-]{1,60}$/ }),
    fallbackText: 'the variable `AWS_REGION`',
    help: "Region of the Amazon MSK cluster; required with `aws-msk-iam`, whose tokens are signed with what AWS's own chain of credentials finds.",
    get: cluster => (cluster.sasl?.mechanism === 'aws-msk-iam' ? cluster.sasl.region : null),
  }),
}
