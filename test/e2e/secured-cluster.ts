import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate, type Certificates, createCertificates } from '../harness/certificates.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import type { ExtraListener } from '../harness/kafka-properties.ts'

export const AUDIENCE = 'kafka'

/** One broker with a listener for everything that a client may have to show, and for what may be wrong with a broker. */
export interface SecuredCluster {
  readonly kafka: KafkaCluster
  readonly certificates: Certificates
  /** Signs with the key that the broker trusts, or with one that it trusts no more. */
  token(claims: { readonly lifeSeconds: number; readonly revoked?: boolean }): string
}

const SECURITY = 'org.apache.kafka.common.security'

export async function startSecuredCluster(options: {
  readonly users: readonly { readonly name: string; readonly password: string }[]
  readonly properties?: Readonly<Record<string, string>>
}): Promise<SecuredCluster> {
  const certificates = await createCertificates()
  const key = newKey()
  const formerKey = newKey()
  const jwksFile = join(certificates.dir, 'jwks.json')
  writeFileSync(jwksFile, JSON.stringify({ keys: [jwkOf(key)] }))

  const tls = (server: Certificate) => ({
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': server.keystoreFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificates.caFile,
  })
  const mutual = { 'ssl.client.auth': 'required' }
  const plain = options.users.map(user => ` user_${user.name}="${user.password}"`).join('')
  const sasl = {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'plain.sasl.jaas.config': `${SECURITY}.plain.PlainLoginModule required${plain};`,
    'scram-sha-256.sasl.jaas.config': `${SECURITY}.scram.ScramLoginModule required;`,
    'scram-sha-512.sasl.jaas.config': `${SECURITY}.scram.ScramLoginModule required;`,
    'oauthbearer.sasl.jaas.config': `${SECURITY}.oauthbearer.OAuthBearerLoginModule required;`,
    'oauthbearer.sasl.server.callback.handler.class': `${SECURITY}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    // Without it Kafka 4.1 takes the validator of clients, which looks at no signature.
    'sasl.oauthbearer.jwt.validator.class': `${SECURITY}.oauthbearer.BrokerJwtValidator`,
    'sasl.oauthbearer.jwks.endpoint.url': `file://${jwksFile}`,
    'sasl.oauthbearer.expected.audience': AUDIENCE,
  }
  const extraListeners: Record<string, ExtraListener> = {
    TLS: { protocol: 'SSL', properties: tls(certificates.server) },
    MTLS: { protocol: 'SSL', properties: { ...tls(certificates.server), ...mutual } },
    SASL: { protocol: 'SASL_PLAINTEXT', properties: sasl },
    SASLTLS: { protocol: 'SASL_SSL', properties: { ...tls(certificates.server), ...sasl } },
    SASLMTLS: { protocol: 'SASL_SSL', properties: { ...tls(certificates.server), ...mutual, ...sasl } },
    SCRAMONLY: {
      protocol: 'SASL_PLAINTEXT',
      properties: {
        'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
        'scram-sha-512.sasl.jaas.config': sasl['scram-sha-512.sasl.jaas.config'],
      },
    },
    EXPIRED: { protocol: 'SSL', properties: tls(certificates.expiredServer) },
    OTHERHOST: { protocol: 'SSL', properties: tls(certificates.wrongHostServer) },
  }
  const kafka = await startKafka({
    brokers: 1,
    users: options.users,
    extraListeners,
    javaOptions: [
      `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${jwksFile}`,
      `-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=${jwksFile}`,
    ],
    properties: options.properties ?? {},
  })
  return {
    kafka,
    certificates,
    token: ({ lifeSeconds, revoked = false }) => jwtOf(revoked ? formerKey : key, lifeSeconds),
  }
}

function newKey(): KeyObject {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

function jwkOf(key: KeyObject): object {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid: 'current', use: 'sig', alg: 'RS256' }
}

function jwtOf(key: KeyObject, lifeSeconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { sub: 'exporter', aud: AUDIENCE, iss: 'test', iat: now - 60, exp: now + lifeSeconds }
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'current' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}
