import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashThread } from '../../../src/http/access/hash-thread.ts'
import { PasswordCheck } from '../../../src/http/access/password-check.ts'

/** Of "wonder". */
const HASH = '$2b$04$0M1DmmDUMUW6jdBzEn2PCex.NwIYHRFhmlDX6JPquPxqBI8ARJhYy'
const USERS = new Map([['alice', HASH]])

/** Says yes to "wonder", and counts. */
function counted() {
  const compared: string[] = []
  const check = new PasswordCheck(async (password, hash) => {
    compared.push(`${password} ${hash.slice(0, 7)}`)
    return password === 'wonder'
  })
  return { check, compared }
}

test('a verdict is given once for each user and password', async () => {
  const { check, compared } = counted()
  for (let i = 0; i < 3; i++) {
    assert.equal(await check.isRight(USERS, 'alice', 'wonder'), true)
    assert.equal(await check.isRight(USERS, 'alice', 'land'), false)
  }
  assert.deepEqual(compared, ['wonder $2b$04$', 'land $2b$04$'])
})

test('requests at the same moment share one', async () => {
  const { check, compared } = counted()
  const verdicts = await Promise.all(
    Array.from({ length: 50 }, () => check.isRight(USERS, 'alice', 'wonder')),
  )
  assert.deepEqual(new Set(verdicts), new Set([true]))
  assert.equal(compared.length, 1)
})

test('an unknown user costs a comparison of the same cost, and is never right', async () => {
  const { check, compared } = counted()
  assert.equal(await check.isRight(USERS, 'bob', 'wonder'), false)
  assert.deepEqual(compared, ['wonder $2b$04$'])
})

test('where users differ in cost, an unknown one costs as much as the dearest', async () => {
  const { check, compared } = counted()
  const costing = (cost: string) => HASH.replace('$04$', `$${cost}$`)
  const users = new Map([
    ['alice', costing('04')],
    ['carol', costing('12')],
    ['dave', costing('10')],
  ])
  assert.equal(await check.isRight(users, 'bob', 'wonder'), false)
  assert.deepEqual(compared, ['wonder $2b$12$'])
})

test('a changed hash is another question', async () => {
  const { check, compared } = counted()
  await check.isRight(USERS, 'alice', 'wonder')
  await check.isRight(new Map([['alice', HASH.replace('$04$', '$05$')]]), 'alice', 'wonder')
  assert.equal(await check.isRight(new Map(), 'alice', 'wonder'), false)
  assert.equal(compared.length, 3)
})

test('guessing drives out no right one, and what is kept is bounded', async () => {
  const { check, compared } = counted()
  await check.isRight(USERS, 'alice', 'wonder')
  for (let i = 0; i < 150; i++) await check.isRight(USERS, 'alice', `guess ${i}`)
  assert.equal(compared.length, 151)
  await check.isRight(USERS, 'alice', 'wonder')
  assert.equal(compared.length, 151)
  await check.isRight(USERS, 'alice', 'guess 0')
  assert.equal(compared.length, 152, 'the oldest wrong one was forgotten')
})

test('one is compared at a time, and what waits is bounded', async () => {
  let underWay = 0
  let release = () => {}
  const held = new Promise<void>(resolve => {
    release = resolve
  })
  const check = new PasswordCheck(async () => {
    assert.equal(++underWay, 1)
    await held
    underWay--
    return false
  })
  const waiting = Array.from({ length: 32 }, (_, i) => check.isRight(USERS, 'alice', `guess ${i}`))
  assert.equal(await check.isRight(USERS, 'alice', 'one more'), null)
  release()
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([false]))
  assert.equal(await check.isRight(USERS, 'alice', 'one more'), false)
})

test('a comparison that fails is not kept', async () => {
  let fails = true
  const check = new PasswordCheck(async () => {
    if (fails) throw new Error('no thread')
    return true
  })
  await assert.rejects(check.isRight(USERS, 'alice', 'wonder'), { message: 'no thread' })
  fails = false
  assert.equal(await check.isRight(USERS, 'alice', 'wonder'), true)
})

test('the thread knows all spellings of bcrypt', async () => {
  const compare = hashThread()
  for (const prefix of ['$2a', '$2b', '$2y']) {
    assert.equal(await compare('wonder', prefix + HASH.slice(3)), true, prefix)
    assert.equal(await compare('Wonder', prefix + HASH.slice(3)), false, prefix)
  }
})
