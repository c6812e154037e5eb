import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reload, ReloadOutcome } from '../../src/model/reload.ts'
import type { ClientAuth, WebAccess } from '../../src/model/web-access.ts'
import { ask, serveApp } from '../harness/http-app.ts'

const none = { added: [], removed: [], changed: [], kept: [] }
const APPLIED: ReloadOutcome = {
  isApplied: true,
  changes: { clusters: { ...none, added: ['east'], kept: [null] }, dependencies: none, services: none },
}
const REFUSED = {
  isApplied: false as const,
  faults: [
    { at: 'clusters[0].name', problem: 'got 1, expected a name' },
    { at: 'log.level', problem: 'got "loud", expected info' },
  ],
}

async function reloadBy(
  reload: Reload | undefined,
  method = 'POST',
  headers: Record<string, string> = {},
  path = '/-/reload',
) {
  await using app = await serveApp(reload === undefined ? {} : { reload })
  const { status, body, headers: answered } = await ask(`${app.url}${path}`, { method, headers })
  return { status, body: body.toString(), type: answered['content-type'], allow: answered.allow }
}

test('POST and PUT reload and tell what has changed', async () => {
  const causes: string[] = []
  const reload: Reload = async cause => {
    causes.push(cause)
    return APPLIED
  }
  for (const method of ['POST', 'PUT']) {
    const answer = await reloadBy(reload, method)
    assert.deepEqual(
      [answer.status, answer.type, answer.body],
      [
        200,
        'application/json; charset=utf-8',
        '{"clusters":{"added":["east"],"removed":[],"changed":[],"kept":[null]},"dependencies":{"added":[],"removed":[],"changed":[],"kept":[]},"services":{"added":[],"removed":[],"changed":[],"kept":[]}}',
      ],
    )
  }
  assert.deepEqual(causes, ['/-/reload', '/-/reload'])
})

const OPEN: WebAccess = { tls: null, headers: {}, users: new Map(), rateLimit: null }
/** Of "wonder". */
const WONDER = '$2b$04$0M1DmmDUMUW6jdBzEn2PCex.NwIYHRFhmlDX6JPquPxqBI8ARJhYy'
const ofClients = (clientAuth: ClientAuth): WebAccess => ({
  ...OPEN,
  tls: {
    context: { cert: '', key: '', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', honorCipherOrder: true },
    clientAuth,
    allowedSans: null,
  },
})

const ACCESS: readonly (readonly [who: string, access: WebAccess | undefined, isTold: boolean])[] = [
  ['everybody, without a web configuration', undefined, false],
  ['everybody', OPEN, false],
  ['whoever has a certificate, by whomever', ofClients('RequireAnyClientCert'), false],
  ['whoever has none, or a good one', ofClients('VerifyClientCertIfGiven'), false],
  ['whoever has a verified certificate', ofClients('RequireAndVerifyClientCert'), true],
  ['whoever has a password', { ...OPEN, users: new Map([['alice', WONDER]]) }, true],
]

for (const [who, access, isTold] of ACCESS) {
  test(`faults are a 400 that lists ${isTold ? 'them' : 'their places only'}: ${who}`, async () => {
    const given = access === undefined ? {} : { access: () => access }
    await using app = await serveApp({ reload: async () => REFUSED, ...given })
    const authorization = `Basic ${Buffer.from('alice:wonder').toString('base64')}`
    const { status, body } = await ask(`${app.url}/-/reload`, { method: 'POST', headers: { authorization } })
    assert.equal(status, 400)
    const untold = 'see the log: it is told to nobody without a password or a verified certificate'
    assert.deepEqual(JSON.parse(body.toString()), {
      error: {
        code: 'CONFIG_INVALID',
        message: 'the configuration has 2 faults; the one before stays in force',
        faults: REFUSED.faults.map(({ at, problem }) => ({ at, problem: isTold ? problem : untold })),
      },
    })
  })
}

test('a defect is a 500 that tells nothing of it', async () => {
  const { status, body } = await reloadBy(
    () => Promise.reject(new Error('secret detail')),
    'POST',
    {},
    '/-/reload?x',
  )
  assert.deepEqual([status, body], [500, '{"error":{"code":"INTERNAL","message":"internal error"}}'])
})

test('GET does not reload', async () => {
  const never: Reload = () => assert.fail('it was reloaded')
  const answer = await reloadBy(never, 'GET')
  assert.deepEqual([answer.status, answer.allow], [405, 'POST, PUT'])
  assert.equal(
    answer.body,
    '{"error":{"code":"METHOD_NOT_ALLOWED","message":"GET is not possible here: /-/reload"}}',
  )
})

test('a page of another site cannot ask for it', async () => {
  const never: Reload = () => assert.fail('it was reloaded')
  const answer = await reloadBy(never, 'POST', { 'sec-fetch-site': 'cross-site' })
  assert.deepEqual(
    [answer.status, answer.body],
    [403, '{"error":{"code":"CROSS_SITE","message":"a page of another site asks for a reload"}}'],
  )
})

test('it is not there where there is nothing to read anew', async () => {
  assert.equal((await reloadBy(undefined)).status, 404)
})
