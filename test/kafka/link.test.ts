import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connector } from '../../src/kafka/broker-connection.ts'
import { Link } from '../../src/kafka/link.ts'
import {
  type ApiRequest,
  type ApiResponse,
  type ApiVersions,
  TransportError,
} from '../../src/kafka/transport.ts'

interface Pending<Value> {
  readonly promise: Promise<Value>
  resolve(value: Value): void
  reject(failure: TransportError): void
}

function pending<Value>(): Pending<Value> {
  let resolve!: (value: Value) => void
  let reject!: (failure: TransportError) => void
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/** One connection whose every step the test takes itself. */
interface Scripted {
  readonly opening: Pending<ApiVersions>
  readonly exchanges: (Pending<ApiResponse> & { readonly request: ApiRequest })[]
  destroyed: TransportError | null
  gone(why: TransportError): void
}

interface Timeouts {
  readonly requestTimeoutMs?: number
  readonly connectTimeoutMs?: number
  readonly patienceMs?: number
}

function linkWithScript(timeouts: Timeouts = {}) {
  const connections: Scripted[] = []
  const clock = { now: 0 }
  const connect: Connector = (_endpoint, onGone) => {
    const scripted: Scripted = { opening: pending(), exchanges: [], destroyed: null, gone: onGone }
    connections.push(scripted)
    return {
      open: () => scripted.opening.promise,
      exchange: request => {
        const exchange = { ...pending<ApiResponse>(), request }
        scripted.exchanges.push(exchange)
        return exchange.promise
      },
      openTimeout: deadlineMs => new TransportError('TIMEOUT', 'b:1', `not open within ${deadlineMs} ms`),
      destroy: reason => {
        scripted.destroyed = reason
      },
    }
  }
  const link = new Link({ host: 'b', port: 1 }, connect, {
    requestTimeoutMs: 60_000,
    connectTimeoutMs: 60_000,
    patienceMs: 60_000,
    backoff: { minMs: 100, maxMs: 1_000 },
    now: () => clock.now,
    random: () => 1,
    ...timeouts,
  })
  return { link, connections, clock }
}

const request = (name: string): ApiRequest => ({
  key: 3,
  version: 1,
  name,
  flexible: false,
  body: Buffer.alloc(0),
})
const response: ApiResponse = { body: Buffer.alloc(0), version: 1, durationMs: 1 }
const refused = new TransportError('CONNECTION_REFUSED', 'b:1', 'connection refused', { remedy: 'Start it.' })
const closed = new TransportError('CONNECTION_CLOSED', 'b:1', 'closed')
const NONE: ApiVersions = new Map()
const turn = () => new Promise(resolve => setImmediate(resolve))
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (failure: TransportError) => failure.code,
  )

test('requests of one moment share one connection and keep their order', async () => {
  const { link, connections } = linkWithScript()
  const answers = ['a', 'b', 'c'].map(name => link.send(request(name)))
  const versions = link.versions()
  const [connection] = connections
  assert.equal(connections.length, 1)
  assert.equal(link.isOpen, false)
  connection!.opening.resolve(NONE)
  assert.equal(await versions, NONE)
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    assert.equal(connection!.exchanges.length, i + 1)
    assert.equal(connection!.exchanges[i]?.request.name, name)
    connection!.exchanges[i]?.resolve(response)
    await answers[i]
  }
  assert.equal(link.load, 0)
})

test('what fails fails everything that waits, with one error, and the connection is destroyed', async () => {
  const { link, connections } = linkWithScript()
  const codes = Promise.all(['a', 'b', 'c'].map(name => codeOf(link.send(request(name)))))
  connections[0]!.opening.resolve(NONE)
  await turn()
  connections[0]!.exchanges[0]!.reject(closed)
  assert.deepEqual(await codes, ['CONNECTION_CLOSED', 'CONNECTION_CLOSED', 'CONNECTION_CLOSED'])
  assert.equal(connections[0]!.exchanges.length, 1)
  assert.equal(connections[0]!.destroyed, closed)
  assert.equal(link.isOpen, false)
  assert.equal(link.failures, 1)
})

