import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import * as newest from 'kafkajs'
import * as oldest from 'kafkajs-2.2.0'
import { impatientSockets } from '../../../src/consumer/adapters/impatient-sockets.ts'
import { waitUntil } from '../../harness/wait-until.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Takes connections; what comes is answered with itself, or not at all. */
async function startServer({ answers }: { readonly answers: boolean }) {
  const sockets: Socket[] = []
  const server = createServer(socket => {
    sockets.push(socket.on('error', () => {}))
    if (answers) socket.pipe(socket)
    else socket.resume()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, address: `127.0.0.1:${port}`, taken: () => sockets.length }
}

test('who takes a connection and gives no answer is left, and not asked again for a while', async () => {
  const silent = await startServer({ answers: false })
  const clock = { now: 0 }
  const make = impatientSockets({ answerWithinMs: 50, avoidForMs: 1_000, clock: () => clock.now })
  const fails = async () => {
    const socket = make({ host: '127.0.0.1', port: silent.port, onConnect: () => socket.write('request') })
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    return `${error.code} ${error.message.replace(silent.address, 'it')}`
  }
  const gaveNone = 'ETIMEDOUT it takes connections and gives no answer within 50 ms'
  assert.equal(await fails(), gaveNone)
  assert.equal(await fails(), 'ETIMEDOUT it gave no answer a moment ago')
  assert.equal(silent.taken(), 1)
  clock.now = 1_000
  assert.equal(await fails(), gaveNone)
  assert.equal(silent.taken(), 2)
})

test('who has answered once may take its time', async t => {
  const server = await startServer({ answers: true })
  const make = impatientSockets({ answerWithinMs: 50 })
  const socket = make({ host: '127.0.0.1', port: server.port, onConnect: () => socket.write('request') })
  t.after(() => socket.destroy())
  await once(socket, 'data')
  const later = make({
    host: '127.0.0.1',
    port: (await startServer({ answers: false })).port,
    onConnect() {},
  })
  await once(later, 'error')
  assert.equal(socket.destroyed, false)
})

for (const [what, connectionTimeout, answerWithinMs] of [
  ['before KafkaJS has given the answer up', 30_000, 100],
  ['after KafkaJS has given the answer up, and taken the connection for a good one', 100, 1_000],
] as const) {
  for (const [version, { Kafka }] of Object.entries({ oldest, newest })) {
    test(`a client goes on to the next broker: ${what}, ${version}`, async () => {
      const [silent, next] = [await startServer({ answers: false }), await startServer({ answers: false })]
      const client = new Kafka({
        brokers: [silent.address, next.address],
        connectionTimeout,
        socketFactory: impatientSockets({ answerWithinMs }),
        retry: { initialRetryTime: 50, maxRetryTime: 50 },
        logCreator: () => () => {},
      })
      const consumer = client.consumer({ groupId: 'g' })
      ends.push(() => consumer.disconnect())
      // As a service does at its start.
      const starting = new AbortController()
      const start = (async () => {
        while (!starting.signal.aborted) {
          await consumer
            .connect()
            .then(() => consumer.subscribe({ topic: 't' }))
            .catch(() => {})
          await new Promise(setImmediate)
        }
      })()
      await waitUntil('the next broker is asked', () => next.taken() > 0)
      starting.abort()
      await start
      assert.ok(silent.taken() >= 1)
    })
  }
}

test('times have to be above 0', () => {
  assert.throws(() => impatientSockets({ answerWithinMs: 0 }), /answerWithinMs: got 0/)
})
