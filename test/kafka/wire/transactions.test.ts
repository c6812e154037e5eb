import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  DESCRIBE_PRODUCERS,
  decodeDescribeProducers,
  encodeDescribeProducers,
} from '../../../src/kafka/wire/describe-producers.ts'
import {
  DESCRIBE_TRANSACTIONS,
  decodeDescribeTransactions,
  encodeDescribeTransactions,
} from '../../../src/kafka/wire/describe-transactions.ts'
import {
  decodeListTransactions,
  encodeListTransactions,
  LIST_TRANSACTIONS,
} from '../../../src/kafka/wire/list-transactions.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const TOPOLOGY = buildTopology([
  { name: 'orders', id: '', partitions: 3 },
  { name: 'a', id: '', partitions: 1 },
])
// Rows: a 0; orders 1, 2, 3

const PRODUCERS: Message = {
  throttleTimeMs: 5,
  topics: [
    {
      name: 'orders',
      partitions: [
        {
          partitionIndex: 2,
          activeProducers: [
            {
              producerId: 2 ** 40,
              producerEpoch: 3,
              lastSequence: 9,
              lastTimestamp: 1_700_000_000_000,
              coordinatorEpoch: 1,
              currentTxnStartOffset: 17,
            },
            { producerId: 4, producerEpoch: 0, coordinatorEpoch: -1 },
          ],
        },
        { partitionIndex: 0, errorCode: 29, errorMessage: 'not yours', activeProducers: [] },
        { partitionIndex: 3, activeProducers: [] },
      ],
    },
    { name: 'gone', partitions: [{ partitionIndex: 0, activeProducers: [] }] },
  ],
}

for (const version of versionsOf(DESCRIBE_PRODUCERS)) {
  test(`DescribeProducers v${version}: rows are asked for by topic`, () => {
    const body = encodeDescribeProducers(version, TOPOLOGY, Int32Array.of(3, 0, 1))
    assert.deepEqual(understood(DESCRIBE_PRODUCERS, version, body), {
      topics: [
        { name: 'orders', partitionIndexes: [2, 0] },
        { name: 'a', partitionIndexes: [0] },
      ],
    })
  })

  const decode = (bytes: Buffer) => toEnd(decodeDescribeProducers(version, bytes, TOPOLOGY))

  for (const withUnknownTags of [false, true]) {
    test(`DescribeProducers v${version}: by row${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      assert.deepEqual(decode(answer(DESCRIBE_PRODUCERS, version, PRODUCERS, { withUnknownTags })), {
        throttleMs: 5,
        partitions: [
          {
            row: 3,
            errorCode: 0,
            producers: [
              {
                producerId: 2 ** 40,
                producerEpoch: 3,
                lastTimestamp: 1_700_000_000_000,
                transactionStart: 17,
              },
              {
                producerId: 4,
                producerEpoch: 0,
                lastTimestamp: Number.NaN,
                transactionStart: Number.NaN,
              },
            ],
          },
          { row: 1, errorCode: 29, producers: [] },
        ],
      })
    })
  }

  test(`DescribeProducers v${version}: damage is malformed`, () => {
    assertSurvivesDamage(answer(DESCRIBE_PRODUCERS, version, PRODUCERS), decode)
  })
}

const LISTED: Message = {
  throttleTimeMs: 5,
  errorCode: 0,
  unknownStateFilters: ['Odd'],
  transactionStates: [
    { transactionalId: 'größe', producerId: 2 ** 40, transactionState: 'Ongoing' },
    { transactionalId: '', producerId: 0, transactionState: 'Empty' },
  ],
}

for (const version of versionsOf(LIST_TRANSACTIONS)) {
  test(`ListTransactions v${version}: by producer and state`, () => {
    const newer = {
      ...(version >= 1 ? { durationFilter: -1 } : {}),
      ...(version >= 2 ? { transactionalIdPattern: null } : {}),
    }
    const some = encodeListTransactions(version, { producerIds: [7, 2 ** 40], states: ['Ongoing'] })
    assert.deepEqual(understood(LIST_TRANSACTIONS, version, some), {
      stateFilters: ['Ongoing'],
      producerIdFilters: [7, 2 ** 40],
      ...newer,
    })
    const all = encodeListTransactions(version, { producerIds: [], states: [] })
    assert.deepEqual(understood(LIST_TRANSACTIONS, version, all), {
      stateFilters: [],
      producerIdFilters: [],
      ...newer,
    })
  })

  const decode = (bytes: Buffer) => toEnd(decodeListTransactions(version, bytes))

  for (const withUnknownTags of [false, true]) {
    test(`ListTransactions v${version}: read${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      assert.deepEqual(decode(answer(LIST_TRANSACTIONS, version, LISTED, { withUnknownTags })), {
        throttleMs: 5,
        errorCode: 0,
        transactions: [
          { transactionalId: 'größe', producerId: 2 ** 40, state: 'Ongoing' },
          { transactionalId: '', producerId: 0, state: 'Empty' },
        ],
      })
    })
  }

  test(`ListTransactions v${version}: damage is malformed`, () => {
    assertSurvivesDamage(answer(LIST_TRANSACTIONS, version, LISTED), decode)
  })
}

