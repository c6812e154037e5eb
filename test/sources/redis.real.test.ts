import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { readTextFile } from '../../src/config/read-file.ts'
import { ExporterError } from '../../src/errors.ts'
import { redisProbe } from '../../src/sources/redis.ts'
import type { Probe } from '../../src/sources/watched-dependency.ts'
import { type Certificates, createCertificates } from '../harness/certificates.ts'
import { freePort } from '../harness/free-port.ts'
import { type Redis, type RedisOptions, startRedis } from '../harness/redis.ts'
import { waitUntil } from '../harness/wait-until.ts'

const TIMEOUT_MS = 3_000
const PASSWORD = 'correct-horse-battery'
const NO_TLS = { caFile: null, certFile: null, keyFile: null }

function probeOf(url: string, caFile: string | null = null): Probe {
  const read = (path: string, maxBytes: number) => readTextFile(path, maxBytes, 'again')
  return redisProbe({ url, tls: { ...NO_TLS, caFile }, timeoutMs: TIMEOUT_MS }, read)
}

/** Code and message of the failure; the whole error, causes included, must not hold the password. */
async function failureOf(probe: Probe): Promise<{ code: string; message: string }> {
  try {
    await probe.check()
  } catch (error) {
    assert.ok(error instanceof ExporterError)
    assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /battery|tower/)
    return { code: error.code, message: error.message }
  }
  assert.fail('the check succeeded')
}

