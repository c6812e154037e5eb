import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { EndOffsets, type PartitionRange } from '../../../src/consumer/core/end-offsets.ts'
import { ScriptedKafka } from '../fakes/scripted-kafka.ts'

let ends: EndOffsets | undefined
afterEach(() => ends?.stop())

/** Rounds are asked for by hand: none comes by itself in an hour. */
function endsOf(kafka: ScriptedKafka, timeoutMs = 200): EndOffsets {
  ends = new EndOffsets({ kafka, intervalMs: 3_600_000, timeoutMs })
  return ends
}

function listenerFor(topics: readonly string[]) {
  const told: Record<string, readonly PartitionRange[] | null> = {}
  const rounds: boolean[] = []
  return {
    told,
    rounds,
    topics: () => topics,
    onEnds: (topic: string, ranges: readonly PartitionRange[] | null) => {
      told[topic] = ranges
    },
    onRound: (isReachable: boolean) => void rounds.push(isReachable),
  }
}

const range = (partition: number, low: number, end: number) => ({ partition, low, end })

test('a topic that two consumers read is asked for once', async () => {
  const kafka = new ScriptedKafka()
  kafka.topics = {
    orders: [
      [3, 8],
      [0, 2],
    ],
    refunds: [[0, 1]],
  }
  const [first, second] = [listenerFor(['orders']), listenerFor(['orders', 'refunds'])]
  endsOf(kafka).watch(first)
  ends?.watch(second)
  await ends?.refresh()
  kafka.asked.length = 0
  await ends?.refresh()
  assert.deepEqual(kafka.asked, ['1: orders', '1: refunds'])
  assert.deepEqual(first.told, { orders: [range(0, 3, 8), range(1, 0, 2)] })
  assert.deepEqual(second.told, { ...first.told, refunds: [range(0, 0, 1)] })
})

test('a topic that fails costs no other: it is asked for last, with a client of its own', async () => {
  const kafka = new ScriptedKafka()
  kafka.topics = { broken: 'There is no leader', orders: [[0, 8]] }
  const listener = listenerFor(['broken', 'orders'])
  endsOf(kafka).watch(listener)
  await ends?.refresh()
  kafka.asked.length = 0
  await ends?.refresh()
  assert.deepEqual(listener.told, { broken: null, orders: [range(0, 0, 8)] })
  const [orders, broken] = kafka.asked.map(each => each.split(': '))
  assert.deepEqual([orders?.[1], broken?.[1]], ['orders', 'broken'])
  assert.notEqual(orders?.[0], broken?.[0])
  assert.deepEqual(listener.rounds.at(-1), true)
})

test('brokers that do not answer are found out within the time-out, and are asked by few clients', async () => {
  const kafka = new ScriptedKafka()
  const topics = Array.from({ length: 40 }, (_, index) => `topic-${index}`)
  kafka.topics = Object.fromEntries(topics.map(topic => [topic, null]))
  const listener = listenerFor(topics)
  endsOf(kafka, 20).watch(listener)
  for (let round = 0; round < 10; round++) await ends?.refresh()
  assert.deepEqual(
    Object.values(listener.told),
    topics.map(() => null),
  )
  assert.equal(listener.rounds.at(-1), false)
  assert.ok(kafka.open <= 4, `${kafka.open} clients`)
})

test('who has reached no broker with a new client does not try a third one in the same round', async () => {
  const kafka = new ScriptedKafka()
  kafka.topics = { orders: [[0, 8]] }
  kafka.isUp = false
  const listener = listenerFor(['orders'])
  endsOf(kafka).watch(listener)
  await ends?.refresh()
  assert.equal(listener.rounds.at(-1), false)
  const before = kafka.clients
  await ends?.refresh()
  // It failed in the round before, so that it is asked by a client of its own at once.
  assert.equal(kafka.clients - before, 1)
  kafka.isUp = true
  await ends?.refresh()
  assert.equal(listener.rounds.at(-1), true)
})

test('without a topic a connection is what tells whether Kafka is there', async () => {
  const kafka = new ScriptedKafka()
  const listener = listenerFor([])
  endsOf(kafka).watch(listener)
  await ends?.refresh()
  kafka.isUp = false
  await ends?.refresh()
  kafka.isUp = true
  await ends?.refresh()
  assert.deepEqual(listener.rounds.slice(-3), [true, false, true])
})

test('commits of a group, without the partitions that have none', async () => {
  const kafka = new ScriptedKafka()
  kafka.topics = {
    orders: [
      [0, 9],
      [0, 9],
    ],
  }
  kafka.commits = { orders: { 1: 7 } }
  assert.deepEqual(
    await endsOf(kafka).committed('payments', ['orders']),
    new Map([['orders', new Map([[1, 7]])]]),
  )
})

test('a coordinator that does not answer is asked once more, by a new client', async () => {
  const kafka = new ScriptedKafka()
  endsOf(kafka)
  assert.equal(await ends?.coordinatorAnswers('payments'), true)
  kafka.coordinatorFails = new Error('connection closed')
  assert.equal(await ends?.coordinatorAnswers('payments'), false)
  assert.deepEqual(kafka.asked, ['1: commits', '1: commits', '2: commits'])
})

test('a coordinator that says nothing keeps nobody from ends, nor another group from its coordinator', async () => {
  const kafka = new ScriptedKafka()
  kafka.topics = { orders: [[0, 8]] }
  kafka.silentGroups.add('audit').add('refunds')
  const listener = listenerFor(['orders'])
  endsOf(kafka, 50).watch(listener)
  for (let round = 1; round <= 4; round++) {
    await ends?.refresh()
    const groups = ['audit', 'payments', 'refunds', 'audit']
    const answers = await Promise.all(groups.map(group => ends?.coordinatorAnswers(group)))
    assert.deepEqual(answers, [false, true, false, false])
  }
  await ends?.refresh()
  assert.deepEqual(new Set(listener.rounds), new Set([true]))
  const orders = kafka.asked.filter(each => each === '1: orders').length
  // Clients of those who wait: two in the first round, then one in each.
  assert.deepEqual(
    { orders, clients: kafka.clients, asked: kafka.asked.length },
    { orders: 6, clients: 6, asked: 20 },
  )
})

test('stopped while a coordinator is asked, it makes no client any more', async () => {
  const kafka = new ScriptedKafka()
  kafka.silentGroups.add('payments')
  const answer = endsOf(kafka, 50).coordinatorAnswers('payments')
  await ends?.stop()
  assert.equal(await answer, null)
  assert.equal(kafka.clients, 1)
})

test('stopped, it has no client left and tells nothing any more', async () => {
  const kafka = new ScriptedKafka()
  kafka.topics = { orders: [[0, 8]] }
  const listener = listenerFor(['orders'])
  endsOf(kafka).watch(listener)
  await ends?.refresh()
  await ends?.stop()
  await ends?.refresh()
  assert.deepEqual({ open: kafka.open, rounds: listener.rounds.length }, { open: 0, rounds: 2 })
})
