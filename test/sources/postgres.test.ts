import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inspect } from 'node:util'
import pg from 'pg'
import { ExporterError } from '../../src/errors.ts'
import { postgresProbe } from '../../src/sources/postgres.ts'
import type { Probe } from '../../src/sources/watched-dependency.ts'
import { freePort } from '../harness/free-port.ts'
import { type Postgres, startPostgres } from '../harness/postgres.ts'
import { waitUntil } from '../harness/wait-until.ts'

const TIMEOUT_MS = 2_000
const PASSWORD = 'correct-horse-battery'

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

function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => name.startsWith('TCP')).length
}

describe('a check of PostgreSQL', () => {
  let server: Postgres
  before(async () => {
    server = await startPostgres()
    await requirePasswords(server)
  })
  after(() => server.close())

  const urlOf = (password: string, query = '') =>
    `postgres://exporter:${password}@127.0.0.1:${server.port}/postgres${query}`

  async function withProbe(url: string, use: (probe: Probe) => Promise<void>): Promise<void> {
    const probe = postgresProbe(url, TIMEOUT_MS)
    try {
      await use(probe)
    } finally {
      await probe.close()
    }
  }

  it('succeeds, over one connection that is kept', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      for (let i = 0; i < 3; i++) assert.ok((await probe.check()) > 0)
      assert.equal(await connectionsOf(server), 1)
    })
  })

  it('fails while the server is down, and succeeds when it is back', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      await probe.check()
      await server.stop()
      assert.equal((await failureOf(probe)).code, 'CONNECTION_REFUSED')
      assert.equal((await failureOf(probe)).code, 'CONNECTION_REFUSED')
      await server.start()
      assert.ok((await probe.check()) > 0)
    })
  })

  it('takes the end of its connection, seen or not seen yet, for no failure of the server', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      for (let i = 0; i < 20; i++) {
        await probe.check()
        const [, ms] = await Promise.all([endConnections(server), probe.check()])
        assert.ok(ms > 0)
      }
    })
  })

  it('survives a restart between two checks unnoticed', async () => {
    await withProbe(urlOf(PASSWORD), async probe => {
      await probe.check()
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
        assert.deepEqual(await failureOf(probe), {
          code: 'TIMEOUT',
          message: `connect and SELECT 1: no answer within ${TIMEOUT_MS} ms`,
        })
        assert.equal((await failureOf(probe)).code, 'TIMEOUT')
        assert.equal((await failureOf(probe)).code, 'TIMEOUT')
      } finally {
        server.thaw()
      }
      assert.ok((await probe.check()) > 0)
    })
  })

  it('says that the password is wrong, and not which', async () => {
    await withProbe(urlOf('ivory-tower'), async probe => {
      assert.deepEqual(await failureOf(probe), {
        code: 'AUTHENTICATION_FAILED',
        message: 'password authentication failed for user "exporter" (28P01)',
      })
    })
  })

  it('names a database that is not there', async () => {
    await withProbe(urlOf(PASSWORD).replace(/postgres$/, 'nowhere'), async probe => {
      assert.deepEqual(await failureOf(probe), {
        code: 'CONNECTION_FAILED',
        message: 'database "nowhere" does not exist (3D000)',
      })
    })
  })

  it('says that the server has no TLS where TLS is wanted', async () => {
    await withProbe(urlOf(PASSWORD, '?sslmode=verify-full'), async probe => {
      assert.deepEqual(await failureOf(probe), {
        code: 'CONNECTION_FAILED',
        message: 'The server does not support SSL connections',
      })
    })
  })

  it('leaves no socket behind after many failures, nor after it is closed', async () => {
    const before = openSockets()
    const port = await freePort()
    await withProbe(`postgres://exporter:${PASSWORD}@127.0.0.1:${port}/postgres`, async probe => {
      for (let i = 0; i < 1_000; i++) assert.equal((await failureOf(probe)).code, 'CONNECTION_REFUSED')
      await waitUntil('the sockets are closed', () => openSockets() <= before)
    })
    await withProbe(urlOf('ivory-tower'), async probe => {
      for (let i = 0; i < 20; i++) assert.equal((await failureOf(probe)).code, 'AUTHENTICATION_FAILED')
    })
    await waitUntil('the server has no connection left', async () => (await connectionsOf(server)) === 0)
  })
})

/** A role with a password, and nobody else let in over the address that the tests use. */
async function requirePasswords({ url }: Postgres): Promise<void> {
  await asSuperuser(url, async client => {
    await client.query(`CREATE ROLE exporter LOGIN PASSWORD '${PASSWORD}'`)
    const { rows } = await client.query<{ hba_file: string }>('SHOW hba_file')
    const rules = `host all postgres 127.0.0.1/32 trust\nhost all exporter 127.0.0.1/32 scram-sha-256`
    const lines = rules.split('\n').map(line => `('${line}')`)
    await client.query(`COPY (VALUES ${lines.join(',')}) TO '${rows[0]?.hba_file}'`)
    await client.query('SELECT pg_reload_conf()')
  })
}

async function connectionsOf({ url }: Postgres): Promise<number> {
  return asSuperuser(url, async client => {
    const { rows } = await client.query<{ count: string }>(
      "SELECT count(*) FROM pg_stat_activity WHERE usename = 'exporter'",
    )
    return Number(rows[0]?.count)
  })
}

async function endConnections({ url }: Postgres): Promise<void> {
  await asSuperuser(url, client =>
    client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'exporter'"),
  )
}

async function asSuperuser<Result>(
  url: string,
  use: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
