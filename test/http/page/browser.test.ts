import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { estateOf, fakeCluster, type GroupSpec, snapshotOf, TAKEN_AT } from '../../fakes/estate.ts'
import { INCIDENT, incidentSnapshot } from '../../fakes/incident.ts'
import { openChromium } from '../../harness/chromium.ts'
import { serveApp } from '../../harness/http-app.ts'

/** Seldom enough that a test sees only the refreshes that it brings about. */
const NEVER_MS = 3_600_000
const OFTEN_MS = 1_000

const groupNames = (page: Page) => page.locator('.groups > tbody > tr > th > a').allTextContents()

test('the wedged group is first, its partition and owner beside it, nothing leaves the origin', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), NEVER_MS)
  await using app = await serveApp({ estate: estateOf([cluster]) })
  await using browsing = await openChromium()
  const { page, troubles, requested } = browsing
  await page.goto(app.url)
  assert.equal(
    await page.locator('h1').textContent(),
    '1 group is stuck and 1 group has committed beyond the end of a log',
  )
  assert.deepEqual(await groupNames(page), ['settlement', 'archiver', 'legacy', 'fulfilment', 'reports'])
  const first = page.locator('.groups > tbody').first()
  assert.equal(await first.locator('.state').first().textContent(), 'stalled')
  assert.equal(
    await first.locator('summary').textContent(),
    'settlement is stuck on payments/1 at offset 3,766 for 14 min (threshold 5 min); 1 other moves, 1 has caught up; owner settlement-2 at 10.0.0.8; oldest waiting record is from 11:45:40 UTC; retention may take it in 3 h 10 min',
  )
  await first.locator('summary').click()
  assert.deepEqual(await first.locator('details tbody tr').first().locator('th, td').allTextContents(), [
    'payments/1',
    'stalled',
    '14 min',
    '1,234',
    '14 min of 5 min',
    '3 h 10 min',
    '3,766',
    '5,000',
    'settlement-2 at 10.0.0.8',
  ])
  const rail = (await page.locator('#rail tr').allInnerTexts()).join('\n').replaceAll(/\s+/g, ' ')
  assert.match(
    rail,
    /2 kafka-2:9092 TIMEOUT kafka-2:9092: no answer within 5 s has left the cluster's metadata down/,
  )
  assert.match(rail, /invoicing expected; does not exist missing/)
  assert.match(rail, /payments-dlq expected; may not be read TOPIC_AUTHORIZATION_FAILED missing/)
  assert.match(rail, /audit 1 of 2 without leader down/)
  assert.deepEqual(troubles, [])
  assert.deepEqual(new Set(requested.map(address => new URL(address).origin)), new Set([app.url]))
})

test('filter, order and group page work without JavaScript', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), NEVER_MS)
  await using app = await serveApp({ estate: estateOf([cluster]) })
  await using browsing = await openChromium({ javaScriptEnabled: false })
  const { page } = browsing
  await page.goto(app.url)
  await page.getByRole('searchbox').fill('ment')
  await page.getByRole('button', { name: 'Filter' }).click()
  assert.equal(new URL(page.url()).search, '?q=ment')
  assert.deepEqual(await groupNames(page), ['settlement', 'fulfilment'])
  await page.getByRole('link', { name: 'Lag', exact: true }).click()
  assert.deepEqual(await groupNames(page), ['fulfilment', 'settlement'])
  assert.equal(await page.getByRole('searchbox').inputValue(), 'ment')
  await page.getByRole('link', { name: 'settlement', exact: true }).click()
  assert.equal(new URL(page.url()).pathname, '/groups/settlement')
  assert.deepEqual(await page.locator('#partitions tbody th').allTextContents(), [
    'payments/1',
    'payments/2',
    'payments/0',
  ])
  await page.getByRole('link', { name: 'All groups' }).click()
  assert.equal((await groupNames(page)).length, 5)
})

test('typing filters in place and keeps what was typed', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), NEVER_MS)
  await using app = await serveApp({ estate: estateOf([cluster]) })
  await using browsing = await openChromium()
  const { page, troubles } = browsing
  await page.goto(app.url)
  await page.getByRole('searchbox').pressSequentially('arch')
  await page.locator('.groups > tbody').nth(1).waitFor({ state: 'detached' })
  assert.deepEqual(await groupNames(page), ['archiver'])
  assert.equal(new URL(page.url()).search, '?q=arch')
  assert.equal(await page.getByRole('searchbox').inputValue(), 'arch')
  assert.equal(await page.evaluate('document.activeElement.id'), 'filter')
  await page.reload()
  assert.deepEqual(await groupNames(page), ['archiver'])
  assert.deepEqual(troubles, [])
})

