import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type KafkaGate, openGate } from '../../../bench/peers/kafka-gate.ts'
import { readdress } from '../../../bench/peers/readdress.ts'

const METADATA = 3
const LIST_OFFSETS = 2

/** Length, API key, version, correlation id. */
function request(api: number, correlation: number): Buffer {
  const frame = Buffer.alloc(12)
  frame.writeInt32BE(8)
  frame.writeInt16BE(api, 4)
  frame.writeInt32BE(correlation, 8)
  return frame
}

/** A host as the protocol writes it before the port. */
function address(host: string, port: number): Buffer {
  const bytes = Buffer.from(`${host}....`)
  bytes.writeInt32BE(port, host.length)
  return bytes
}

function answer(correlation: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length)
  head.writeInt32BE(correlation, 4)
  return Buffer.concat([head, body])
}

let port: number
let gate: KafkaGate
let client: Socket
/** Bytes that the broker got, and what the client got. */
let asked = Buffer.alloc(0)
let got = Buffer.alloc(0)

/** Answers each request with its own address. */
const broker = createServer(socket => {
  socket.on('data', (chunk: Buffer) => {
    asked = Buffer.concat([asked, chunk])
    for (let at = 0; at < chunk.length; at += 12) {
      socket.write(answer(chunk.readInt32BE(at + 8), address('127.0.0.1', port)))
    }
  })
})

before(async () => {
  broker.listen(0, '127.0.0.1')
  await once(broker, 'listening')
  port = (broker.address() as AddressInfo).port
  gate = await openGate('127.0.0.2', [port])
  client = connect(port, '127.0.0.2')
  client.on('data', (chunk: Buffer) => {
    got = Buffer.concat([got, chunk])
  })
  await once(client, 'connect')
})
after(async () => {
  client.destroy()
  await gate.close()
  broker.close()
})

const answersGot = async (bytes: number) => {
  while (got.length < bytes) await once(client, 'data')
}

test('requests are counted by their key and passed on; addresses in answers lead back to the gate', async () => {
  const first = request(METADATA, 7)
  const second = request(LIST_OFFSETS, 8)
  client.write(first.subarray(0, 5))
  client.write(Buffer.concat([first.subarray(5), second]))
  await answersGot(2 * 21)
  assert.deepEqual(asked, Buffer.concat([first, second]))
  assert.deepEqual(
    got,
    Buffer.concat([answer(7, address('127.0.0.2', port)), answer(8, address('127.0.0.1', port))]),
  )
  assert.deepEqual(gate.counts(), { requests: { [METADATA]: 1, [LIST_OFFSETS]: 1 }, bytesFromKafka: 42 })
})

test('requests that are held back keep their order', async () => {
  got = Buffer.alloc(0)
  gate.delay(1)
  client.write(Buffer.concat([request(LIST_OFFSETS, 1), request(LIST_OFFSETS, 2), request(LIST_OFFSETS, 3)]))
  await answersGot(3 * 21)
  assert.deepEqual(
    [0, 1, 2].map(n => got.readInt32BE(n * 21 + 4)),
    [1, 2, 3],
  )
})

test('only an address of a broker is put in another place', () => {
  const body = Buffer.concat([address('127.0.0.1', 9092), address('127.0.0.1', 80), Buffer.from('127.0.0.1')])
  readdress(body, METADATA, '127.0.0.9', [9092])
  const expected = Buffer.concat([
    address('127.0.0.9', 9092),
    address('127.0.0.1', 80),
    Buffer.from('127.0.0.1'),
  ])
  assert.deepEqual(body, expected)
  assert.throws(() => readdress(body, METADATA, '127.0.0.10', [9092]), /127\.0\.0\.10 is not as long/)
})
