import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { addressOf } from '../../src/kafka/broker-connection.ts'
import { requireShape } from '../../src/kafka/kafkajs-internals.ts'
import { openKafkajsTransport, type TransportOptions } from '../../src/kafka/kafkajs-transport.ts'
import type { ApiRequest, Transport, TransportError } from '../../src/kafka/transport.ts'
import { echo, frame, ScriptedBroker, type ScriptedBrokerOptions, welcome } from './scripted-broker.ts'

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

async function start(options: ScriptedBrokerOptions = {}): Promise<ScriptedBroker> {
  const broker = await ScriptedBroker.start(options)
  releases.push(() => broker.stop())
  return broker
}

function open(broker: ScriptedBroker, options: Partial<TransportOptions> = {}): Transport {
  const backoff = { minMs: 0, maxMs: 0 }
  const transport = openKafkajsTransport({
    seeds: [broker.endpoint],
    tls: null,
    sasl: null,
    clientId: 'test',
    backoff,
    ...options,
  })
  releases.push(() => transport.close())
  transport.setNodes([{ id: 1, ...broker.endpoint }])
  return transport
}

const request = (text: string, more: Partial<ApiRequest> = {}): ApiRequest => ({
  key: 3,
  version: 9,
  name: 'Metadata',
  flexible: false,
  body: Buffer.from(text),
  ...more,
})

async function failureOf(promise: Promise<unknown>): Promise<TransportError> {
  return promise.then(
    () => assert.fail('it succeeded'),
    failure => {
      assert.equal(failure.name, 'TransportError')
      return failure
    },
  )
}

test('sends a request and returns the body of its answer', async () => {
  const broker = await start()
  const transport = open(broker)
  const response = await transport.send(1, request('abc'))
  assert.equal(response.body.toString(), 'abc')
  assert.equal(response.version, 9)
  assert.ok(response.durationMs >= 0)
  assert.deepEqual(
    broker.requests.map(r => [r.key, r.version]),
    [
      [18, 2],
      [3, 9],
    ],
  )
})

test('tells the versions of the broker that it is connected to', async () => {
  const broker = await start({ versions: [[3, 4, 12]] })
  const versions = await open(broker).versions(1)
  assert.deepEqual([...versions], [[3, { min: 4, max: 12 }]])
})

test('falls back to older versions of ApiVersions', async () => {
  const broker = await start({
    onOpening: one => {
      if (one.version === 2) one.socket.write(frame(one.correlationId, Buffer.of(0, 35, 0, 0, 0, 0)))
      else welcome(one, [[3, 0, 1]])
    },
  })
  assert.deepEqual([...(await open(broker).versions(1))], [[3, { min: 0, max: 1 }]])
  assert.equal(broker.connections, 1)
})

test('writes empty tagged fields before a flexible body and skips those of the answer', async () => {
  const broker = await start({
    script: ({ socket, correlationId, body }) => {
      const taggedField = Buffer.of(1, 5, 3, 0xaa, 0xbb, 0xcc)
      socket.write(frame(correlationId, Buffer.concat([taggedField, body.subarray(1)])))
    },
  })
  const { body } = await open(broker).send(1, request('abc', { flexible: true }))
  assert.equal(body.toString(), 'abc')
  assert.equal(broker.requests.at(-1)?.body.toString('hex'), '00616263')
})

test('an answer may arrive byte by byte', async () => {
  const broker = await start({
    script: ({ socket, correlationId, body }) => {
      socket.setNoDelay(true)
      const bytes = [...frame(correlationId, body)]
      const writeNext = () => {
        const byte = bytes.shift()
        if (byte !== undefined) socket.write(Buffer.of(byte), () => setImmediate(writeNext))
      }
      writeNext()
    },
  })
  const { body } = await open(broker).send(1, request('one at a time'))
  assert.equal(body.toString(), 'one at a time')
})