const DESCRIBED: Message = {
  throttleTimeMs: 5,
  transactionStates: [
    {
      errorCode: 0,
      transactionalId: 'pay',
      transactionState: 'Ongoing',
      transactionTimeoutMs: 60_000,
      transactionStartTimeMs: 1_700_000_000_000,
      producerId: 2 ** 40,
      producerEpoch: 3,
      topics: [
        { topic: 'orders', partitions: [2, 0] },
        { topic: 'a', partitions: [0] },
      ],
    },
    {
      errorCode: 0,
      transactionalId: 'fresh',
      transactionState: 'Empty',
      transactionTimeoutMs: 60_000,
      transactionStartTimeMs: -1,
      producerId: 5,
      producerEpoch: 0,
      topics: [],
    },
    { errorCode: 105, transactionalId: 'nobody' },
  ],
}

for (const version of versionsOf(DESCRIBE_TRANSACTIONS)) {
  test(`DescribeTransactions v${version}: by id`, () => {
    const body = encodeDescribeTransactions(version, ['pay', 'größe'])
    assert.deepEqual(understood(DESCRIBE_TRANSACTIONS, version, body), {
      transactionalIds: ['pay', 'größe'],
    })
  })

  const decode = (bytes: Buffer) => toEnd(decodeDescribeTransactions(version, bytes))

  for (const withUnknownTags of [false, true]) {
    test(`DescribeTransactions v${version}: read${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      assert.deepEqual(decode(answer(DESCRIBE_TRANSACTIONS, version, DESCRIBED, { withUnknownTags })), {
        throttleMs: 5,
        transactions: [
          {
            transactionalId: 'pay',
            errorCode: 0,
            state: 'Ongoing',
            timeoutMs: 60_000,
            startedAt: 1_700_000_000_000,
            producerId: 2 ** 40,
            producerEpoch: 3,
            topics: [
              { topic: 'orders', partitions: [2, 0] },
              { topic: 'a', partitions: [0] },
            ],
          },
          {
            transactionalId: 'fresh',
            errorCode: 0,
            state: 'Empty',
            timeoutMs: 60_000,
            startedAt: Number.NaN,
            producerId: 5,
            producerEpoch: 0,
            topics: [],
          },
          {
            transactionalId: 'nobody',
            errorCode: 105,
            state: '',
            timeoutMs: 0,
            startedAt: Number.NaN,
            producerId: 0,
            producerEpoch: 0,
            topics: [],
          },
        ],
      })
    })
  }

  test(`DescribeTransactions v${version}: damage is malformed`, () => {
    assertSurvivesDamage(answer(DESCRIBE_TRANSACTIONS, version, DESCRIBED), decode)
  })
}

test('long answers take many steps', () => {
  const transactionStates = Array.from({ length: 5_000 }, (_, i) => ({
    transactionalId: `transaction-${i}`,
    producerId: i,
    transactionState: 'Ongoing',
  }))
  const steps = decodeListTransactions(1, answer(LIST_TRANSACTIONS, 1, { transactionStates }))
  let yields = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) yields++
  assert.ok(yields >= 8, `${yields}`)
  assert.equal(step.value.transactions.length, 5_000)
})
