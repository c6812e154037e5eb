import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createClusterReader } from '../../src/kafka/cluster-reader.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import { API_KEYS_USED } from '../../src/kafka/reader/api-keys.ts'
import { DESCRIBE_PRODUCERS } from '../../src/kafka/wire/describe-producers.ts'
import { DESCRIBE_TRANSACTIONS } from '../../src/kafka/wire/describe-transactions.ts'
import { FETCH } from '../../src/kafka/wire/fetch.ts'
import { LIST_TRANSACTIONS } from '../../src/kafka/wire/list-transactions.ts'
import type { Observation } from '../../src/model/observation.ts'
import type { ClusterReader } from '../../src/model/ports.ts'
import { recordedTransport } from '../harness/recorded-transport.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { ALL_STABLE, column, commits, errorLines, group, partition } from '../kafka/open-reader.ts'
import type { ContractAbilities, ContractCluster } from './contract-cluster.ts'
import { testLookUps } from './look-ups-contract.ts'

/** What an Observation says of a cluster, held to the simulation and to real Kafka alike. */
export function describeClusterReader(
  name: string,
  start: () => Promise<ContractCluster>,
  abilities: ContractAbilities,
): void {
  describe(`a reader of ${name}`, () => {
    let cluster: ContractCluster
    let reader: ClusterReader
    const sent = new Set<number>()
    const spoken = new Set<string>()
    const read = () => reader.read(new AbortController().signal, ALL_STABLE)

    before(async () => {
      cluster = await start()
      const transport = openKafkajsTransport({
        seeds: cluster.bootstrap,
        tls: null,
        sasl: null,
        clientId: 'contract',
        requestTimeoutMs: 5_000,
        backoff: { minMs: 10, maxMs: 200 },
      })
      reader = createClusterReader({
        transport: recordedTransport(transport, sent, spoken).transport,
        clock: Date.now,
        topics: topic => !topic.startsWith('__'),
        groups: () => true,
        expect: { topics: ['nowhere'], groups: ['nobody'] },
        // Everything in every poll.
        slowEveryMs: 1,
      })
    })
    after(async () => {
      await reader?.close()
      await cluster?.close()
    })

    /** The first observation that fulfils it; brokers take their time to tell each other. */
    async function readUntil(
      what: string,
      holds: (observation: Observation) => boolean,
    ): Promise<Observation> {
      let observation = await read()
      await waitUntil(what, async () => {
        if (observation.cluster !== null && holds(observation)) return true
        const { cluster: seen, errors } = observation
        observation = await read()
        if (seen === null) throw new Error(`no broker gave metadata: ${JSON.stringify(errors)}`)
        return false
      })
      return observation
    }

    test('starts and ends are those of the log', async () => {
      await cluster.createTopic('facts', 3)
      await cluster.produce('facts', 0, 10)
      await cluster.produce('facts', 2, 4)
      await cluster.deleteRecords('facts', 0, 3)
      const observation = await readUntil('facts is read', seen => has(seen, 'facts', 3))
      assert.deepEqual(partition(observation, 'facts', 0), [3, 10, 'NONE'])
      assert.deepEqual(partition(observation, 'facts', 1), [0, 0, 'NONE'])
      assert.deepEqual(partition(observation, 'facts', 2), [0, 4, 'NONE'])
      assert.deepEqual(errorLines(observation), [])
      const { partitions, topology, clusterId } = observation.cluster!
      assert.ok(clusterId !== null && clusterId.length > 0)
      assert.equal(topology.topicIds[topology.indexOf.get('facts')!]?.length, 22)
      assert.deepEqual(column(observation, partitions.replicas)['facts-1'], 2)
      assert.deepEqual(column(observation, partitions.inSyncReplicas)['facts-1'], 2)
      assert.deepEqual(
        observation.brokers.map(broker => [broker.id, broker.failure, broker.responseMs !== null]),
        [
          [1, null, true],
          [2, null, true],
        ],
      )
    })

    test('commits are those of the group, and only of partitions that have one', async () => {
      await cluster.commit('readers', [
        ['facts', 0, 7],
        ['facts', 2, 4],
      ])
      // The first commit of a cluster makes the topic of commits, which coordinators load for a moment.
      const observation = await waitUntil('every coordinator lists its groups', async () => {
        const seen = await read()
        return seen.cluster?.groupsComplete === true && seen
      })
      assert.deepEqual(commits(observation, 'readers'), { 'facts-0': 7, 'facts-2': 4 })
      const { kind, state, description, failure } = group(observation, 'readers')
      assert.deepEqual({ kind, state, failure }, { kind: 'classic', state: 'Empty', failure: null })
      assert.deepEqual(description, { state: 'Empty', protocol: '', members: [], epoch: -1 })
    })

    test('a commit beyond the end is passed on as it is', async () => {
      await cluster.commit('dreamers', [['facts', 2, 1_000]])
      const observation = await read()
      assert.deepEqual(commits(observation, 'dreamers'), { 'facts-2': 1_000 })
      assert.deepEqual(partition(observation, 'facts', 2), [0, 4, 'NONE'])
      assert.equal(group(observation, 'dreamers').failure, null)
    })

    const kinds = abilities.consumerGroups ? (['classic', 'consumer'] as const) : (['classic'] as const)
    for (const kind of kinds) {
      test(`a ${kind} group has its kind, members and commits`, async () => {
        const topic = `work-${kind}`
        const id = `workers-${kind}`
        await cluster.createTopic(topic, 2)
        await cluster.produce(topic, 0, 5)
        await cluster.produce(topic, 1, 6)
        await cluster.join(kind, id, topic)
        const observation = await readUntil(`${id} is described`, seen => isDescribed(seen, id))
        const found = group(observation, id)
        assert.equal(found.kind, kind)
        assert.equal(found.state, 'Stable')
        assert.deepEqual(commits(observation, id), { [`${topic}-0`]: 5, [`${topic}-1`]: 6 })
        const [member] = found.description?.members ?? []
        assert.equal(found.description?.members.length, 1)
        assert.equal(member?.clientId, `${id}-client`)
        assert.equal(member?.host, '127.0.0.1')
        assert.deepEqual(rowNames(observation, member?.rows), [`${topic}-0`, `${topic}-1`])
        assert.equal((found.description?.epoch ?? -1) > 0, kind === 'consumer')
        await cluster.leave(id)
        const left = await readUntil(`${id} is empty`, seen => group(seen, id).state === 'Empty')
        assert.deepEqual(group(left, id).description?.members, [])
        assert.deepEqual(commits(left, id), { [`${topic}-0`]: 5, [`${topic}-1`]: 6 })
      })
    }

    const shareGroup = async () => {
      await cluster.createTopic('jobs', 1)
      await cluster.produce('jobs', 0, 3)
      await cluster.join('share', 'sharers', 'jobs')
      const observation = await readUntil('sharers is described', seen => isDescribed(seen, 'sharers'))
      const found = group(observation, 'sharers')
      assert.equal(found.kind, 'share')
      assert.equal(found.commits, null)
      assert.equal(found.failure, null)
      assert.deepEqual(rowNames(observation, found.shareOffsets?.rows), ['jobs-0'])
      assert.deepEqual(
        [...(found.shareOffsets?.startOffsets ?? [])],
        [await cluster.shareStart('sharers', 'jobs')],
      )
      assert.deepEqual(
        found.description?.members.map(member => member.clientId),
        ['sharers-client'],
      )
      await cluster.leave('sharers')
    }
    if (abilities.shareGroups) test('a share group has start offsets instead of commits', shareGroup)

    test('an open transaction holds the last stable offset, not the high watermark', async () => {
      await cluster.createTopic('held', 1)
      await cluster.produce('held', 0, 2)
      await cluster.transact('holder', 'open', 'held', 0, 5)
      const observation = await readUntil('held is read', seen => has(seen, 'held', 1))
      assert.deepEqual(partition(observation, 'held', 0), [0, 7, 'NONE'])
      assert.equal(column(observation, observation.cluster!.partitions.lastStableOffset!)['held-0'], 2)
    })

    testLookUps(abilities, () => ({ cluster, reader, readUntil }))

    test('a deleted group is in no list, and the lists are complete', async () => {
      await cluster.commit('doomed', [['facts', 0, 5]])
      assert.deepEqual(commits(await read(), 'doomed'), { 'facts-0': 5 })
      await cluster.deleteGroup('doomed')
      const { cluster: seen } = await read()
      assert.ok(seen?.groups.every(one => one.id !== 'doomed'))
      assert.equal(seen?.groupsComplete, true)
    })

    test('a topic created anew has another id, its own end and no commits', async () => {
      await cluster.createTopic('phoenix', 1)
      await cluster.produce('phoenix', 0, 9)
      await cluster.commit('watchers', [
        ['phoenix', 0, 9],
        ['facts', 0, 9],
      ])
      const first = await readUntil('phoenix is read', seen => has(seen, 'phoenix', 1))
      assert.deepEqual(commits(first, 'watchers'), { 'facts-0': 9, 'phoenix-0': 9 })
      await cluster.deleteTopic('phoenix')
      await readUntil('phoenix is gone', seen => !has(seen, 'phoenix', 1))
      await cluster.createTopic('phoenix', 1)
      await cluster.produce('phoenix', 0, 2)
      const second = await readUntil('phoenix is back', seen => has(seen, 'phoenix', 1))
      assert.deepEqual(partition(second, 'phoenix', 0), [0, 2, 'NONE'])
      assert.notEqual(topicId(second, 'phoenix'), topicId(first, 'phoenix'))
      assert.equal(topicId(second, 'facts'), topicId(first, 'facts'))
      assert.deepEqual(commits(second, 'watchers'), { 'facts-0': 9 })
    })

    test('an unchanged cluster has the very same topology', async () => {
      const first = await read()
      const second = await read()
      assert.ok(first.cluster)
      assert.equal(second.cluster?.topology, first.cluster.topology)
    })

    test('configured items that do not exist are absent', async () => {
      const { cluster: seen } = await read()
      assert.deepEqual([...(seen?.missingTopics ?? [])], [['nowhere', { kind: 'absent' }]])
      assert.deepEqual([...(seen?.missingGroups ?? [])], [['nobody', { kind: 'absent' }]])
      assert.ok(!seen?.topology.indexOf.has('nowhere'))
    })

    test('configurations and log sizes are there', async () => {
      const observation = await read()
      const { topicConfigs, logDirs } = observation.cluster!
      const config = topicConfigs?.get('facts')
      assert.equal(config?.cleanupPolicy, 'delete')
      assert.equal(config?.timestampType, 'CreateTime')
      assert.equal(config?.retentionBytes, -1)
      assert.ok(config && config.retentionMs > 0)
      assert.equal(config.isTiered, false)
      const bytes = column(observation, logDirs!.leaderBytes)
      assert.ok((bytes['facts-2'] ?? 0) > 0)
      assert.equal(bytes['facts-1'], 0)
      assert.deepEqual([...new Set(logDirs?.dirs.map(dir => dir.node))], [1, 2])
    })

    test('of a lost broker only its own partitions cannot be read', async () => {
      await cluster.createTopic('split', 2, [[1], [2]])
      await cluster.produce('split', 0, 3)
      await cluster.produce('split', 1, 4)
      await readUntil('split is read', seen => has(seen, 'split', 2))
      await cluster.lose(2)
      const observation = await readUntil(
        'broker 2 has left',
        seen => column(seen, seen.cluster!.partitions.leader)['split-1'] === -1,
      )
      assert.deepEqual(partition(observation, 'split', 0), [0, 3, 'NONE'])
      assert.deepEqual(partition(observation, 'split', 1), [null, null, 'LEADER_NOT_AVAILABLE'])
      const recovered = await readUntil('facts is led by broker 1', seen =>
        [0, 1, 2].every(p => partition(seen, 'facts', p)[2] === 'NONE'),
      )
      assert.deepEqual(partition(recovered, 'facts', 0), [3, 10, 'NONE'])
      assert.deepEqual(
        recovered.brokers.map(broker => broker.id),
        [1],
      )
    })

    test('nothing but reading was sent', t => {
      t.diagnostic([...spoken].sort().join(', '))
      assert.ok(sent.size > 0)
      assert.deepEqual(
        [...sent].filter(key => !API_KEYS_USED.has(key)),
        [],
      )
      const transactions = abilities.transactions ? [LIST_TRANSACTIONS, DESCRIBE_TRANSACTIONS] : []
      const lookUps = [FETCH, DESCRIBE_PRODUCERS, ...transactions]
      assert.ok(lookUps.every(api => sent.has(api.key)))
    })
  })
}

/** Whether a topic with so many partitions was seen and every one of them read. */
function has({ cluster }: Observation, topic: string, partitions: number): boolean {
  const t = cluster?.topology.indexOf.get(topic)
  if (!cluster || t === undefined) return false
  const { start } = cluster.topology
  const outcomes = cluster.partitions.outcome.subarray(start[t], start[t + 1])
  return outcomes.length === partitions && outcomes.every(outcome => outcome === 0)
}

function isDescribed({ cluster }: Observation, id: string): boolean {
  const found = cluster?.groups.find(one => one.id === id)
  return found?.description?.members.some(member => member.rows.length > 0) ?? false
}

function topicId({ cluster }: Observation, topic: string): string | undefined {
  const t = cluster?.topology.indexOf.get(topic)
  return t === undefined ? undefined : cluster?.topology.topicIds[t]
}

function rowNames(observation: Observation, rows: Int32Array | undefined): string[] {
  const names = Object.keys(column(observation, observation.cluster!.partitions.leader))
  return [...(rows ?? [])].map(row => names[row]!).sort()
}