test('40 requests at once are sent one at a time in the order of their calls', async () => {
  let inFlight = 0
  let most = 0
  const broker = await start({
    script: one => {
      most = Math.max(most, ++inFlight)
      setImmediate(() => {
        inFlight--
        echo(one)
      })
    },
  })
  const transport = open(broker)
  const names = Array.from({ length: 40 }, (_, i) => `request ${i}`)
  const bodies = await Promise.all(
    names.map(async name => (await transport.send(1, request(name))).body.toString()),
  )
  assert.deepEqual(bodies, names)
  assert.deepEqual(
    broker.requests.filter(r => r.key === 3).map(r => r.body.toString()),
    names,
  )
  assert.equal(most, 1)
  assert.equal(broker.connections, 1)
})

test('bodies of earlier answers stay as they were', async () => {
  const broker = await start()
  const transport = open(broker)
  const first = (await transport.send(1, request('first'.repeat(1_000)))).body
  await transport.send(1, request('other'.repeat(1_000)))
  assert.equal(first.toString(), 'first'.repeat(1_000))
})

test('after an answer that was cut the next request connects anew and is answered', async () => {
  const broker = await start({
    script: one => {
      if (one.connection > 1) return echo(one)
      one.socket.end(frame(one.correlationId, one.body).subarray(0, 10))
    },
  })
  const transport = open(broker)
  const failure = await failureOf(transport.send(1, request('abcdef')))
  assert.equal(failure.code, 'CONNECTION_CLOSED')
  assert.equal(failure.canRetry, true)
  for (const text of ['again', 'and again']) {
    assert.equal((await transport.send(1, request(text))).body.toString(), text)
  }
  assert.equal(broker.connections, 2)
})

test('a broker that never answers costs one deadline, also for those that wait behind, and its socket is closed', async () => {
  const broker = await start({ script: () => {} })
  const transport = open(broker, { requestTimeoutMs: 50 })
  const failures = await Promise.all(['a', 'b', 'c'].map(text => failureOf(transport.send(1, request(text)))))
  for (const failure of failures) {
    assert.equal(failure.code, 'TIMEOUT')
    assert.equal(failure.message, `${broker.address}: Metadata: no answer within 50 ms`)
  }
  assert.equal(broker.requests.filter(r => r.key === 3).length, 1)
  await transport.close()
  assert.equal(transport.openSockets(), 0)
})

test('a request may have its own deadline', async () => {
  const broker = await start({ script: () => {} })
  const failure = await failureOf(open(broker).send(1, request('x', { timeoutMs: 20, name: 'ListOffsets' })))
  assert.equal(failure.message, `${broker.address}: ListOffsets: no answer within 20 ms`)
})

test('a peer that accepts but answers no ApiVersions costs the connect deadline', async () => {
  const broker = await start({ onOpening: () => {} })
  const transport = open(broker, { connectTimeoutMs: 50 })
  const failure = await failureOf(transport.versions(1))
  assert.equal(failure.code, 'TIMEOUT')
  assert.equal(failure.message, `${broker.address}: connected, but no answer to ApiVersions within 50 ms`)
  assert.equal(failure.remedy, 'The broker may hang, or the port may be a TLS listener.')
})

test('a peer that closes at once', async () => {
  const broker = await start({ onConnection: socket => socket.end() })
  const failure = await failureOf(open(broker).versions(1))
  assert.equal(failure.code, 'CONNECTION_CLOSED')
  assert.equal(failure.remedy, 'The port may be a TLS listener: switch TLS on.')
})

test('a peer that resets at once', async () => {
  const broker = await start({ onConnection: socket => socket.resetAndDestroy() })
  const failure = await failureOf(open(broker).versions(1))
  assert.equal(failure.code, 'CONNECTION_CLOSED')
})

test('a listener that closes at the first request may want SASL', async () => {
  const broker = await start({ script: ({ socket }) => socket.end() })
  const failure = await failureOf(open(broker).send(1, request('x')))
  assert.equal(failure.code, 'CONNECTION_CLOSED')
  assert.equal(failure.remedy, 'The listener may require SASL.')
})

