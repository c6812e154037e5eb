import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  HEAD_FOUND,
  HEAD_NONE,
  HEAD_TRANSACTIONAL_FLAG,
  type HeadLimits,
  type HeadProbe,
} from '../../src/model/evidence.ts'
import type { Observation } from '../../src/model/observation.ts'
import type { ClusterReader } from '../../src/model/ports.ts'
import { rowOf } from '../../src/model/topology.ts'
import { partition } from '../kafka/open-reader.ts'
import { type Point, questionsOf } from '../kafka/reader/heads/ask-heads.ts'
import type { ContractAbilities, ContractCluster } from './contract-cluster.ts'

export interface LookUpContext {
  readonly cluster: ContractCluster
  readonly reader: ClusterReader
  readonly readUntil: (what: string, holds: (observation: Observation) => boolean) => Promise<Observation>
}

const AMPLE: HeadLimits = { budgetBytes: 1 << 26, timeoutMs: 30_000 }
const never = new AbortController().signal
/** An hour ago: young enough for any retention. */
const HOUR_AGO = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000

/** What is looked up after a poll; part of the contract. */
export function testLookUps(abilities: ContractAbilities, context: () => LookUpContext): void {
  const endsAt = (topic: string, ends: readonly number[]) =>
    context().readUntil(`${topic} ends at ${ends}`, seen =>
      ends.every((end, p) => isSeen(seen, topic) && partition(seen, topic, p)[1] === end),
    )
  const heads = (observation: Observation, points: readonly Point[]): Promise<HeadProbe> =>
    context().reader.readHeads(questionsOf(observation, points), AMPLE, never)

  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    test(`records of codec ${codec} are found with their time stamps`, async () => {
      const { cluster } = context()
      const topic = `stamped-${codec}`
      await cluster.createTopic(topic, 1)
      const stamped = { topic, partition: 0, codec, records: 6, timestamp: HOUR_AGO, valueBytes: 200 }
      await cluster.produceStamped({ ...stamped, stepMs: 60_000 })
      const observation = await endsAt(topic, [6])
      const { answers, errors } = await heads(
        observation,
        [0, 1, 4, 5, 6].map(offset => [topic, 0, offset]),
      )
      assert.deepEqual(errors, [])
      assert.deepEqual([...answers.outcome], [HEAD_FOUND, HEAD_FOUND, HEAD_FOUND, HEAD_FOUND, HEAD_NONE])
      // Records that are minutes apart are told apart.
      assert.deepEqual(
        [...answers.minTimestamp.subarray(0, 4)],
        [0, 1, 4, 5].map(i => HOUR_AGO + i * 60_000),
      )
      assert.deepEqual(answers.maxTimestamp, answers.minTimestamp)
      assert.deepEqual([...answers.recordOffset.subarray(0, 4)], [0, 1, 4, 5])
      assert.deepEqual([...answers.highWatermark], [6, 6, 6, 6, 6])
      assert.equal(answers.knownTo[4], 6)
    })
  }

  test('long batches of many partitions are found in few requests', async () => {
    const { cluster } = context()
    await cluster.createTopic('long', 8)
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map((p): Point => ['long', p, 0])
    for (const [topic, p] of points) {
      const stamped = { topic, partition: p, codec: 'none', records: 1, timestamp: HOUR_AGO + p } as const
      await cluster.produceStamped({ ...stamped, stepMs: 0, valueBytes: 100_000 })
    }
    const observation = await endsAt('long', [1, 1, 1, 1, 1, 1, 1, 1])
    const { answers, requests, bytes, errors } = await heads(observation, points)
    assert.deepEqual(errors, [])
    assert.deepEqual(
      [...answers.minTimestamp],
      points.map(([, p]) => HOUR_AGO + p),
    )
    assert.ok(requests.get('Fetch')! <= 10, `${requests.get('Fetch')} requests`)
    assert.ok(bytes >= 8 * 100_000)
  })

  test('markers and aborted records are not what waits', async () => {
    const { cluster } = context()
    await cluster.createTopic('settled', 2)
    await cluster.transact('settler', 'commit', 'settled', 0, 2)
    await endsAt('settled', [3])
    await cluster.transact('settler', 'abort', 'settled', 0, 3)
    await endsAt('settled', [7])
    await cluster.produce('settled', 0, 1)
    await cluster.transact('drainer', 'commit', 'settled', 1, 1)
    const observation = await endsAt('settled', [8, 2])
    const { answers, errors } = await heads(observation, [
      ['settled', 0, 1],
      ['settled', 0, 2],
      ['settled', 0, 4],
      ['settled', 0, 8],
      ['settled', 1, 1],
    ])
    assert.deepEqual(errors, [])
    assert.deepEqual([...answers.outcome], [HEAD_FOUND, HEAD_FOUND, HEAD_FOUND, HEAD_NONE, HEAD_NONE])
    assert.deepEqual([...answers.recordOffset.subarray(0, 3)], [1, 7, 7])
    assert.deepEqual([...answers.flags.subarray(0, 3)], [HEAD_TRANSACTIONAL_FLAG, 0, 0])
    assert.deepEqual([...answers.knownTo.subarray(3)], [8, 2])
  })

  const found = abilities.transactions ? 'found, and named' : 'found, and its producer'
  test(`an open transaction is ${found}`, async () => {
    const { cluster, reader } = context()
    const before = Date.now()
    await cluster.createTopic('open', 1)
    await cluster.produce('open', 0, 2)
    await cluster.transact('opener', 'open', 'open', 0, 3)
    const observation = await endsAt('open', [5])
    const { answers } = await heads(observation, [['open', 0, 2]])
    assert.deepEqual([...answers.outcome], [HEAD_FOUND])
    assert.deepEqual([answers.lastStableOffset[0], answers.highWatermark[0]], [2, 5])
    assert.deepEqual([answers.recordOffset[0], answers.flags[0]], [2, HEAD_TRANSACTIONAL_FLAG])
    const row = rowOf(observation.cluster!.topology, 'open', 0)
    const { transactions, errors } = await reader.findTransactions(Int32Array.of(row), never)
    assert.deepEqual(errors, [])
    const { producerId, producerEpoch, lastTimestamp, startedAt, ...named } = transactions.get(row)!
    const name = abilities.transactions
      ? { transactionalId: 'opener', state: 'Ongoing' }
      : { transactionalId: null, state: null }
    assert.deepEqual(named, { ...name, startOffset: 2 })
    assert.ok(producerId >= 0 && producerEpoch >= 0)
    for (const time of abilities.transactions ? [lastTimestamp, startedAt] : [lastTimestamp])
      assert.ok(time >= before && time <= Date.now(), `${time}`)
    await cluster.transact('opener', 'commit', 'open', 0, 1)
    const ended = await endsAt('open', [7])
    const rows = Int32Array.of(rowOf(ended.cluster!.topology, 'open', 0))
    assert.equal((await reader.findTransactions(rows, never)).transactions.size, 0)
  })

  test('the first record from a time on is found', async () => {
    const { cluster, reader } = context()
    await cluster.createTopic('timed', 3)
    for (const p of [0, 1]) {
      const stamped = { topic: 'timed', partition: p, codec: 'lz4', valueBytes: 100 } as const
      await cluster.produceStamped({ ...stamped, records: 5, timestamp: HOUR_AGO, stepMs: 1_000 * (p + 1) })
    }
    const observation = await endsAt('timed', [5, 5, 0])
    const rows = Int32Array.from([0, 1, 2], p => rowOf(observation.cluster!.topology, 'timed', p))
    const look = async (...ages: number[]) => {
      const timestamps = Float64Array.from(ages, age => HOUR_AGO + age)
      const { answers, errors } = await reader.lookUpTimes({ rows, timestamps }, never)
      assert.deepEqual(errors, [])
      return [[...answers.offsets], [...answers.recordTimestamps].map(time => time - HOUR_AGO)]
    }
    const late = Number.POSITIVE_INFINITY
    assert.deepEqual(await look(2_500, 2_500, 0), [
      [3, 2, late],
      [3_000, 4_000, Number.NaN],
    ])
    assert.deepEqual(await look(-5_000, 8_001, 0), [
      [0, late, late],
      [0, Number.NaN, Number.NaN],
    ])
  })
}

function isSeen({ cluster }: Observation, topic: string): boolean {
  return cluster?.topology.indexOf.has(topic) ?? false
}
