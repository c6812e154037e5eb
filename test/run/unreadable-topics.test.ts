import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { startReloadable } from './reloadable-exporter.ts'

interface Told {
  readonly topics: readonly { readonly topic: string; readonly readError: string | null }[]
}

test('the API and the page name topics whose records may not be read', async t => {
  const cluster = await startSimulatedCluster({
    topics: [
      { name: 'orders', highWatermark: 10, readable: false },
      { name: 'orders-dlq', highWatermark: 10, readable: false },
      { name: 'returns', highWatermark: 10 },
    ],
  })
  t.after(() => cluster.close())
  const brokers = cluster.bootstrap.map(({ host, port }) => `'${host}:${port}'`).join(', ')
  const { url } = await startReloadable(
    t,
    `clusters: [{brokers: [${brokers}], poll_interval: 1s}]\nschemas: [{topics: [orders, returns]}]`,
  )
  const told = (path: string, expected: Readonly<Record<string, string | null>>) =>
    waitUntil(`${path} tells it`, async () => {
      const answer = await fetch(url + path)
      const { topics } = (await answer.json()) as Told
      assert.deepEqual(Object.fromEntries(topics.map(each => [each.topic, each.readError])), expected)
      return true
    })
  await told('/api/v1/schemas', { orders: 'TOPIC_AUTHORIZATION_FAILED', returns: null })
  await told('/api/v1/dlq', { 'orders-dlq': 'TOPIC_AUTHORIZATION_FAILED' })
  const page = await (await fetch(url)).text()
  assert.equal(page.split('records are not read: READ is refused').length - 1, 2)
})