test('nobody listens', async () => {
  const broker = await start()
  const transport = open(broker)
  await broker.stop()
  releases.shift()
  const failure = await failureOf(transport.send(1, request('x')))
  assert.equal(failure.code, 'CONNECTION_REFUSED')
  assert.equal(failure.message.startsWith(`${broker.address}: connection refused (`), true)
})

test('a broker that closed an idle connection is asked again without a failure', async () => {
  const broker = await start()
  const transport = open(broker, { backoff: { minMs: 60_000, maxMs: 60_000 } })
  await transport.send(1, request('a'))
  const [socket] = broker.sockets
  await new Promise(closed => {
    socket?.once('close', closed)
    socket?.end()
  })
  assert.equal((await transport.send(1, request('b'))).body.toString(), 'b')
  assert.equal(broker.connections, 2)
})

for (const [what, bytes, expected] of [
  ['an answer to no request', frame(77, Buffer.from('x')), /an answer to no request \(correlation id 77\)$/],
  [
    'a negative size',
    Buffer.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0),
    /: no answer of Kafka: Cannot read properties of null \(reading 'readInt32BE'\)$/,
  ],
  [
    'a size too small for a header',
    Buffer.of(0, 0, 0, 1, 9),
    /: no answer of Kafka: Attempt to access memory outside buffer bounds$/,
  ],
  [
    'what an HTTP server says',
    Buffer.from('HTTP/1.1 400 Bad Request'),
    /an answer of 1213486160 bytes is announced, more than 268435456$/,
  ],
] as const) {
  test(`${what} is reported and ends the connection, not the process`, async () => {
    const broker = await start({ script: ({ socket }) => socket.write(bytes) })
    const transport = open(broker)
    const failure = await failureOf(transport.send(1, request('x')))
    assert.equal(failure.code, 'MALFORMED_RESPONSE')
    assert.match(failure.message, expected)
    broker.script = echo
    assert.equal((await transport.send(1, request('next'))).body.toString(), 'next')
    assert.equal(broker.connections, 2)
  })
}

test('tagged fields that run beyond the answer are malformed', async () => {
  const broker = await start({
    script: ({ socket, correlationId }) => socket.write(frame(correlationId, Buffer.of(1, 0, 9))),
  })
  const failure = await failureOf(open(broker).send(1, request('x', { flexible: true })))
  assert.equal(failure.code, 'MALFORMED_RESPONSE')
})

test('a pause follows a failure: no connection is tried in it, and one after it', async () => {
  let now = 0
  const broker = await start({ script: ({ socket }) => socket.end() })
  const transport = open(broker, { backoff: { minMs: 1_000, maxMs: 1_000 }, now: () => now })
  await failureOf(transport.send(1, request('x')))
  now = 700
  const pausing = await failureOf(transport.send(1, request('x')))
  assert.equal(pausing.code, 'BACKING_OFF')
  assert.match(
    pausing.message,
    /: not asked for \d+ ms after: the broker closed the connection at the first request$/,
  )
  assert.equal(pausing.remedy, 'The listener may require SASL.')
  assert.equal(broker.connections, 1)
  now = 1_000
  broker.script = echo
  await transport.send(1, request('x'))
  assert.equal(broker.connections, 2)
})

test('after close nothing is open and every call fails with CLOSED', async () => {
  const broker = await start({ script: () => {} })
  const transport = open(broker)
  const waiting = failureOf(transport.send(1, request('x')))
  const opening = failureOf(transport.sendAny(() => request('y')))
  await transport.close()
  for (const failure of [
    await waiting,
    await opening,
    await failureOf(transport.send(1, request('z'))),
    await failureOf(transport.versions(1)),
    await failureOf(transport.sendAny(() => request('z'))),
  ]) {
    assert.equal(failure.code, 'CLOSED')
  }
  assert.equal(transport.openSockets(), 0)
})

