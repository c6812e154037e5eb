import { Redis } from 'ioredis'
import { redisAlertStore } from '../../../src/consumer/adapters/redis-alert-store.ts'
import { webhookSink } from '../../../src/consumer/adapters/webhook-sink.ts'
import { AlertThrottle } from '../../../src/consumer/core/alert/alert-throttle.ts'

/**
 * A process of a service: raises alerts as its parent tells it and answers with how many were sent.
 * `raising-process.ts REDIS_URL WEBHOOK_URL COOL_DOWN_MS`
 */
const [redisUrl = '', webhookUrl = '', coolDownMs = ''] = process.argv.slice(2)
// As most services have it: commands are queued while Redis is away, and tried again for ever.
const redis = new Redis(redisUrl, { maxRetriesPerRequest: null })
redis.on('error', () => {})
const throttle = new AlertThrottle({
  sinks: [webhookSink({ url: webhookUrl })],
  store: redisAlertStore(redis),
  coolDownMs: { critical: Number(coolDownMs) },
  // A machine under load is no Redis that is away.
  storeTimeoutMs: 5_000,
  retryAfterMs: 1_000,
})

process.on('message', async (times: number) => {
  if (times === 0) {
    await throttle.stop()
    redis.disconnect()
    process.disconnect()
    return
  }
  const alert = { name: 'LagHigh', severity: 'critical', summary: `raised by ${process.pid}` } as const
  const outcomes = await Promise.all(Array.from({ length: times }, () => throttle.raise(alert)))
  process.send?.(outcomes.filter(outcome => outcome === 'sent').length)
})
process.send?.(0)
