import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixedPassword } from '../../src/kafka/credentials/sasl-credential.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import { TransportError } from '../../src/kafka/transport.ts'
import { mutant } from '../fuzz/mutate.ts'
import { seededFor } from '../fuzz/seeded.ts'
import { ScriptedBroker, type ScriptedRequest, welcome } from './scripted-broker.ts'

const SEED = 1
const CONNECTIONS = 160
const AT_ONCE = 40
const OPENING = [18, 17, 36] // ApiVersions, SaslHandshake, SaslAuthenticate

/** What `welcome` would write. */
function welcomed(request: ScriptedRequest): Buffer {
  let written: Buffer = Buffer.alloc(0)
  const socket = { write: (bytes: Buffer) => (written = bytes) } as unknown as ScriptedRequest['socket']
  welcome({ ...request, socket })
  return written
}

test('whatever is answered before a connection is open, it opens or fails with one error', async t => {
  const outcomes = new Map<string, number>()
  const openOne = async (index: number) => {
    const seeded = seededFor(SEED, index)
    const damaged = seeded.pick(OPENING)
    const keepsFrame = seeded.chance(0.7)
    const broker = await ScriptedBroker.start({
      onOpening(request) {
        const answer = welcomed(request)
        if (request.key !== damaged) return void request.socket.write(answer)
        if (!keepsFrame) return void request.socket.write(mutant([answer], seeded))
        const body = mutant([answer.subarray(8)], seeded)
        const head = Buffer.from(answer.subarray(0, 8))
        head.writeInt32BE(4 + body.length)
        request.socket.write(Buffer.concat([head, body]))
      },
    })
    const transport = openKafkajsTransport({
      seeds: [broker.endpoint],
      tls: null,
      sasl: fixedPassword({ mechanism: 'plain', username: 'alice', password: 'alice-secret' }),
      clientId: 'test',
      connectTimeoutMs: 800,
      backoff: { minMs: 0, maxMs: 0 },
    })
    transport.setNodes([{ id: 1, ...broker.endpoint }])
    try {
      const versions = await transport.versions(1)
      assert.ok(versions.size < 1_000)
      return 'open'
    } catch (error) {
      assert.ok(error instanceof TransportError, `seed ${SEED}, connection ${index}: ${error}`)
      assert.notEqual(error.code, 'INTERNAL', `seed ${SEED}, connection ${index}: ${error.message}`)
      return error.code
    } finally {
      await transport.close()
      assert.equal(transport.openSockets(), 0)
      await broker.stop()
    }
  }
  for (let at = 0; at < CONNECTIONS; at += AT_ONCE) {
    const some = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => openOne(at + i)))
    for (const outcome of some) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(outcomes)))
  assert.ok((outcomes.get('open') ?? 0) > 0 && (outcomes.get('MALFORMED_RESPONSE') ?? 0) > 0)
})