test('a broker that returns on the same port under another id is reached, the old id is unknown', async () => {
  const broker = await start()
  const transport = open(broker)
  await transport.send(1, request('a'))
  transport.setNodes([{ id: 7, ...broker.endpoint }])
  assert.equal((await transport.send(7, request('b'))).body.toString(), 'b')
  const failure = await failureOf(transport.send(1, request('c')))
  assert.equal(failure.code, 'UNKNOWN_BROKER')
  assert.equal(failure.message, 'node 1: not in the metadata of the cluster')
  assert.equal(broker.connections, 1)
})

test('two brokers that swap addresses are reached where they are now', async () => {
  const named = (name: string) => ({
    script: (one: Parameters<typeof echo>[0]) => echo({ ...one, body: Buffer.from(name) }),
  })
  const [a, b] = [await start(named('a')), await start(named('b'))]
  const transport = open(a)
  const ask = async (id: number) => (await transport.send(id, request('who'))).body.toString()
  transport.setNodes([
    { id: 1, ...a.endpoint },
    { id: 2, ...b.endpoint },
  ])
  assert.deepEqual([await ask(1), await ask(2)], ['a', 'b'])
  transport.setNodes([
    { id: 1, ...b.endpoint },
    { id: 2, ...a.endpoint },
  ])
  assert.deepEqual([await ask(1), await ask(2)], ['b', 'a'])
  assert.deepEqual([a.connections, b.connections], [1, 1])
})

test('the connection to a broker that left is closed, and so is that to a seed nobody advertises', async () => {
  const [seed, first, second] = [await start(), await start(), await start()]
  const transport = open(seed)
  transport.setNodes([])
  await transport.sendAny(() => request('bootstrap'))
  transport.setNodes([
    { id: 1, ...first.endpoint },
    { id: 2, ...second.endpoint },
  ])
  await transport.send(1, request('x'))
  await transport.send(2, request('x'))
  const [left] = second.sockets
  const gone = new Promise(closed => left?.once('close', closed))
  transport.setNodes([{ id: 1, ...first.endpoint }])
  await gone
  assert.equal(seed.sockets.size, 0)
  assert.equal(first.sockets.size, 1)
  assert.equal(transport.openSockets(), 1)
})

test('sendAny asks a seed when the known brokers fail', async () => {
  const [seed, known] = [await start(), await start({ onConnection: socket => socket.end() })]
  const transport = open(seed)
  transport.setNodes([{ id: 1, ...known.endpoint }])
  const response = await transport.sendAny(versions => request('x', { version: versions.get(3)!.max }))
  assert.equal(response.address, seed.address)
  assert.equal(response.version, 13)
})

test('sendAny asks a second broker when the first is slow', async () => {
  const [slow, quick] = [await start({ script: () => {} }), await start()]
  const transport = open(slow, { hedgeMs: 10 })
  await transport.versions(1)
  transport.setNodes([
    { id: 1, ...slow.endpoint },
    { id: 2, ...quick.endpoint },
  ])
  const response = await transport.sendAny(() => request('x'))
  assert.equal(response.address, quick.address)
  assert.equal(
    slow.requests.some(r => r.key === 3),
    true,
  )
})

test('an IPv6 seed is reached, or at least named, as [::1]', async () => {
  assert.equal(addressOf({ host: '::1', port: 9092 }), '[::1]:9092')
  const broker = await start({ host: '::1' }).catch(() => null)
  if (broker === null) return
  const response = await open(broker).sendAny(() => request('x'))
  assert.equal(response.address, addressOf(broker.endpoint))
})

test('other internals of kafkajs are named as the reason', () => {
  assert.throws(() => requireShape(false, 'found 2.3.0'), {
    code: 'INTERNAL',
    message: 'kafkajs 2.2.4 is required: found 2.3.0',
  })
})
