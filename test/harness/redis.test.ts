import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Redis } from 'ioredis'
import { startRedis } from './redis.ts'

test('Redis is up, down, up on the same port and empty, and gone after close', async t => {
  const redis = await startRedis()
  t.after(() => redis.close())
  assert.equal(await redis.ask('SET', 'key', 'value'), '+OK')
  assert.equal(await redis.ask('EXISTS', 'key'), ':1')

  await redis.stop()
  await assert.rejects(redis.ask('PING'), { code: 'ECONNREFUSED' })
  await redis.start()
  assert.equal(await redis.ask('EXISTS', 'key'), ':0')

  await redis.close()
  await assert.rejects(redis.ask('PING'), { code: 'ECONNREFUSED' })
})

test('a Redis with a password lets nobody in without it', async t => {
  const redis = await startRedis({ password: 'correct-horse' })
  t.after(() => redis.close())
  assert.equal(await redis.ask('PING'), '+PONG')
  const client = new Redis(redis.url, { retryStrategy: null, lazyConnect: true })
  client.on('error', () => {})
  t.after(() => client.disconnect())
  await assert.rejects(client.ping(), /NOAUTH/)
})

test('a frozen Redis keeps its connections and answers when it is thawed', async t => {
  const redis = await startRedis()
  t.after(() => redis.close())
  const client = new Redis(redis.url)
  t.after(() => client.disconnect())
  assert.equal(await client.ping(), 'PONG')
  redis.freeze()
  let isAnswered = false
  const answer = client.ping().then(word => {
    isAnswered = true
    return word
  })
  const other = new Redis(redis.url, { commandTimeout: 100, retryStrategy: null })
  other.on('error', () => {})
  t.after(() => other.disconnect())
  await assert.rejects(other.ping(), /timed out/i)
  assert.equal(isAnswered, false)
  redis.thaw()
  assert.equal(await answer, 'PONG')
})
