import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PollCalls } from '../../../src/kafka/reader/poll-calls.ts'
import { Throttle } from '../../../src/kafka/reader/throttle.ts'
import {
  type ApiRequest,
  type ApiResponse,
  type Transport,
  TransportError,
} from '../../../src/kafka/transport.ts'
import { decodeListGroups, encodeListGroups, LIST_GROUPS } from '../../../src/kafka/wire/list-groups.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { answer } from '../wire/witness.ts'

interface Sent {
  readonly node: number
  readonly request: ApiRequest
  readonly atMs: number
  reply(throttleMs: number): void
  fail(failure: TransportError): void
}

const CALL = { api: LIST_GROUPS, encode: encodeListGroups, decode: decodeListGroups }
const turn = () => new Promise(resolve => setImmediate(resolve))

/** Calls over a transport that the test answers itself; time passes only while they wait. */
function callsOn(signal = new AbortController().signal) {
  const clock = { now: 0 }
  const sent: Sent[] = []
  const send = (node: number, request: ApiRequest) =>
    new Promise<ApiResponse>((resolve, reject) => {
      const reply = (throttleTimeMs: number) =>
        resolve({ body: answer(LIST_GROUPS, 5, { throttleTimeMs }), version: 5, durationMs: 1 })
      sent.push({ node, request, atMs: clock.now, reply, fail: reject })
    })
  const transport = {
    send,
    versions: async () => new Map([[LIST_GROUPS.key, { min: 0, max: 5 }]]),
    sendAny: async (build: (versions: Map<number, { min: number; max: number }>) => ApiRequest) => ({
      ...(await send(-1, build(await transport.versions()))),
      address: 'b:1',
    }),
  }
  const throttle = new Throttle(() => clock.now, 5_000)
  const calls = new PollCalls({
    transport: transport as unknown as Transport,
    clock: () => clock.now,
    run: async steps => toEnd(steps),
    throttle,
    requestTimeoutMs: 5_000,
    wait: async ms => {
      clock.now += ms
    },
    signal,
  })
  return { calls, sent, throttle }
}

test('what waits behind an answer that tells of a quota waits for that too, other brokers do not', async () => {
  const { calls, sent } = callsOn()
  const answers = [1, 1, 2, 1].map(node => calls.ask(node, CALL))
  await turn()
  assert.deepEqual(
    sent.map(one => one.node),
    [1, 2],
  )
  sent[1]!.reply(0)
  sent[0]!.reply(700)
  await turn()
  assert.deepEqual([sent[2]!.node, sent[2]!.atMs], [1, 700])
  sent[2]!.reply(50)
  await turn()
  assert.deepEqual([sent[3]!.node, sent[3]!.atMs], [1, 750])
  sent[3]!.reply(0)
  assert.deepEqual(
    (await Promise.all(answers)).map(one => one.ok),
    [true, true, true, true],
  )
})

test('no quota makes a request wait for longer than an answer may take', async () => {
  const { calls, sent } = callsOn()
  const first = calls.ask(1, CALL)
  await turn()
  sent[0]!.reply(2_147_483_647)
  await first
  const second = calls.ask(1, CALL)
  await turn()
  assert.equal(sent[1]!.atMs, 5_000)
  sent[1]!.reply(0)
  assert.equal((await second).ok, true)
})

test('what any broker may answer waits only where a quota is told by all', async () => {
  const { calls, sent, throttle } = callsOn()
  throttle.keepOnly(new Set([1, 2]))
  throttle.note(1, 900)
  const free = calls.askAny(CALL)
  await turn()
  assert.equal(sent[0]!.atMs, 0)
  sent[0]!.reply(0)
  throttle.note(2, 400)
  const throttled = calls.askAny(CALL)
  await turn()
  assert.equal(sent[1]!.atMs, 400)
  sent[1]!.reply(0)
  assert.deepEqual([(await free).ok, (await throttled).ok], [true, true])
})

test('what waits behind a failure of the broker fails with it, unsent', async () => {
  const { calls, sent } = callsOn()
  const answers = [1, 1, 1].map(node => calls.ask(node, CALL))
  await turn()
  sent[0]!.fail(new TransportError('CONNECTION_CLOSED', 'b:1', 'closed'))
  for (const one of await Promise.all(answers)) {
    assert.deepEqual(one, { ok: false, failure: { code: 'CONNECTION_CLOSED', message: 'b:1: closed' } })
  }
  assert.equal(sent.length, 1)
})

test('the end of the poll ends what waits for its turn', async () => {
  const ending = new AbortController()
  const { calls, sent } = callsOn(ending.signal)
  const answers = [1, 1, 1].map(node => calls.ask(node, CALL))
  await turn()
  ending.abort()
  assert.deepEqual(
    (await Promise.all(answers)).map(one => one.ok || one.failure.code),
    ['CLOSED', 'CLOSED', 'CLOSED'],
  )
  assert.equal(sent.length, 1)
})
