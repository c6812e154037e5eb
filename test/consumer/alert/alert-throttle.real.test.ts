import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Redis as Client, Cluster } from 'ioredis'
import { alertmanagerSink } from '../../../src/consumer/adapters/alertmanager-sink.ts'
import { type RedisClient, redisAlertStore } from '../../../src/consumer/adapters/redis-alert-store.ts'
import { fingerprintOf } from '../../../src/consumer/core/alert/alert.ts'
import { AlertThrottle } from '../../../src/consumer/core/alert/alert-throttle.ts'
import { startAlertmanager } from '../../harness/alertmanager.ts'
import { type Redis, startRedis, startSentinel } from '../../harness/redis.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../harness/webhook-receiver.ts'

const COOL_DOWN_MS = 10_000
const PROGRAM = fileURLToPath(new URL('raising-process.ts', import.meta.url))

describe('five processes that share a Redis', () => {
  let redis: Redis
  let webhook: WebhookReceiver
  let processes: readonly ChildProcess[]

  before(async () => {
    redis = await startRedis()
    webhook = await startWebhookReceiver()
    const argv = [redis.url, webhook.url, String(COOL_DOWN_MS)]
    processes = Array.from({ length: 5 }, () => fork(PROGRAM, argv, { execArgv: ['--import', 'tsx'] }))
    await Promise.all(processes.map(each => once(each, 'message')))
  })
  after(async () => {
    for (const each of processes) each.kill('SIGKILL')
    await webhook.close()
    await redis.close()
  })

  /** Raises the same alert so many times in each of them, and says how many were sent. */
  async function raise(times: number): Promise<number> {
    const answers = processes.map(async each => {
      const answer = once(each, 'message')
      each.send(times)
      return (await answer)[0] as number
    })
    return (await Promise.all(answers)).reduce((sum, each) => sum + each, 0)
  }
  /** All of them, had or not. */
  async function claims(): Promise<number> {
    const all = await redis.askAll('INFO', 'commandstats')
    return Number(/cmdstat_set:calls=(\d+)/.exec(all)?.[1])
  }
  const suppressed = () => webhook.bodies.map(({ body }) => (body as { suppressed: number }).suppressed)

  it('let 10,000 identical alerts through once, and once after the cool-down with the count of the others', async () => {
    assert.equal(await raise(2_000), 1)
    assert.deepEqual(suppressed(), [0])
    const fingerprint = fingerprintOf({ name: 'LagHigh', severity: 'critical', summary: '' })
    const key = `kafka-health-exporter:alerts:{${fingerprint}}`
    await waitUntil('all have told', async () => (await redis.askAll('GET', `${key}:suppressed`)) === '9999')
    await waitUntil('the cool-down has passed', async () => (await redis.ask('EXISTS', key)) === ':0')
    assert.equal(await raise(1), 1)
    assert.deepEqual(suppressed(), [0, 9_999])
  })

  it('let it through at most once each while Redis is stopped, and together when it is back', async () => {
    // One whose last cool-down ended a moment later was suppressed by itself, and has to ask once more.
    await waitUntil('all know of the last one', async () => {
      await raise(1)
      return (await claims()) >= 2 * processes.length
    })
    await redis.stop()
    // Until its cool-down has passed.
    let sent = 0
    await waitUntil('all of them have sent it', async () => {
      sent += await raise(100)
      return sent >= 5
    })
    assert.equal(sent, 5)
    assert.equal(webhook.bodies.length, 7)

    await redis.start()
    await waitUntil('it is sent again', async () => (await raise(1)) > 0, { pauseMs: 1_000 })
    for (const each of processes) each.send(0)
    await Promise.all(processes.map(each => once(each, 'exit')))
  })
})

it('a client of ioredis is a store: who claims first has it, the others know for how long', async t => {
  const redis = await startRedis()
  t.after(() => redis.close())
  const client = new Client(redis.url)
  t.after(() => client.disconnect())
  await isStore(client)
})

it('so is that of a cluster: both keys of an alert have one slot', async t => {
  const redis = await startRedis({ isCluster: true })
  t.after(() => redis.close())
  const client = new Cluster([{ host: '127.0.0.1', port: redis.port }])
  t.after(() => client.disconnect())
  await isStore(client)
  const slotOf = (key: string) => client.cluster('KEYSLOT', key)
  assert.equal(await slotOf('a:{k}'), await slotOf('a:{k}:suppressed'))
  assert.notEqual(await slotOf('a:{k}'), await slotOf('a:{l}'))
})

it('and one that asks Sentinel where the master is', async t => {
  const redis = await startRedis()
  t.after(() => redis.close())
  const sentinel = await startSentinel(redis.port)
  t.after(() => sentinel.close())
  const client = new Client({ sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'alerts' })
  t.after(() => client.disconnect())
  await isStore(client)
})

async function isStore(client: RedisClient & Pick<Client, 'keys' | 'persist'>): Promise<void> {
  const store = redisAlertStore(client, { prefix: 'a:' })
  assert.deepEqual(await store.claim('k', 600_000), { isOurs: true, suppressed: 0 })
  const other = await store.claim('k', 600_000)
  assert.ok(!other.isOurs && other.restMs > 0 && other.restMs <= 600_000)
  await store.countSuppressed('k', 3)
  await store.countSuppressed('k', 4)
  assert.ok((await client.pttl('a:{k}:suppressed')) > 0)
  await store.shorten('k', 1)
  const again = await waitUntil('it can be claimed', async () => {
    const claim = await store.claim('k', 600_000)
    return claim.isOurs ? claim : false
  })
  assert.equal(again.suppressed, 7)
  assert.deepEqual(await client.keys('*'), ['a:{k}'])
  // One that somebody made without an end gets one.
  await client.persist('a:{k}')
  assert.deepEqual(await store.claim('k', 600_000), { isOurs: false, restMs: 600_000 })
  assert.ok((await client.pttl('a:{k}')) > 0)
}

it('Alertmanager takes an alert, and takes it for firing', async t => {
  const route = { receiver: 'nobody' }
  const alertmanager = await startAlertmanager({ route, receivers: [{ name: 'nobody' }] })
  t.after(() => alertmanager.close())
  const throttle = new AlertThrottle({ sinks: [alertmanagerSink({ url: alertmanager.url })] })
  t.after(() => throttle.stop())
  const labels = { topic: 'orders', 'pod-name': 'a' }
  assert.equal(await throttle.raise({ name: 'LagHigh', severity: 'warning', summary: 's', labels }), 'sent')
  const [alert] = await waitUntil('it is known', async () => {
    const known = await alertmanager.alerts()
    return known.length > 0 && known
  })
  assert.deepEqual(alert?.labels, {
    alertname: 'LagHigh',
    severity: 'warning',
    topic: 'orders',
    pod_name: 'a',
  })
  assert.deepEqual(alert?.annotations, { summary: 's' })
})
