import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { ExporterError } from '../../../src/errors.ts'
import type { RegistryAccess } from '../../../src/model/registry-access.ts'
import { RegistryClient } from '../../../src/sources/schema-registry/registry-client.ts'
import { type Certificate, createCertificates } from '../../harness/certificates.ts'
import { type SchemaRegistry, type SeededSchema, startSchemaRegistry } from '../../harness/schema-registry.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const ADDRESS = '{"type":"record","name":"Address","fields":[{"name":"city","type":"string"}]}'
const CUSTOMER = '{"type":"record","name":"Customer","fields":[{"name":"home","type":"Address"}]}'
const SCHEMAS: readonly SeededSchema[] = [
  { subject: 'address', version: 1, id: 1, schema: { schema: ADDRESS } },
  {
    subject: 'customers/eu-value',
    version: 1,
    id: 2,
    schema: { schema: CUSTOMER, references: [{ name: 'Address', subject: 'address', version: 1 }] },
  },
  { subject: 'events-value', version: 1, id: 3, schema: { schema: '{"type":"object"}', schemaType: 'JSON' } },
]
const PASSWORD = 'correct-horse-battery'
/** TLS 1.3: the refusal of a certificate comes after the handshake, and may be overtaken by the end of the connection. */
const REFUSED = /^(?:TLS_CLIENT_CERTIFICATE|CONNECTION_CLOSED)$/
const TOKEN = 'tower-of-token'

