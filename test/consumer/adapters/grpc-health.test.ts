import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, test } from 'node:test'
import grpc from '@grpc/grpc-js'
import { service as HEALTH } from 'grpc-health-check'
import { addGrpcHealth, type GrpcHealth } from '../../../src/consumer/adapters/grpc-health.ts'
import { createHealth } from '../../../src/consumer/core/health.ts'
import { fakeProgress, STUCK } from '../../fakes/progress-view.ts'
import { waitUntil } from '../../harness/wait-until.ts'

type Stream = grpc.ClientReadableStream<{ status: string }>

/** gRPC's own client, made of gRPC's own description of the service. */
const Client = grpc.makeGenericClientConstructor(HEALTH as grpc.ServiceDefinition, 'Health')
const ORDERS = 'shop.Orders'

describe('grpc.health.v1 by the client of @grpc/grpc-js', () => {
  let orders: ReturnType<typeof fakeProgress>
  let database: { isUp: boolean }
  let server: grpc.Server
  let health: GrpcHealth
  let client: grpc.Client
  let streams: Stream[]

  beforeEach(async () => {
    orders = fakeProgress()
    database = { isUp: true }
    streams = []
    const run = () => (database.isUp ? undefined : Promise.reject(new Error('down')))
    server = new grpc.Server()
    health = addGrpcHealth({
      server,
      // No answer of a check is used again, however fast a test goes on.
      health: createHealth({
        consumers: [orders],
        checks: [{ name: 'postgres', run }],
        checkMaxAgeMs: Number.MIN_VALUE,
      }),
      services: { [ORDERS]: ['progress', 'postgres'], 'shop.Prices': ['progress'] },
      watchIntervalMs: 5,
    })
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      ),
    )
    client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure())
  })
  afterEach(() => {
    for (const stream of streams) stream.on('error', () => {}).cancel()
    client.close()
    health.stop()
    server.forceShutdown()
  })

  function call<T>(method: 'check' | 'list', request: object): Promise<T> {
    return new Promise((resolve, reject) =>
      (client as unknown as Record<string, (...args: unknown[]) => void>)[method]?.(
        request,
        { deadline: Date.now() + 30_000 },
        (error: Error | null, answer: T) => (error === null ? resolve(answer) : reject(error)),
      ),
    )
  }
  const check = async (service: string) => (await call<{ status: string }>('check', { service })).status

  function watch(service: string) {
    const seen: string[] = []
    const stream = (client as unknown as { watch: (request: object) => Stream }).watch({ service })
    stream.on('data', ({ status }) => seen.push(status))
    stream.on('error', () => {})
    streams.push(stream)
    return { seen, stream }
  }
  const seenBy = (watcher: { readonly seen: readonly string[] }, ...statuses: string[]) =>
    waitUntil(
      `watched ${statuses.join(', ')}; now ${watcher.seen.join(', ')}`,
      () => watcher.seen.length >= statuses.length,
      { pauseMs: 5 },
    ).then(() => assert.deepEqual(watcher.seen, statuses))

  test('Check tells the whole, the probes and each service by the checks it needs', async () => {
    const all = async () =>
      Promise.all(['', 'liveness', 'readiness', 'startup', ORDERS, 'shop.Prices'].map(check))
    const [yes, no] = ['SERVING', 'NOT_SERVING']
    assert.deepEqual(await all(), [yes, yes, yes, yes, yes, yes])
    database.isUp = false
    assert.deepEqual(await all(), [no, yes, no, yes, no, yes])
    database.isUp = true
    orders.faults = [STUCK]
    assert.deepEqual(await all(), [no, no, yes, yes, no, no])
    orders.faults = []
    assert.deepEqual(await all(), [yes, yes, yes, yes, yes, yes])
  })

  test('Check of a service that is none is NOT_FOUND', async () => {
    await assert.rejects(check('shop.Order'), {
      code: grpc.status.NOT_FOUND,
      details: 'there is no service "shop.Order"',
    })
  })

  test('List tells all of them', async () => {
    orders.faults = [STUCK]
    const { statuses } = await call<{ statuses: Record<string, { status: string }> }>('list', {})
    assert.deepEqual(statuses, {
      '': { status: 'NOT_SERVING' },
      liveness: { status: 'NOT_SERVING' },
      readiness: { status: 'SERVING' },
      startup: { status: 'SERVING' },
      [ORDERS]: { status: 'NOT_SERVING' },
      'shop.Prices': { status: 'NOT_SERVING' },
    })
  })

  test('Watch tells the status at once, and then each change once', async () => {
    const watcher = watch(ORDERS)
    await seenBy(watcher, 'SERVING')
    orders.faults = [STUCK]
    await seenBy(watcher, 'SERVING', 'NOT_SERVING')
    orders.faults = []
    await seenBy(watcher, 'SERVING', 'NOT_SERVING', 'SERVING')
  })

  test('Watch of a service that is none is SERVICE_UNKNOWN and stays open', async () => {
    const watcher = watch('shop.Order')
    await seenBy(watcher, 'SERVICE_UNKNOWN')
    const known = watch(ORDERS)
    await seenBy(known, 'SERVING')
    assert.equal(watcher.stream.readableEnded, false)
    assert.deepEqual(watcher.seen, ['SERVICE_UNKNOWN'])
  })

  test('a shutdown is NOT_SERVING first, and goes on answering', async () => {
    const watcher = watch('')
    await seenBy(watcher, 'SERVING')
    void health.shutdown({ drainMs: 600_000 })
    await seenBy(watcher, 'SERVING', 'NOT_SERVING')
    assert.equal(await check(''), 'NOT_SERVING')
    assert.equal(await check(ORDERS), 'NOT_SERVING')
    assert.equal(await check('liveness'), 'SERVING')
  })

  test('a shutdown ends what watches, and then the server', async () => {
    const watcher = watch('')
    await seenBy(watcher, 'SERVING')
    const ended = once(watcher.stream, 'end')
    await health.shutdown()
    await ended
    assert.deepEqual(watcher.seen, ['SERVING', 'NOT_SERVING'])
    await assert.rejects(check(''), { code: grpc.status.UNAVAILABLE })
  })

  test('a thousand may watch; one more is refused, and a place is free once one has ended', async () => {
    const watchers = Array.from({ length: 1_000 }, () => watch(ORDERS))
    await waitUntil('all are told', () => watchers.every(({ seen }) => seen.length > 0), { pauseMs: 20 })
    const [error] = await once(watch(ORDERS).stream, 'error')
    assert.equal(error.code, grpc.status.RESOURCE_EXHAUSTED)
    watchers[0]?.stream.cancel()
    await waitUntil('a place is free', () => {
      const { seen } = watch(ORDERS)
      return waitUntil('told or refused', () => seen.length > 0, { timeoutMs: 500, pauseMs: 20 })
    })
  })

  test('a service that needs a check which is none is refused', () => {
    assert.throws(
      () =>
        addGrpcHealth({
          server: new grpc.Server(),
          health: createHealth({}),
          services: { [ORDERS]: ['progress', 'redis'] },
        }),
      { message: 'addGrpcHealth: services["shop.Orders"][1]: got "redis", expected one of progress' },
    )
  })
})
