import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FailureCode } from '../../src/errors.ts'
import { askAny, compareTelling } from '../../src/kafka/any-broker.ts'
import { TransportError } from '../../src/kafka/transport.ts'

const candidates = ['a', 'b', 'c'].map(address => ({ address }))
const failure = (code: FailureCode, cause?: TransportError) =>
  new TransportError(code, 'x:1', code, cause === undefined ? {} : { cause })
const never = () => new Promise<string>(() => {})
const PATIENT = { hedgeMs: 60_000, deadlineMs: 60_000 }

test('only the first is asked while it answers in time', async () => {
  const asked: string[] = []
  const ask = async ({ address }: { address: string }) => {
    asked.push(address)
    return `from ${address}`
  }
  assert.equal(await askAny(candidates, ask, PATIENT), 'from a')
  assert.deepEqual(asked, ['a'])
})

test('the next is asked at once when one fails', async () => {
  const ask = async ({ address }: { address: string }) => {
    if (address !== 'c') throw failure('CONNECTION_REFUSED')
    return address
  }
  assert.equal(await askAny(candidates, ask, PATIENT), 'c')
})

test('the next is asked too when one is slow, and a late answer of the slow one still counts', async () => {
  let answerLate: (text: string) => void = () => {}
  const ask = ({ address }: { address: string }) => {
    if (address === 'b') answerLate('late')
    return new Promise<string>(resolve => {
      if (address === 'a') answerLate = resolve
    })
  }
  assert.equal(await askAny(candidates, ask, { hedgeMs: 5, deadlineMs: 60_000 }), 'late')
})

test('fails with the most telling failure of those that were asked', async () => {
  const codes: Record<string, FailureCode> = { a: 'CONNECTION_REFUSED', b: 'TLS_UNTRUSTED', c: 'BACKING_OFF' }
  const ask = async ({ address }: { address: string }): Promise<never> => {
    throw failure(codes[address]!)
  }
  await assert.rejects(askAny(candidates, ask, PATIENT), { code: 'TLS_UNTRUSTED' })
})

test('ends at its deadline when nobody answers, with what it knows', async () => {
  const bounds = { hedgeMs: 5, deadlineMs: 40 }
  await assert.rejects(askAny(candidates, never, bounds), {
    code: 'TIMEOUT',
    message: 'a,b,c: no answer within 40 ms',
  })
  const refusing = ({ address }: { address: string }) =>
    address === 'a' ? Promise.reject(failure('CONNECTION_REFUSED')) : never()
  await assert.rejects(askAny(candidates, refusing, bounds), { code: 'CONNECTION_REFUSED' })
})

test('after the deadline nobody else is asked', async () => {
  const asked: string[] = []
  let failLate: (reason: TransportError) => void = () => {}
  const ask = ({ address }: { address: string }) => {
    asked.push(address)
    return new Promise<string>((_, reject) => {
      failLate = reject
    })
  }
  await assert.rejects(askAny(candidates, ask, { hedgeMs: 60_000, deadlineMs: 10 }), { code: 'TIMEOUT' })
  failLate(failure('CONNECTION_CLOSED'))
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(asked, ['a'])
})

test('the order of telling', () => {
  const inOrder = [
    failure('SASL_AUTHENTICATION_FAILED'),
    failure('TLS_EXPIRED'),
    failure('CONNECTION_REFUSED'),
    failure('TIMEOUT'),
    failure('BACKING_OFF', failure('TLS_UNTRUSTED')),
    failure('BACKING_OFF', failure('CONNECTION_CLOSED')),
  ]
  assert.deepEqual([...inOrder].reverse().sort(compareTelling), inOrder)
})
