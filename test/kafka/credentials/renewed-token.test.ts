import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ExporterError } from '../../../src/errors.ts'
import { renewedToken } from '../../../src/kafka/credentials/renewed-token.ts'
import type { BearerToken } from '../../../src/kafka/credentials/sasl-credential.ts'
import { expiryOf, parseToken } from '../../../src/kafka/credentials/token.ts'
import { Troubles } from '../../../src/kafka/credentials/troubles.ts'

function renewing(lifeMs: number | null) {
  const world = { now: 0, fetched: 0, fails: false }
  const troubles = new Troubles()
  const { newest: get, check } = renewedToken({
    place: 'sasl.token_command',
    fetch: async (): Promise<BearerToken> => {
      world.fetched += 1
      if (world.fails) throw new ExporterError('CREDENTIALS_UNAVAILABLE', 'sasl.token_command: issue ended')
      const expiresAt = lifeMs === null ? null : world.now + lifeMs
      return { kind: 'token', token: `t${world.fetched}`, expiresAt }
    },
    now: () => world.now,
    troubles,
  })
  return { world, troubles, get, check }
}

for (const [lifeMs, serves] of [
  [10_000, 5_000],
  [119_000, 59_500],
  [200_000, 140_000],
  [3_600_000, 2_880_000],
] as const) {
  test(`a token of ${lifeMs / 1000} s serves ${serves / 1000} s`, async () => {
    const { world, get, check } = renewing(lifeMs)
    assert.equal((await get()).token, 't1')
    world.now = serves - 1
    check()
    assert.equal((await get()).token, 't1')
    assert.equal(world.fetched, 1)
    world.now = serves
    check()
    await turn()
    assert.equal((await get()).token, 't2')
    assert.equal(world.fetched, 2)
  })
}

test('a token that does not say when it expires serves once; who asks at the same time shares it', async () => {
  const { world, get, check } = renewing(null)
  const together = await Promise.all([get(), get()])
  assert.deepEqual(
    together.map(({ token }) => token),
    ['t1', 't1'],
  )
  check()
  assert.equal((await get()).token, 't2')
  assert.equal(world.fetched, 2)
})

test('whoever authenticates while a token is alive does not wait for the next one', async () => {
  const world = { now: 0, give: (_: BearerToken) => {} }
  const answers = [async (): Promise<BearerToken> => ({ kind: 'token', token: 't1', expiresAt: 100_000 })]
  const { newest, check } = renewedToken({
    place: 'sasl.token_command',
    fetch: () => answers.pop()?.() ?? new Promise(resolve => (world.give = resolve)),
    now: () => world.now,
    troubles: new Troubles(),
  })
  assert.equal((await newest()).token, 't1')
  world.now = 60_000
  check()
  assert.equal((await newest()).token, 't1')
  world.give({ kind: 'token', token: 't2', expiresAt: 200_000 })
  await turn()
  assert.equal((await newest()).token, 't2')
})

test('an issuer that is down when it is time, and back before the token ends, costs nothing', async () => {
  const { world, troubles, get, check } = renewing(100_000)
  await get()
  world.fails = true
  world.now = 50_000
  check()
  await turn()
  assert.equal(troubles.list()[0]?.code, 'CREDENTIALS_STALE')
  world.fails = false
  world.now = 60_000
  check()
  await turn()
  assert.deepEqual(troubles.list(), [])
  world.now = 99_000
  assert.equal((await get()).token, 't3')
})

test('where it cannot be renewed the old one serves as long as it lives, and that is told', async () => {
  const { world, troubles, get } = renewing(100_000)
  await get()
  world.now = 60_000
  world.fails = true
  assert.equal((await get()).token, 't1')
  await turn()
  assert.deepEqual(
    troubles.list().map(({ code, message }) => [code, message]),
    [['CREDENTIALS_STALE', 'sasl.token_command: issue ended; the token before is used until it expires']],
  )
  world.now = 100_000
  await assert.rejects(get(), { code: 'CREDENTIALS_UNAVAILABLE' })
  assert.equal(troubles.list()[0]?.code, 'CREDENTIALS_UNAVAILABLE')
  world.fails = false
  assert.equal((await get()).token, 't4')
  assert.deepEqual(troubles.list(), [])
})

const jwt = (payload: string) => `e30.${Buffer.from(payload).toString('base64url')}.c2ln`

for (const [what, token, expected] of [
  ['a JWT', jwt('{"exp":1700000000}'), 1_700_000_000_000],
  ['a JWT without exp', jwt('{"sub":"x"}'), null],
  ['a JWT whose exp is a text', jwt('{"exp":"soon"}'), null],
  ['a JWT of null', jwt('null'), null],
  ['no JWT', 'opaque', null],
  ['three parts that are no JSON', 'a.b.c', null],
] as const) {
  test(`the expiry of ${what}`, () => assert.equal(expiryOf(token), expected))
}

test('a token is taken without blanks around it, and nothing else for one', () => {
  assert.deepEqual(parseToken(' abc.def=\r\n'), { kind: 'token', token: 'abc.def=', expiresAt: null })
  for (const text of [
    '',
    '\n',
    '{"access_token":"hunter2"}',
    'hunter2 hunter2',
    'hunter2\u0001',
    'hünter2',
  ]) {
    assert.throws(
      () => parseToken(text),
      (error: Error) => !error.message.includes('unter2'),
    )
  }
})