test('a heavy request that is not answered in time fails alone; what waits goes on on a new connection', async () => {
  const { link, connections } = linkWithScript({ requestTimeoutMs: 20 })
  const heavy = link.send({ ...request('heavy'), isHeavy: true })
  const next = link.send({ ...request('next'), timeoutMs: 60_000 })
  connections[0]!.opening.resolve(NONE)
  await assert.rejects(heavy, { code: 'TIMEOUT', message: 'b:1: heavy: no answer within 20 ms' })
  assert.equal(connections[0]!.destroyed?.code, 'TIMEOUT')
  assert.equal(link.failures, 0)
  connections[1]!.opening.resolve(NONE)
  await turn()
  connections[1]!.exchanges[0]!.resolve(response)
  assert.equal(await next, response)
})

test('a connection that was given up is not heard any more', async () => {
  const { link, connections, clock } = linkWithScript()
  const first = codeOf(link.versions())
  connections[0]!.gone(refused)
  assert.equal(await first, 'CONNECTION_REFUSED')
  clock.now = 1_000
  const second = link.versions()
  connections[0]!.opening.resolve(NONE)
  connections[0]!.gone(closed)
  await turn()
  assert.equal(link.isOpen, false)
  assert.equal(link.failures, 1)
  connections[1]!.opening.resolve(NONE)
  assert.equal(await second, NONE)
})

test('pauses double up to their maximum and end with an answer', async () => {
  const { link, connections, clock } = linkWithScript()
  for (const pauseMs of [100, 200, 400, 800, 1_000, 1_000]) {
    const attempt = codeOf(link.send(request('x')))
    connections.at(-1)!.opening.reject(refused)
    assert.equal(await attempt, 'CONNECTION_REFUSED')
    clock.now += pauseMs - 1
    assert.equal(await codeOf(link.send(request('x'))), 'BACKING_OFF')
    clock.now += 1
  }
  const attempts = connections.length
  const answered = link.send(request('x'))
  assert.equal(connections.length, attempts + 1)
  connections.at(-1)!.opening.resolve(NONE)
  await turn()
  connections.at(-1)!.exchanges[0]!.resolve(response)
  await answered
  assert.equal(link.failures, 0)
})

test('a pause says why and for how long', async () => {
  const { link, connections } = linkWithScript()
  const attempt = codeOf(link.versions())
  connections[0]!.opening.reject(refused)
  await attempt
  const pausing: TransportError = await link.versions().then(
    () => assert.fail('it connected'),
    failure => failure,
  )
  assert.equal(pausing.message, 'b:1: not asked for 100 ms after: connection refused')
  assert.equal(pausing.remedy, 'Start it.')
  assert.equal(pausing.cause, refused)
})

test('an idle connection that goes away is no failure, and one with a request in it is', async () => {
  const { link, connections } = linkWithScript()
  const open = link.versions()
  connections[0]!.opening.resolve(NONE)
  await open
  connections[0]!.gone(closed)
  assert.equal(link.isOpen, false)
  assert.equal(link.failures, 0)
  const answer = codeOf(link.send(request('x')))
  connections[1]!.opening.resolve(NONE)
  await turn()
  connections[1]!.gone(closed)
  assert.equal(await answer, 'CONNECTION_CLOSED')
  assert.equal(link.failures, 1)
})

test('a deadline begins when the request is sent', async () => {
  const { link, connections } = linkWithScript({ requestTimeoutMs: 20 })
  const opened = link.versions()
  connections[0]!.opening.resolve(NONE)
  await opened
  const failure: TransportError = await link.send(request('Metadata')).then(
    () => assert.fail('it was answered'),
    error => error,
  )
  assert.equal(failure.message, 'b:1: Metadata: no answer within 20 ms')
  assert.equal(connections[0]!.destroyed, failure)
})

test('opening has a deadline of its own', async () => {
  const { link, connections } = linkWithScript({ connectTimeoutMs: 20 })
  assert.equal(await codeOf(link.send(request('x'))), 'TIMEOUT')
  assert.equal(connections[0]!.destroyed?.message, 'b:1: not open within 20 ms')
})

