import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startPostgres } from './postgres.ts'

async function ask(url: string): Promise<unknown> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 1_000,
    query_timeout: 1_000,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query('SELECT 40 + 2 AS answer')).rows[0].answer
  } finally {
    void client.end().catch(() => {})
  }
}

test('Postgres is up, down, up on the same port, and gone after close', async t => {
  const postgres = await startPostgres()
  t.after(() => postgres.close())
  assert.equal(await ask(postgres.url), 42)

  await postgres.stop()
  assert.equal(postgres.pid, null)
  await assert.rejects(ask(postgres.url), { code: 'ECONNREFUSED' })

  await postgres.start()
  assert.equal(await ask(postgres.url), 42)

  const pid = postgres.pid!
  await postgres.close()
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})

test('a frozen Postgres keeps its connections and answers nothing until it is thawed', async t => {
  const postgres = await startPostgres()
  t.after(() => postgres.close())
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  postgres.freeze()
  let answered = false
  const answer = client.query('SELECT 40 + 2 AS answer').then(({ rows }) => {
    answered = true
    return rows[0].answer
  })
  await assert.rejects(ask(postgres.url), /timeout/i)
  assert.equal(answered, false)
  postgres.thaw()
  assert.equal(await answer, 42)
  await client.end()
})
