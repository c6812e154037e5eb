import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { ExporterError } from '../../src/errors.ts'
import { changingSecret } from '../../src/kafka/credentials/changing-secret.ts'
import { renewedToken } from '../../src/kafka/credentials/renewed-token.ts'
import type {
  BearerToken,
  SaslCredential,
  SaslProvider,
} from '../../src/kafka/credentials/sasl-credential.ts'
import { Troubles } from '../../src/kafka/credentials/troubles.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import type { ApiRequest, Transport, TransportError } from '../../src/kafka/transport.ts'
import {
  frame,
  mechanisms,
  ScriptedBroker,
  type ScriptedRequest,
  signedIn,
  welcome,
} from './scripted-broker.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

const SAID = 'Authentication failed: Invalid username or password'
const EXPIRED_AT = Date.parse('2026-01-02T03:04:05.000Z')
const ASK: ApiRequest = { key: 3, version: 9, name: 'Metadata', flexible: false, body: Buffer.from('ask') }

/** A broker that lets in who shows one of the accepted secrets, for so long; a changed set counts at once. */
async function guarded(accepted: Set<string>, sessionMs = 0): Promise<ScriptedBroker> {
  const onOpening = (one: ScriptedRequest) => {
    const answer = (body: Buffer) => one.socket.write(frame(one.correlationId, body))
    if (one.key === 17) return answer(mechanisms([one.body.subarray(2).toString()]))
    if (one.key !== 36) return welcome(one)
    const shown = one.body.subarray(4).toString()
    const token = shown.startsWith('n,,') ? shown.split('\u0001')[1]!.replace('auth=Bearer ', '') : undefined
    if (accepted.has(token ?? shown.split('\0')[2]!)) return answer(session(signedIn(), sessionMs))
    if (token !== undefined) return answer(challenge('{"status":"invalid_token"}'))
    return answer(signedIn(58, shown === '\u0001' ? '{"status":"invalid_token"}' : SAID))
  }
  const broker = await ScriptedBroker.start({ onOpening })
  releases.push(() => broker.stop())
  return broker
}

function session(answer: Buffer, lifeMs: number): Buffer {
  answer.writeBigInt64BE(BigInt(lifeMs), answer.length - 8)
  return answer
}

function challenge(text: string): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(text.length)
  return Buffer.concat([Buffer.of(0, 0, 0xff, 0xff), size, Buffer.from(text), Buffer.alloc(8)])
}

interface Secret {
  credential: SaslCredential
  readonly troubles: Troubles
  readonly provider: SaslProvider
}

function secretOf(credential: SaslCredential): Secret {
  const troubles = new Troubles()
  const secret: Secret = {
    credential,
    troubles,
    provider: changingSecret({
      mechanism: credential.kind === 'token' ? 'OAUTHBEARER' : 'PLAIN',
      tokenRemedy: 'Get another token',
      place: 'sasl.password_file',
      newest: async () => secret.credential,
      now: Date.now,
      troubles,
    }),
  }
  return secret
}

const password = (word: string): SaslCredential => ({ kind: 'password', username: 'u', password: word })
const token = (word: string, expiresAt: number | null = null): SaslCredential => ({
  kind: 'token',
  token: word,
  expiresAt,
})

function open(broker: ScriptedBroker, { provider }: Secret): Transport {
  const transport = openKafkajsTransport({
    seeds: [broker.endpoint],
    tls: null,
    sasl: provider,
    clientId: 'test',
    backoff: { minMs: 0, maxMs: 0 },
  })
  releases.push(() => transport.close())
  transport.setNodes([{ id: 1, ...broker.endpoint }])
  return transport
}

const failureOf = (work: Promise<unknown>): Promise<TransportError> =>
  work.then(
    () => assert.fail('it was let in'),
    error => error,
  )

test('a token that is accepted', async () => {
  const broker = await guarded(new Set(['abc']))
  await open(broker, secretOf(token('abc'))).send(1, ASK)
  assert.equal(broker.connections, 1)
})

for (const [what, expiresAt, code, message, remedy] of [
  [
    'has expired',
    EXPIRED_AT,
    'SASL_TOKEN_EXPIRED',
    'the token expired at 2026-01-02T03:04:05.000Z',
    "Get another token, or correct this machine's clock.",
  ],
  [
    'has not expired',
    null,
    'SASL_TOKEN_REFUSED',
    'the broker does not accept the token, which has not expired by what it says of itself',
    'It may have been revoked, or its issuer, audience, scope or key are not what the listener expects. Get another token.',
  ],
] as const) {
  test(`a token that is refused and ${what}`, async () => {
    const broker = await guarded(new Set())
    const failure = await failureOf(open(broker, secretOf(token('hunter2', expiresAt))).versions(1))
    assert.equal(failure.code, code)
    const said = `SASL OAUTHBEARER authentication failed: ${message} ({"status":"invalid_token"})`
    assert.equal(failure.message, `${broker.address}: ${said}`)
    assert.equal(failure.remedy, remedy)
    assert.equal(broker.connections, 1)
  })
}

test('a changed password is used by the next connection', async () => {
  const accepted = new Set(['old'])
  const broker = await guarded(accepted)
  const secret = secretOf(password('old'))
  const transport = open(broker, secret)
  await transport.send(1, ASK)
  accepted.clear()
  accepted.add('new')
  secret.credential = password('new')
  // The connection in use lives on.
  await transport.send(1, ASK)
  assert.equal(broker.connections, 1)
  for (const socket of broker.sockets) socket.destroy()
  await transport.send(1, ASK).catch(() => transport.send(1, ASK))
  assert.deepEqual(secret.troubles.list(), [])
})