const folder = mkdtempSync(join(tmpdir(), 'registry-client-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const OPEN: Omit<RegistryAccess, 'url'> = {
  login: null,
  tls: { caFile: null, certFile: null, keyFile: null },
}

async function withClient<Result>(
  access: RegistryAccess,
  use: (client: RegistryClient) => Promise<Result>,
  timeoutMs = 30_000,
): Promise<Result> {
  const client = new RegistryClient({ access, read: path => readFileSync(path, 'utf8'), timeoutMs })
  try {
    return await use(client)
  } finally {
    await client.close()
  }
}

/** The failure's code; the whole error, causes included, must not hold a secret. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof ExporterError)
    const everything = inspect(error, { depth: 20, showHidden: true })
    assert.doesNotMatch(everything, /battery|tower|Basic|Bearer/)
    return error.code
  }
  return 'it succeeded'
}

describe('a registry', () => {
  let registry: SchemaRegistry
  before(async () => {
    registry = await startSchemaRegistry({ schemas: SCHEMAS })
  })
  after(() => registry.close())
  const access = () => ({ ...OPEN, url: registry.url })

  it('gives a schema by its number, with what it refers to', async () => {
    await withClient(access(), async client => {
      assert.deepEqual(await client.schema(1), { language: 'AVRO', text: ADDRESS, references: [] })
      assert.deepEqual(await client.schema(2), {
        language: 'AVRO',
        text: CUSTOMER,
        references: [{ name: 'Address', text: ADDRESS }],
      })
      assert.equal((await client.schema(3)).language, 'JSON')
    })
  })

  it('gives a schema by its GUID', async () => {
    const answer = await fetch(`${registry.url}/subjects/address/versions/1`)
    const { guid } = (await answer.json()) as { guid: string }
    assert.match(guid, /^[\da-f]{8}-[\da-f]{4}-/)
    assert.equal((await withClient(access(), client => client.schema(guid))).text, ADDRESS)
  })

  it('says that it has no such schema', async () => {
    assert.equal(await codeOf(withClient(access(), client => client.schema(99))), 'SCHEMA_NOT_FOUND')
    const guid = '00000000-0000-0000-0000-000000000000'
    assert.equal(await codeOf(withClient(access(), client => client.schema(guid))), 'SCHEMA_NOT_FOUND')
  })

  it('is pinged, though this one has no list of types', async () => {
    assert.ok((await withClient(access(), client => client.ping())) > 0)
  })

  it('is down, frozen, and back', async () => {
    await withClient(
      access(),
      async client => {
        await client.ping()
        registry.freeze()
        assert.equal(await codeOf(client.schema(1)), 'TIMEOUT')
        registry.thaw()
        await waitUntil('an answer', async () => (await client.schema(1)).text === ADDRESS)
        await registry.stop()
        await waitUntil('a refusal', async () => (await codeOf(client.schema(1))) === 'CONNECTION_REFUSED')
        await registry.start()
        await waitUntil('an answer', async () => (await client.schema(1)).text === ADDRESS)
      },
      500,
    )
  })

  it('is not asked any more when the client is closed', async () => {
    const client = new RegistryClient({ access: access(), read: () => '', timeoutMs: 30_000 })
    registry.freeze()
    const asked = codeOf(client.schema(1))
    await client.close()
    assert.notEqual(await asked, 'it succeeded')
    registry.thaw()
  })
})

describe('a registry that asks who one is', () => {
  const basic = `Basic ${Buffer.from(`exporter:${PASSWORD}`).toString('base64')}`
  for (const [name, authorization, login] of [
    ['by a password', basic, { kind: 'basic', username: 'exporter', passwordFile: join(folder, 'secret') }],
    ['by a token', `Bearer ${TOKEN}`, { kind: 'bearer', tokenFile: join(folder, 'secret') }],
  ] as const) {
    it(`${name}: from a file that is read anew`, async () => {
      const registry = await startSchemaRegistry({ schemas: SCHEMAS, authorization })
      try {
        await withClient({ ...OPEN, url: registry.url, login }, async client => {
          file('secret', 'battery-tower\n')
          assert.equal(await codeOf(client.schema(1)), 'AUTHENTICATION_FAILED')
          assert.equal(await codeOf(client.ping()), 'AUTHENTICATION_FAILED')
          file('secret', `${login.kind === 'basic' ? PASSWORD : TOKEN}\n`)
          assert.equal((await client.schema(1)).text, ADDRESS)
          file('secret', '')
          assert.equal(await codeOf(client.schema(1)), 'CREDENTIALS_UNAVAILABLE')
          file('secret', 'battery\ntower')
          assert.match(await codeOf(client.schema(1)), /^(?:AUTHENTICATION_FAILED|CREDENTIALS_UNAVAILABLE)$/)
        })
        assert.equal(
          await codeOf(withClient({ ...OPEN, url: registry.url }, client => client.schema(1))),
          'AUTHENTICATION_FAILED',
        )
      } finally {
        await registry.close()
      }
    })
  }
})

describe('a registry with TLS', () => {
  it('is trusted by its authority and asks for a client certificate', async () => {
    const { server, client, caFile, foreign, expiredServer, wrongHostServer } = await createCertificates()
    const registryWith = (certificate: Certificate) =>
      startSchemaRegistry({
        schemas: SCHEMAS,
        tls: { cert: certificate.certFile, key: certificate.keyFile, clientCa: caFile },
      })
    const codeOfSchema = (url: string, tls: Partial<RegistryAccess['tls']>) =>
      codeOf(withClient({ ...OPEN, url, tls: { ...OPEN.tls, ...tls } }, each => each.schema(1)))
    const pair = { certFile: client.certFile, keyFile: client.keyFile }
    const registry = await registryWith(server)
    try {
      const codeWith = (tls: Partial<RegistryAccess['tls']>) => codeOfSchema(registry.url, tls)
      assert.equal(await codeWith({ caFile, ...pair }), 'it succeeded')
      assert.equal(await codeWith(pair), 'TLS_UNTRUSTED')
      assert.equal(await codeWith({ caFile: foreign.caFile, ...pair }), 'TLS_UNTRUSTED')
      assert.match(await codeWith({ caFile }), REFUSED)
      assert.match(
        await codeWith({ caFile, certFile: foreign.client.certFile, keyFile: foreign.client.keyFile }),
        REFUSED,
      )
      const broken = file('broken.pem', 'battery')
      assert.equal(await codeWith({ caFile: broken }), 'CREDENTIALS_UNAVAILABLE')
      assert.equal(
        await codeWith({ caFile, certFile: client.certFile, keyFile: server.keyFile }),
        'CREDENTIALS_UNAVAILABLE',
      )
    } finally {
      await registry.close()
    }
    for (const [certificate, code] of [
      [expiredServer, 'TLS_EXPIRED'],
      [wrongHostServer, 'TLS_HOST_MISMATCH'],
    ] as const) {
      const other = await registryWith(certificate)
      try {
        assert.equal(await codeOfSchema(other.url, { caFile, ...pair }), code)
      } finally {
        await other.close()
      }
    }
  })
})
