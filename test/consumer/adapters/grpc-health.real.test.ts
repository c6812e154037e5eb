import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import grpc from '@grpc/grpc-js'
import { addGrpcHealth, type GrpcHealth } from '../../../src/consumer/adapters/grpc-health.ts'
import { createHealth } from '../../../src/consumer/core/health.ts'
import { fakeProgress, STUCK } from '../../fakes/progress-view.ts'
import { grpcurl, grpcurlStream } from '../../harness/grpcurl.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const orders = fakeProgress()
const server = new grpc.Server()
let health: GrpcHealth
let port: number

before(async () => {
  health = addGrpcHealth({
    server,
    health: createHealth({ consumers: [orders] }),
    services: { 'shop.Orders': ['progress'] },
    watchIntervalMs: 50,
  })
  port = await new Promise((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    ),
  )
})
after(() => {
  health.stop()
  server.forceShutdown()
})

test('grpcurl checks, of the whole and of a service', async () => {
  assert.deepEqual((await grpcurl(port, 'Check', {})).answer, { status: 'SERVING' })
  orders.faults = [STUCK]
  assert.deepEqual((await grpcurl(port, 'Check', { service: 'shop.Orders' })).answer, {
    status: 'NOT_SERVING',
  })
  assert.deepEqual((await grpcurl(port, 'Check', { service: 'readiness' })).answer, { status: 'SERVING' })
  orders.faults = []
})

test('grpcurl is told that there is no such service', async () => {
  const { code, stderr } = await grpcurl(port, 'Check', { service: 'shop.Order' })
  // 64 and the code of gRPC, which is 5.
  assert.equal(code, 69)
  assert.match(stderr, /Code: NotFound\n {2}Message: there is no service "shop\.Order"/)
})

test('grpcurl lists', async () => {
  assert.deepEqual((await grpcurl(port, 'List', {})).answer, {
    statuses: {
      '': { status: 'SERVING' },
      liveness: { status: 'SERVING' },
      readiness: { status: 'SERVING' },
      startup: { status: 'SERVING' },
      'shop.Orders': { status: 'SERVING' },
    },
  })
})

test('grpcurl watches changes, and a shutdown ends the stream', async () => {
  const known = await grpcurlStream(port, 'Watch', { service: 'shop.Orders' })
  const unknown = await grpcurlStream(port, 'Watch', { service: 'shop.Order' })
  const seen = (count: number) =>
    waitUntil(`${count} answers`, () => known.answers.length >= count && unknown.answers.length > 0)
  await seen(1)
  orders.faults = [STUCK]
  await seen(2)
  orders.faults = []
  await seen(3)
  await health.shutdown()
  assert.deepEqual([await known.ended, await unknown.ended], [0, 0])
  assert.deepEqual(known.answers, [
    { status: 'SERVING' },
    { status: 'NOT_SERVING' },
    { status: 'SERVING' },
    { status: 'NOT_SERVING' },
  ])
  // As before its end: an unknown service is none of those that end.
  assert.deepEqual(unknown.answers, [{ status: 'SERVICE_UNKNOWN' }])
})