test('a password that the broker does not know yet is tried first, then the one before, and that is told', async () => {
  const accepted = new Set(['old'])
  const broker = await guarded(accepted)
  const secret = secretOf(password('old'))
  await open(broker, secret).send(1, ASK)
  secret.credential = password('new')
  const second = open(broker, secret)
  await second.send(1, ASK)
  assert.equal(broker.connections, 3)
  assert.deepEqual(
    secret.troubles.list().map(({ code, message }) => [code, message]),
    [
      [
        'CREDENTIALS_STALE',
        'what sasl.password_file holds: a broker refused it; what was accepted before is used on',
      ],
    ],
  )
  accepted.add('new')
  await open(broker, secret).send(1, ASK)
  assert.equal(broker.connections, 4)
  assert.deepEqual(secret.troubles.list(), [])
})

test('brokers that are changed one after the other each keep the secret that they accepted', async () => {
  const [sets, secret] = [[new Set(['old']), new Set(['old'])], secretOf(password('old'))]
  const brokers = await Promise.all(sets.map(accepted => guarded(accepted)))
  const transport = open(brokers[0]!, secret)
  transport.setNodes(brokers.map((broker, i) => ({ id: i + 1, ...broker.endpoint })))
  const reconnect = async (node: number) => {
    for (const socket of brokers[node - 1]!.sockets) socket.destroy()
    await transport.send(node, ASK).catch(() => transport.send(node, ASK))
  }
  await transport.send(1, ASK)
  await transport.send(2, ASK)
  secret.credential = password('new')
  sets[0]!.clear()
  sets[0]!.add('new')
  await reconnect(1)
  assert.deepEqual(secret.troubles.list(), [])
  await reconnect(2)
  assert.equal(secret.troubles.list()[0]?.code, 'CREDENTIALS_STALE')
  // That one broker has the new one does not mend the other.
  await reconnect(1)
  assert.equal(secret.troubles.list()[0]?.code, 'CREDENTIALS_STALE')
  sets[1]!.clear()
  sets[1]!.add('new')
  await reconnect(2)
  assert.deepEqual(secret.troubles.list(), [])
})

test('a broker that nobody has met yet is shown what another one is on, and its trouble ends when it leaves', async () => {
  const [first, second] = [await guarded(new Set(['old'])), await guarded(new Set(['old']))]
  const secret = secretOf(password('old'))
  const transport = open(first, secret)
  await transport.send(1, ASK)
  secret.credential = password('new')
  const nodes = [first, second].map((broker, i) => ({ id: i + 1, ...broker.endpoint }))
  transport.setNodes(nodes)
  await transport.send(2, ASK)
  assert.equal(secret.troubles.list()[0]?.code, 'CREDENTIALS_STALE')
  transport.setNodes(nodes.slice(0, 1))
  assert.deepEqual(secret.troubles.list(), [])
})

test('a session that is about to end is begun anew with what the file holds then', async () => {
  const accepted = new Set(['first', 'second'])
  // Shorter than the threshold: every request authenticates.
  const broker = await guarded(accepted, 1_000)
  const secret = secretOf(token('first'))
  const transport = open(broker, secret)
  await transport.send(1, ASK)
  secret.credential = token('second')
  await transport.send(1, ASK)
  const shown = broker.requests.filter(({ key }) => key === 36).map(({ body }) => body.toString())
  assert.match(shown[0]!, /Bearer first/)
  assert.match(shown.at(-1)!, /Bearer second/)
  assert.equal(broker.connections, 1)
})

test('a re-authentication that is refused costs no request where the secret before still holds', async () => {
  const broker = await guarded(new Set(['old']), 1_000)
  const secret = secretOf(password('old'))
  const transport = open(broker, secret)
  await transport.send(1, ASK)
  secret.credential = password('new')
  const { body } = await transport.send(1, ASK)
  assert.equal(body.toString(), 'ask')
  assert.equal(broker.connections, 2)
  assert.equal(secret.troubles.list()[0]?.code, 'CREDENTIALS_STALE')
})

test('a command that hangs costs no session while the token before is alive', async () => {
  const broker = await guarded(new Set(['first']), 1_000)
  const { troubles, ...secret } = secretOf(token('first'))
  let fetched = 0
  let passedMs = 0
  const first: BearerToken = { kind: 'token', token: 'first', expiresAt: Date.now() + 60_000 }
  const { newest } = renewedToken({
    place: 'sasl.token_command',
    fetch: () => (fetched++ === 0 ? Promise.resolve(first) : new Promise(() => {})),
    now: () => Date.now() + passedMs,
    troubles,
  })
  const provider = changingSecret({
    ...secret.provider,
    place: 'sasl.token_command',
    newest,
    now: Date.now,
    troubles,
  })
  const transport = open(broker, { ...secret, troubles, provider })
  await transport.send(1, ASK)
  passedMs = 40_000
  await transport.send(1, ASK)
  assert.equal(fetched, 2)
  assert.equal(broker.connections, 1)
})

test('credentials that cannot be had are told by name, and the next attempt asks anew', async () => {
  const broker = await guarded(new Set(['abc']))
  const secret = secretOf(token('abc'))
  let isThere = false
  const provider: SaslProvider = {
    ...secret.provider,
    credentials: async address => {
      if (isThere) return secret.provider.credentials(address)
      throw new ExporterError('CREDENTIALS_UNAVAILABLE', 'sasl.token_file: /t cannot be read (no such file)')
    },
  }
  const transport = open(broker, { ...secret, provider })
  const failure = await failureOf(transport.versions(1))
  assert.equal(failure.code, 'CREDENTIALS_UNAVAILABLE')
  assert.equal(failure.message, `${broker.address}: sasl.token_file: /t cannot be read (no such file)`)
  isThere = true
  await transport.versions(1)
})
