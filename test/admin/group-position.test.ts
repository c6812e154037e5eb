import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GroupPosition } from '../../src/admin/group-position.ts'
import { openTransactionalDelivery } from '../../src/admin/replay/delivery.ts'
import { TargetTopics } from '../../src/admin/target-topics.ts'
import { type Asked, type Script, ScriptedCalls } from '../harness/scripted-calls.ts'

const TOPIC = 'orders-dlt'
const FIVE_YEARS_MS = 157_680_000_000n

/** A group's coordinator, and a transaction's, as one broker. */
function coordinatorOf(kept: Map<number, number>, errors: Readonly<Record<string, number>> = {}): Script {
  return ({ name }: Asked) => {
    const errorCode = errors[name] ?? 0
    if (name === 'FindCoordinator') return { errorCode, node: 1 }
    if (name === 'InitProducerId') return { errorCode, producer: { id: 7, epoch: 0 } }
    if (name === 'AddOffsetsToTxn') return errorCode
    if (name === 'EndTxn') {
      kept.set(0, 20)
      return errorCode
    }
    if (name === 'OffsetFetch') {
      const committed = [...kept].map(([partition, offset]) => ({ topic: TOPIC, partition, offset }))
      return { errorCode, committed }
    }
    return [{ topic: TOPIC, partition: 0, errorCode }]
  }
}

test('a position is committed to be kept for years', async () => {
  const calls = new ScriptedCalls(coordinatorOf(new Map([[0, 5]])))
  const position = new GroupPosition(calls, 'g', TOPIC)
  await position.read()
  await position.commit(new Map([[0, 10]]))
  const commit = calls.asked.find(({ name }) => name === 'OffsetCommit')
  assert.equal(commit?.version, 4)
  // group, generation_id, member_id, then retention_time_ms
  assert.equal(commit?.body.readBigInt64BE(3 + 4 + 2), FIVE_YEARS_MS)
})

test('what transactions have moved is committed once more, to be kept', async () => {
  const calls = new ScriptedCalls(coordinatorOf(new Map([[0, 5]])))
  const position = new GroupPosition(calls, 'g', TOPIC)
  await position.read()
  const delivery = await openTransactionalDelivery({ calls, targets: new TargetTopics(calls), position }, 'g')
  await delivery.deliver([], new Map([[0, 20]]))
  assert.ok(!calls.asked.some(({ name }) => name === 'OffsetCommit'))
  await delivery.finish()
  assert.deepEqual(
    calls.asked.filter(({ name }) => name === 'OffsetCommit').map(({ version }) => version),
    [4],
  )
})

test('a position that another one has moved is not overwritten', async () => {
  const kept = new Map([[0, 5]])
  const calls = new ScriptedCalls(coordinatorOf(kept))
  const position = new GroupPosition(calls, 'g', TOPIC)
  await position.read()
  await position.commit(new Map([[0, 5]]))
  kept.set(0, 6)
  await assert.rejects(position.commit(new Map([[0, 10]])), { code: 'POSITION_MOVED' })
  assert.equal(calls.asked.filter(({ name }) => name === 'OffsetCommit').length, 1)
})

test('who may not read the topic is told so, and what may have ended a transaction', async () => {
  const told = async (errorCode: number) => {
    const calls = new ScriptedCalls(coordinatorOf(new Map(), { OffsetCommit: errorCode }))
    const failure = new GroupPosition(calls, 'g', TOPIC).commit(new Map([[0, 1]]))
    return failure.then(
      () => '',
      (error: Error) => error.message,
    )
  }
  assert.equal(
    await told(29),
    'topic orders-dlt: it may not be read: grant READ on it (TOPIC_AUTHORIZATION_FAILED)',
  )
  assert.match(await told(90), /another replay .* has begun since, or a write was stuck for longer than 30 s/)
  assert.match(await told(50), /no transaction of 30 s/)
})