describe('a check of Redis', () => {
  let server: Redis
  before(async () => {
    server = await startRedis({ password: PASSWORD })
  })
  after(() => server.close())

  const urlOf = (password: string) => `redis://default:${password}@127.0.0.1:${server.port}/0`

  async function withProbe(url: string, use: (probe: Probe) => Promise<void>, caFile?: string) {
    const probe = probeOf(url, caFile)
    try {
      await use(probe)
    } finally {
      await probe.close()
    }
  }

  /** Connections of probes, by the name that they give themselves. */
  async function connections(): Promise<number> {
    const list = await server.askAll('CLIENT', 'LIST')
    return list.split('\n').filter(line => line.includes('name=kafka-health-exporter ')).length
  }

  it('succeeds, over one connection that is kept', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      for (let i = 0; i < 3; i++) assert.ok((await probe.check()) > 0)
      assert.equal(await connections(), 1)
    })
    await waitUntil('the connection is closed', async () => (await connections()) === 0)
  })

  it('is made over a new connection after more than a minute without one', async t => {
    const id = async () => {
      const list = await server.askAll('CLIENT', 'LIST')
      return /^id=(\d+) .*name=kafka-health-exporter /m.exec(list)?.[1]
    }
    await withProbe(urlOf(PASSWORD), async probe => {
      await probe.check()
      const first = await id()
      const now = performance.now.bind(performance)
      t.mock.method(performance, 'now', () => now() + 120_000)
      await probe.check()
      await waitUntil('the first is closed', async () => (await connections()) === 1)
      assert.notEqual(await id(), first)
    })
  })

  it('fails while the server is down, and succeeds when it is back', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      await probe.check()
      await server.stop()
      for (let i = 0; i < 2; i++) {
        assert.deepEqual(await failureOf(probe), {
          code: 'CONNECTION_REFUSED',
          message: 'connection refused',
        })
      }
      await server.start()
      assert.ok((await probe.check()) > 0)
    })
  })

  it('takes the end of its connection for no failure of the server', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      for (let i = 0; i < 20; i++) {
        await probe.check()
        const [, ms] = await Promise.all([server.ask('CLIENT', 'KILL', 'TYPE', 'normal'), probe.check()])
        assert.ok(ms > 0)
      }
      await server.stop()
      await server.start()
      assert.ok((await probe.check()) > 0)
    })
  })

  it('does not wait for a server that is frozen, with or without a connection to it', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      await probe.check()
      server.freeze()
      try {
        for (let i = 0; i < 3; i++) {
          assert.deepEqual(await failureOf(probe), {
            code: 'TIMEOUT',
            message: `connect and PING: no answer within ${TIMEOUT_MS} ms`,
          })
        }
      } finally {
        server.thaw()
      }
      assert.ok((await probe.check()) > 0)
    })
    await waitUntil('no connection is left', async () => (await connections()) === 0)
  })

  it('says that the password is wrong or missing, and not which', async () => {
    await withProbe(urlOf('ivory-tower'), async probe => {
      assert.deepEqual(await failureOf(probe), {
        code: 'AUTHENTICATION_FAILED',
        message: 'WRONGPASS invalid username-password pair or user is disabled.',
      })
    })
    await withProbe(`redis://127.0.0.1:${server.port}`, async probe => {
      assert.equal((await failureOf(probe)).code, 'AUTHENTICATION_FAILED')
    })
  })

  it('says that there are too many clients', async () => {
    await server.ask('CONFIG', 'SET', 'maxclients', '1')
    const hold = probeOf(urlOf(PASSWORD))
    await hold.check()
    await withProbe(urlOf(PASSWORD), async probe => {
      // It is said before anything has been asked, so that the library may only see the end of the connection.
      assert.match((await failureOf(probe)).code, /^(?:TOO_MANY_CONNECTIONS|CONNECTION_CLOSED)$/)
    })
    await hold.close()
    await waitUntil(
      'there is room again',
      async () => (await server.ask('CONFIG', 'SET', 'maxclients', '100')) === '+OK',
    )
  })

  it('says that a name does not resolve', async () => {
    await withProbe('redis://nowhere.invalid:6379', async probe => {
      assert.equal((await failureOf(probe)).code, 'HOST_NOT_FOUND')
    })
  })

  it('leaves no socket behind after many failures', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter(name => name.startsWith('TCP')).length
    const before = sockets()
    await withProbe(`redis://127.0.0.1:${await freePort()}`, async probe => {
      for (let i = 0; i < 300; i++) assert.equal((await failureOf(probe)).code, 'CONNECTION_REFUSED')
      await waitUntil('the sockets are closed', () => sockets() <= before)
    })
  })

  describe('over TLS', () => {
    let certificates: Certificates
    before(async () => {
      certificates = await createCertificates()
    })

    async function withServer(server: keyof Certificates, use: (redis: Redis) => Promise<void>) {
      const { certFile, keyFile } = certificates[server] as { certFile: string; keyFile: string }
      const tls: RedisOptions['tls'] = { certFile, keyFile, caFile: certificates.caFile }
      const redis = await startRedis({ tls })
      try {
        await use(redis)
      } finally {
        await redis.close()
      }
    }

    it('trusts the authority that it is given, and no other', async () => {
      await withServer('server', async ({ url }) => {
        await withProbe(url, async probe => assert.ok((await probe.check()) > 0), certificates.caFile)
        await withProbe(url, async probe => {
          assert.deepEqual(await failureOf(probe), {
            code: 'TLS_UNTRUSTED',
            message: 'the certificate is not signed by a trusted authority',
          })
        })
      })
    })

    it('says what is wrong with a certificate', async () => {
      for (const [server, code] of [
        ['expiredServer', 'TLS_EXPIRED'],
        ['wrongHostServer', 'TLS_HOST_MISMATCH'],
      ] as const) {
        await withServer(server, async ({ url }) => {
          await withProbe(
            url,
            async probe => assert.equal((await failureOf(probe)).code, code),
            certificates.caFile,
          )
        })
      }
    })

    it('is closed upon where it is not used', async () => {
      await withServer('server', async ({ port }) => {
        await withProbe(`redis://127.0.0.1:${port}`, async probe => {
          assert.deepEqual(await failureOf(probe), {
            code: 'CONNECTION_CLOSED',
            message: 'the server closed the connection',
          })
        })
      })
    })
  })
})