test('an expression that is none is answered beside the filter, and the table stays', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), NEVER_MS)
  await using app = await serveApp({ estate: estateOf([cluster]) })
  await using browsing = await openChromium()
  const { page } = browsing
  await page.goto(app.url)
  await page.getByRole('searchbox').fill('/(/')
  const notice = page.locator('#offline')
  await notice.waitFor({ state: 'visible' })
  assert.match((await notice.textContent()) ?? '', /^400 Bad Request: q is not a regular expression: /)
  assert.equal((await groupNames(page)).length, 5)
  await page.getByRole('searchbox').fill('/^rep/')
  await notice.waitFor({ state: 'hidden' })
  assert.deepEqual(await groupNames(page), ['reports'])
})

test('the page follows the cluster by itself and leaves open, focused and typed things alone', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), OFTEN_MS)
  await using app = await serveApp({ estate: estateOf([cluster]) })
  await using browsing = await openChromium()
  const { page, troubles } = browsing
  await page.goto(app.url)
  const summary = page.locator('summary').first()
  await summary.click()
  await summary.evaluate(element => (element as unknown as { focus(): void }).focus())
  const groups = INCIDENT.groups?.filter(group => group.id !== 'legacy') ?? []
  cluster.publish(snapshotOf({ ...INCIDENT, groups, takenAt: TAKEN_AT + 1_000, brokers: [] }))
  await page.locator('.groups > tbody').nth(4).waitFor({ state: 'detached' })
  assert.deepEqual(await groupNames(page), ['settlement', 'archiver', 'fulfilment', 'reports'])
  assert.equal(
    await page.locator('h1').textContent(),
    '1 group is stuck and 1 group has committed beyond the end of a log',
  )
  assert.equal(await page.locator('details').first().getAttribute('open'), '')
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY')
  assert.deepEqual(troubles, [])
})

test('the page says when the exporter no longer answers', async () => {
  const cluster = fakeCluster(null, incidentSnapshot(), OFTEN_MS)
  const app = await serveApp({ estate: estateOf([cluster]) })
  await using browsing = await openChromium()
  const { page } = browsing
  await page.goto(app.url)
  assert.equal(await page.locator('#offline').isVisible(), false)
  await app[Symbol.asyncDispose]()
  await page.locator('#offline').waitFor({ state: 'visible' })
  assert.match((await page.locator('#offline').textContent()) ?? '', /^The exporter has not answered since /)
  assert.equal((await groupNames(page))[0], 'settlement')
})

test('names that are markup stay text, before and after a refresh', async () => {
  const attack = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
  const group: GroupSpec = {
    id: attack,
    state: attack,
    protocol: attack,
    cells: [{ topic: attack, partition: 0, committed: 1, lag: 9, age: 500 }],
    members: [{ clientId: attack, host: attack, memberId: attack, owns: [[attack, 0]] }],
  }
  const spec = {
    topics: [{ name: attack, partitions: 1, leaderless: [0] }],
    missingGroups: { [attack]: { kind: 'denied' as const, code: attack } },
    lastErrors: [{ stage: attack, code: attack, node: 1, message: attack }],
  }
  const cluster = fakeCluster(attack, snapshotOf({ ...spec, groups: [group] }), OFTEN_MS)
  const failure = { code: attack, message: attack }
  const dependency = {
    name: attack,
    kind: 'postgres',
    up: false,
    pingMs: null,
    checkedAt: null,
    failure,
  } as const
  await using app = await serveApp({ estate: estateOf([cluster], [dependency]) })
  await using browsing = await openChromium()
  const { page, troubles, requested } = browsing
  await page.goto(`${app.url}/?q=${encodeURIComponent(attack)}`)
  assert.deepEqual(await groupNames(page), [attack])
  assert.equal(await page.getByRole('searchbox').inputValue(), attack)
  cluster.publish(snapshotOf({ ...spec, groups: [group, { ...group, id: `${attack} again` }] }))
  await page.locator('.groups > tbody').nth(1).waitFor()
  await page.locator('.groups > tbody > tr > th > a').first().click()
  await page.locator('#members').waitFor()
  assert.equal(await page.locator('#members tbody th').textContent(), attack)
  assert.equal(await page.locator('img').count(), 0)
  assert.deepEqual(troubles, [])
  assert.deepEqual(
    requested.filter(address => !address.startsWith(`${app.url}/`)),
    [],
  )
})
