import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'
import { RawClient } from './raw-client.ts'

const METADATA = { topics: null, allowAutoTopicCreation: false }

test('a killed broker refuses connections and comes back on the same port', async t => {
  const cluster = await openCluster(t)
  const client = await openClient(t, cluster, 2)
  const before = { ...cluster.state.node(2) }
  await cluster.broker(2).kill()
  await assert.rejects(client.ask('Metadata', 12, METADATA), /closed by the broker/)
  await assert.rejects(RawClient.connect(before), { code: 'ECONNREFUSED' })
  await cluster.broker(2).start()
  assert.equal(cluster.state.node(2).port, before.port)
  const again = await openClient(t, cluster, 2)
  assert.equal((await again.ask('Metadata', 12, METADATA)).controllerId, 1)
})

test('a frozen broker accepts connections and requests, and answers all of them once it is thawed', async t => {
  const cluster = await openCluster(t)
  const old = await openClient(t, cluster)
  cluster.broker(1).freeze()
  const fresh = await openClient(t, cluster)
  const order: string[] = []
  const late = Promise.all(
    [old, fresh].map(async client => {
      await client.ask('Metadata', 12, METADATA)
      order.push('answered')
    }),
  )
  // Another broker answers in the meantime: time enough for a broker that is not frozen.
  await (await openClient(t, cluster, 2)).ask('Metadata', 12, METADATA)
  order.push('thawed')
  cluster.broker(1).thaw()
  await late
  assert.deepEqual(order, ['thawed', 'answered', 'answered'])
})

test('an answer can end in its middle, and the connection with it', async t => {
  const cluster = await openCluster(t)
  cluster.fault({ api: 'Metadata', closeAfterBytes: 20 })
  const socket = connect(cluster.state.node(1).port)
  t.after(() => socket.destroy())
  const received: Buffer[] = []
  socket.on('data', chunk => received.push(chunk))
  // Metadata v0, no client id, all topics.
  socket.write(Buffer.from('0000000e00030000000000070000' + '00000000', 'hex'))
  await once(socket, 'end')
  const bytes = Buffer.concat(received)
  assert.equal(bytes.length, 20)
  assert.ok(bytes.readInt32BE(0) > 16, 'more was announced')
  assert.equal(bytes.readInt32BE(4), 7)
})

test('an answer that comes byte by byte is whole in the end', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders', partitions: 5 }] })
  const client = await openClient(t, cluster)
  cluster.fault({ oneByteAtATime: true })
  const answer = await client.ask('Metadata', 12, METADATA)
  assert.equal(((answer.topics as Message[])[0]!.partitions as Message[]).length, 5)
})

test('a silent request holds up its connection only', async t => {
  const cluster = await openCluster(t)
  const stuck = await openClient(t, cluster)
  cluster.fault({ api: 'ListGroups', node: 1, silent: true, times: 1 })
  const unanswered = Promise.allSettled([stuck.ask('ListGroups', 5), stuck.ask('Metadata', 12, METADATA)])
  const other = await openClient(t, cluster)
  assert.equal((await other.ask('ListGroups', 5)).errorCode, 0)
  stuck.close()
  assert.deepEqual(
    (await unanswered).map(outcome => outcome.status),
    ['rejected', 'rejected'],
  )
})

test('throttling is told in the answer and an error can be put on a whole answer', async t => {
  const cluster = await openCluster(t)
  const client = await openClient(t, cluster)
  cluster.fault({ api: 'ListGroups', throttleMs: 20, error: 'COORDINATOR_NOT_AVAILABLE' })
  const answer = await client.ask('ListGroups', 5)
  assert.deepEqual([answer.throttleTimeMs, answer.errorCode], [20, 15])
})

test('a version that the broker does not speak makes it hang up, except for ApiVersions', async t => {
  const cluster = await openCluster(t, { release: '2.8' })
  const client = await openClient(t, cluster)
  assert.equal((await client.askBytes('ApiVersions', 4)).readInt16BE(0), 35)
  const versions = await client.ask('ApiVersions', 3)
  const ofOffsetFetch = (versions.apiKeys as Message[]).find(entry => entry.apiKey === 9)
  assert.deepEqual(ofOffsetFetch, { apiKey: 9, minVersion: 0, maxVersion: 7 })
  await assert.rejects(client.ask('Metadata', 12, METADATA), /closed by the broker/)
})

test('a request that nobody may send, and garbage, make it hang up', async t => {
  const cluster = await openCluster(t)
  const client = await openClient(t, cluster)
  const createTopics = 19
  await assert.rejects(client.askRaw(createTopics, 7, true, Buffer.alloc(4)), /closed by the broker/)
  assert.deepEqual(
    cluster.requests.map(request => [request.api, request.key]),
    [['Unknown', 19]],
  )
  const other = await openClient(t, cluster)
  await assert.rejects(other.askRaw(3, 12, true, Buffer.from([99])), /closed by the broker/)
})

test('every request is recorded, with a body to look at', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders' }] })
  const client = await openClient(t, cluster, 3)
  await client.ask('Metadata', 12, METADATA)
  await client.ask('ListGroups', 5, { typesFilter: ['share'] })
  assert.deepEqual(
    cluster.requests.map(({ api, version, node, clientId }) => [api, version, node, clientId]),
    [
      ['Metadata', 12, 3, 'test'],
      ['ListGroups', 5, 3, 'test'],
    ],
  )
  assert.deepEqual(cluster.requestsOf('ListGroups')[0]!.body(), { statesFilter: [], typesFilter: ['share'] })
  cluster.clearRequests()
  assert.deepEqual([cluster.requests.length, cluster.requestCounts.get('Metadata')], [0, 1])
})
