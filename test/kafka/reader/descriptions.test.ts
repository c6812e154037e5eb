import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Descriptions } from '../../../src/kafka/reader/descriptions.ts'
import { PollCalls } from '../../../src/kafka/reader/poll-calls.ts'
import { ReadErrors } from '../../../src/kafka/reader/read-errors.ts'
import { REQUEST_LIMITS } from '../../../src/kafka/reader/request-limits.ts'
import { Throttle } from '../../../src/kafka/reader/throttle.ts'
import { type Transport, TransportError } from '../../../src/kafka/transport.ts'
import { EMPTY_TOPOLOGY } from '../../../src/model/topology.ts'
import { createWorkQueue } from '../../../src/model/work-queue.ts'

test('a broker that goes away once all offsets were read is asked no more, but was up in this poll', async () => {
  const gone = new TransportError('CONNECTION_REFUSED', 'b:1', 'connection refused')
  const clock = () => 1_000
  const calls = new PollCalls({
    transport: { versions: () => Promise.reject(gone) } as Partial<Transport> as Transport,
    clock,
    run: createWorkQueue(),
    throttle: new Throttle(clock, 1_000),
    requestTimeoutMs: 1_000,
    wait: async () => {},
    signal: new AbortController().signal,
  })
  const errors = new ReadErrors()
  const group = {
    id: 'g',
    kind: 'classic',
    state: 'Stable',
    protocolType: 'consumer',
    coordinator: 1,
  } as const
  const poll = { calls, errors, limits: REQUEST_LIMITS, brokers: [{ id: 1, host: 'b', port: 1 }] }
  const described = await new Descriptions(60_000).read(poll, EMPTY_TOPOLOGY, [group])
  calls.close()
  assert.equal(described.size, 0)
  assert.deepEqual([...calls.failures.keys()], [1])
  assert.deepEqual([...calls.fastFailures.keys()], [])
  assert.deepEqual(
    errors.list().map(({ stage, node, code }) => [stage, node, code]),
    [['slow', 1, 'CONNECTION_REFUSED']],
  )
})
