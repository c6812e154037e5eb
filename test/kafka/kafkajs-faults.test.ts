import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import type { TransportError } from '../../src/kafka/transport.ts'
import { echo, frame, ScriptedBroker, type ScriptedRequest } from './scripted-broker.ts'

/** Numerical Recipes' generator: the same faults in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const misbehaviours: readonly ((one: ScriptedRequest) => void)[] = [
  ({ socket }) => socket.end(),
  ({ socket }) => socket.resetAndDestroy(),
  ({ socket, correlationId, body }) => socket.end(frame(correlationId, body).subarray(0, 9)),
  ({ socket, correlationId, body }) => socket.write(frame(correlationId + 5, body)),
  ({ socket }) => socket.write(Buffer.of(0xff, 0xff, 0xff, 0xff)),
  ({ socket, correlationId, body }) => {
    const answer = frame(correlationId, body)
    socket.write(Buffer.concat([answer, answer]))
  },
  ({ socket, correlationId, body }) => socket.end(frame(correlationId, body)),
]

for (const seed of [1, 2, 3, 4]) {
  test(`whatever brokers do, each call settles with its own answer or a failure (seed ${seed})`, async () => {
    const random = seeded(seed)
    const script = (one: ScriptedRequest) => {
      const misbehave = misbehaviours[Math.floor(random() * misbehaviours.length * 2)]
      if (misbehave === undefined) echo(one)
      else misbehave(one)
    }
    const brokers = await Promise.all([1, 2, 3].map(() => ScriptedBroker.start({ script })))
    const transport = openKafkajsTransport({
      seeds: brokers.map(broker => broker.endpoint),
      tls: null,
      sasl: null,
      clientId: 'test',
      hedgeMs: 5,
      backoff: { minMs: 0, maxMs: 0 },
    })
    transport.setNodes(brokers.map((broker, id) => ({ id, ...broker.endpoint })))
    const outcomes = new Map<string, number>()
    const ask = async (name: string, node: number | null) => {
      const request = { key: 3, version: 1, name, flexible: false, body: Buffer.from(name) }
      const answer = node === null ? transport.sendAny(() => request) : transport.send(node, request)
      const outcome = await answer.then(
        ({ body }) => {
          assert.equal(body.toString(), name)
          return 'answered'
        },
        (failure: TransportError) => failure.code,
      )
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    for (let round = 0; round < 60; round++) {
      await Promise.all(
        [0, 1, 2, 0, 1, null].map((node, i) => ask(`round ${round} request ${i} to ${node}`, node)),
      )
    }
    await transport.close()
    assert.equal(transport.openSockets(), 0)
    assert.ok((outcomes.get('answered') ?? 0) > 60)
    assert.deepEqual(
      [...outcomes.keys()].filter(o => !['answered', 'CONNECTION_CLOSED', 'MALFORMED_RESPONSE'].includes(o)),
      [],
    )
    for (const broker of brokers) await broker.stop()
  })
}
