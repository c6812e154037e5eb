import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type KafkaCluster, startKafka } from './kafka-cluster.ts'
import { COMMIT_LOG, type Lab, startLab } from './lab.ts'
import { waitUntil } from './wait-until.ts'

let kafka: KafkaCluster
let lab: Lab

before(async () => {
  kafka = await startKafka({ brokers: 1, streamsGroups: true })
  lab = await startLab(kafka)
})
after(async () => {
  await lab?.close()
  await kafka?.close()
})

const committed = async (group: string) =>
  (await lab.oracle()).groups[group]?.offsets
    .map(({ topic, partition, offset, lag }) => [topic, partition, offset, lag])
    .sort() ?? []

test('the oracle says what was produced, deleted, committed and left open', async () => {
  await lab.createTopics([{ name: 'facts', partitions: 2 }])
  assert.deepEqual(
    await lab.produce([
      { topic: 'facts', count: 10 },
      { topic: 'facts', partition: 1, values: ['a', 'b', 'c'] },
    ]),
    [
      { topic: 'facts', partition: 0, first: 0, last: 9 },
      { topic: 'facts', partition: 1, first: 0, last: 2 },
    ],
  )
  assert.equal(await lab.deleteRecords('facts', 0, 4), 4)
  await lab.transaction('tx', 'open', [{ topic: 'facts', partition: 1, count: 5 }])
  await lab.commitOffsets([
    {
      group: 'readers',
      offsets: [
        ['facts', 0, 7],
        ['facts', 1, 8],
      ],
    },
  ])

  const { topics, groups } = await lab.oracle()
  assert.deepEqual(topics.facts?.partitions, [
    { partition: 0, leader: 1, replicas: [1], inSync: [1], start: 4, end: 10, lastStable: 10 },
    { partition: 1, leader: 1, replicas: [1], inSync: [1], start: 0, end: 8, lastStable: 3 },
  ])
  assert.deepEqual(
    { ...groups.readers, offsets: await committed('readers') },
    {
      type: 'classic',
      protocolType: '',
      state: 'Empty',
      coordinator: 1,
      members: [],
      offsets: [
        ['facts', 0, 7, 3],
        ['facts', 1, 8, 0],
      ],
    },
  )

  const table = await kafka.tool('org.apache.kafka.tools.consumer.group.ConsumerGroupCommand', [
    ...['--bootstrap-server', kafka.internalBrokers[0]!],
    ...['--describe', '--group', 'readers'],
  ])
  const rows = table.split('\n').map(line => line.trim().split(/\s+/))
  // GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG: one row is the header's.
  assert.deepEqual(
    rows
      .filter(row => row[0] === 'readers')
      .map(row => row.slice(1, 6).join(' '))
      .sort(),
    ['facts 0 7 10 3', 'facts 1 8 8 0'],
  )

  await lab.transaction('tx', 'commit')
  await lab.deleteGroups(['readers'])
  const after = await lab.oracle()
  assert.equal(after.topics.facts?.partitions[1]?.lastStable, 9, 'five records and the commit marker')
  assert.equal(after.groups.readers, undefined)
  await assert.rejects(lab.createTopics([{ name: 'facts' }]), { type: 'TopicExistsException' })
})

for (const kind of ['classic', 'consumer'] as const) {
  test(`a ${kind} member consumes; wedged on one partition its sibling moves`, async () => {
    const topic = `work-${kind}`
    const group = `workers-${kind}`
    await lab.createTopics([{ name: topic, partitions: 2 }])
    await lab.produce([
      { topic, count: 5 },
      { topic, partition: 1, count: 5 },
    ])
    await lab.join({
      member: kind,
      kind,
      group,
      topics: [topic],
      clientId: `client-${kind}`,
      wedged: [[topic, 1]],
    })
    await waitUntil('partition 0 is committed', async () =>
      (await committed(group)).join().startsWith(`${topic},0,5,0`),
    )
    await lab.produce([{ topic, count: 2 }])
    await waitUntil('partition 0 moves on', async () =>
      (await committed(group)).join().startsWith(`${topic},0,7,0`),
    )
    const stuck = (await committed(group)).find(row => row[1] === 1)
    assert.ok(stuck === undefined || stuck[2] === 0, `nothing of partition 1 is committed: ${stuck}`)

    const described = (await lab.oracle()).groups[group]!
    assert.equal(described.type, kind)
    assert.equal(described.state, 'Stable')
    assert.deepEqual(
      described.members.map(m => [m.clientId, m.partitions]),
      [[`client-${kind}`, [`${topic}-0`, `${topic}-1`]]],
    )

    await lab.steer(kind, { wedged: [] })
    await waitUntil('both are committed', async () => {
      const rows = await committed(group)
      return rows.join() === `${topic},0,7,0,${topic},1,5,0`
    })
    await lab.leave(kind)
    assert.equal((await lab.oracle()).groups[group]?.state, 'Empty')
  })
}

test('share and streams groups have members too', async () => {
  await lab.createTopics([{ name: 'jobs', partitions: 1 }])
  await lab.produce([{ topic: 'jobs', count: 3 }])
  await lab.join({ member: 'sharer', kind: 'share', group: 'sharers', topics: ['jobs'] })
  await lab.join({ member: 'streamer', kind: 'streams', group: 'streamers', topics: ['jobs'] })
  await waitUntil('the streams group committed', async () => (await committed('streamers'))[0]?.[2] === 3)
  // The start offset that a share group has stored trails by what it acknowledged last (seen on 4.1.1 and 4.3.0).
  await waitUntil('the share group got past the first record', async () => {
    await lab.produce([{ topic: 'jobs', count: 1 }])
    return Number((await committed('sharers'))[0]?.[2]) > 0
  })
  for (const group of ['sharers', 'streamers']) {
    await waitUntil(`${group} is stable`, async () => (await lab.oracle()).groups[group]?.state === 'Stable')
  }
  const { sharers, streamers } = (await lab.oracle()).groups
  assert.equal(sharers?.type, 'share')
  assert.deepEqual(
    sharers.members.map(m => [m.clientId, m.partitions]),
    [['sharer', ['jobs-0']]],
  )
  assert.equal(streamers?.type, 'streams')
  assert.deepEqual(
    streamers.members.map(m => m.clientId),
    ['streamer-StreamThread-1-consumer'],
  )
  await lab.leave('sharer')
  await lab.leave('streamer')
  const after = (await lab.oracle()).groups
  assert.deepEqual([after.sharers?.state, after.streamers?.state], ['Empty', 'Empty'])
})

test('what members committed and what a topic holds can be told', async () => {
  await lab.createTopics([{ name: 'accounts' }])
  await lab.produce([{ topic: 'accounts', count: 4 }])
  await lab.deleteRecords('accounts', 0, 1)
  assert.deepEqual(await lab.contents('accounts', 1), [[1, 2, 3]])
  const before = Date.now()
  await lab.join({
    ...{ member: 'accountant', kind: 'classic', group: 'accountants', topics: ['accounts'] },
    configs: COMMIT_LOG,
  })
  await waitUntil('all is committed', async () => (await committed('accountants'))[0]?.[2] === 4)
  await lab.leave('accountant')
  const log = await lab.commitLog()
  assert.deepEqual(log.at(-1)?.slice(0, 4), ['accountants', 'accounts', 0, 4])
  assert.ok(log.every(([, , , , at]) => at >= before && at <= Date.now()))
  assert.deepEqual(await lab.commitLog(), [], 'told once')
})