test('callers do not wait long for a connection that has failed; the attempt goes on and ends the failure', async () => {
  const { link, connections, clock } = linkWithScript({ patienceMs: 20 })
  const first = codeOf(link.versions())
  connections[0]!.opening.reject(refused)
  await first
  clock.now = 100
  const failure: TransportError = await link.send(request('x')).then(
    () => assert.fail('it was answered'),
    error => error,
  )
  assert.equal(failure.code, 'TIMEOUT')
  assert.equal(failure.message, 'b:1: no answer within 20 ms after: connection refused')
  assert.equal(failure.remedy, 'Start it.')
  assert.equal(link.load, 0)
  assert.equal(connections.length, 2)
  assert.equal(connections[1]!.destroyed, null)

  connections[1]!.opening.resolve(NONE)
  await turn()
  assert.equal(connections[1]!.exchanges.length, 0, 'what nobody waits for is not sent')
  const answer = link.send(request('y'))
  connections[1]!.exchanges[0]!.resolve(response)
  assert.equal(await answer, response)
  assert.equal(link.failures, 0)
})

test('a request to a broker that has failed is not waited for long, and its late answer ends the failure', async () => {
  const { link, connections, clock } = linkWithScript({ patienceMs: 20 })
  const first = codeOf(link.versions())
  connections[0]!.opening.reject(refused)
  await first
  clock.now = 100
  const opened = link.versions()
  connections[1]!.opening.resolve(NONE)
  await opened
  assert.deepEqual(await Promise.all(['a', 'b'].map(name => codeOf(link.send(request(name))))), [
    'TIMEOUT',
    'TIMEOUT',
  ])
  assert.equal(link.load, 1, 'the request under way')
  connections[1]!.exchanges[0]!.resolve(response)
  await turn()
  assert.equal(link.failures, 0)
  assert.equal(connections[1]!.exchanges.length, 1)
  const answer = link.send(request('c'))
  connections[1]!.exchanges[1]!.resolve(response)
  assert.equal(await answer, response)
})

test('a connection that went away is waited for as long as an answer', async () => {
  const { link, connections } = linkWithScript({ requestTimeoutMs: 20 })
  const open = link.versions()
  connections[0]!.opening.resolve(NONE)
  await open
  connections[0]!.gone(closed)
  const failure: TransportError = await link.versions().then(
    () => assert.fail('it connected'),
    error => error,
  )
  assert.equal(failure.message, 'b:1: not connected again: no answer within 20 ms')
  assert.equal(connections[1]!.destroyed, null)
  assert.equal(link.failures, 0)
  // It would wait for a minute.
  link.close(closed)
})

test('the queue has a bound', async () => {
  const { link } = linkWithScript()
  const waiting = Array.from({ length: 1_024 }, () => codeOf(link.send(request('x'))))
  assert.equal(await codeOf(link.send(request('one too many'))), 'INTERNAL')
  link.close(closed)
  assert.deepEqual([...new Set(await Promise.all(waiting))], ['CONNECTION_CLOSED'])
})

test('release closes an idle connection without a pause, and no busy one', async () => {
  const { link, connections } = linkWithScript()
  const answer = link.send(request('x'))
  connections[0]!.opening.resolve(NONE)
  await turn()
  link.release()
  assert.equal(connections[0]!.destroyed === null, true)
  connections[0]!.exchanges[0]!.resolve(response)
  await answer
  link.release()
  assert.equal(connections[0]!.destroyed?.code, 'CLOSED')
  const again = link.versions()
  connections[1]!.opening.resolve(NONE)
  assert.equal(await again, NONE)
})

test('after close every call fails with its reason', async () => {
  const { link, connections } = linkWithScript()
  const opening = codeOf(link.versions())
  link.close(closed)
  assert.deepEqual(
    [await opening, await codeOf(link.versions()), await codeOf(link.send(request('x')))],
    ['CONNECTION_CLOSED', 'CONNECTION_CLOSED', 'CONNECTION_CLOSED'],
  )
  assert.equal(connections.length, 1)
})
