import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  countFuture,
  type FutureTimestamps,
  NO_FUTURE,
  restoreFuture,
} from '../../../src/domain/flow/future-timestamps.ts'
import { mapRows } from '../../../src/domain/row-mapping.ts'
import { HEAD_DENIED, HEAD_FOUND, noAnswers } from '../../../src/model/evidence.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology, EMPTY_TOPOLOGY, rowOf, type Topology } from '../../../src/model/topology.ts'

const NOW = 1_700_000_000_000
const HOUR = 3_600_000

/** A head that was looked up: which record it is, and how far ahead of the clock it is stamped. */
interface Head {
  readonly topic: string
  readonly partition?: number
  readonly record: number
  readonly ahead: number
  readonly outcome?: number
}

class Counting {
  future: FutureTimestamps = NO_FUTURE
  #topology: Topology = EMPTY_TOPOLOGY

  poll(topics: Readonly<Record<string, string>>, heads: readonly Head[]): Readonly<Record<string, number>> {
    const same = Object.entries(topics).every(([name, id]) => {
      const t = this.#topology.indexOf.get(name)
      return t !== undefined && this.#topology.topicIds[t] === id
    })
    const topology =
      same && this.#topology.topics.length === Object.keys(topics).length
        ? this.#topology
        : buildTopology(Object.entries(topics).map(([name, id]) => ({ name, id, partitions: 2 })))
    const answers = noAnswers(heads.length)
    heads.forEach((head, i) => {
      answers.outcome[i] = head.outcome ?? HEAD_FOUND
      answers.recordOffset[i] = head.record
      answers.minTimestamp[i] = NOW + head.ahead
      answers.maxTimestamp[i] = NOW + head.ahead + HOUR
    })
    this.future = toEnd(
      countFuture(this.future, {
        topology,
        rowMap: mapRows(this.#topology, topology),
        questions: {
          rows: Int32Array.from(heads, h => rowOf(topology, h.topic, h.partition ?? 0)),
          offsets: Float64Array.from(heads, h => h.record),
        },
        heads: answers,
        readAt: NOW,
      }),
    )
    this.#topology = topology
    return Object.fromEntries(this.future.published)
  }
}

const ORDERS = { orders: 'a' }
const head = (record: number, ahead: number, rest: Partial<Head> = {}): Head => ({
  topic: 'orders',
  record,
  ahead,
  ...rest,
})

describe('countFuture', () => {
  it('is born at 0 with the first record that is read, whatever its time', () => {
    const counting = new Counting()
    assert.deepEqual(counting.poll(ORDERS, []), {})
    assert.deepEqual(counting.poll(ORDERS, [head(5, -HOUR)]), { orders: 0 })
    assert.deepEqual(counting.poll(ORDERS, [head(6, HOUR)]), { orders: 1 })
  })

  it('shows a count that it was born with from the next poll on', () => {
    const counting = new Counting()
    assert.deepEqual(counting.poll(ORDERS, [head(5, HOUR), head(6, HOUR)]), { orders: 0 })
    assert.deepEqual(counting.poll(ORDERS, []), { orders: 2 })
  })

  it('counts a record once, however often and for however many groups it is read', () => {
    const counting = new Counting()
    counting.poll(ORDERS, [head(1, 0)])
    assert.deepEqual(counting.poll(ORDERS, [head(9, HOUR), head(7, HOUR), head(9, HOUR)]), { orders: 2 })
    assert.deepEqual(counting.poll(ORDERS, [head(7, HOUR), head(9, HOUR)]), { orders: 2 })
    assert.deepEqual(counting.poll(ORDERS, [head(10, HOUR)]), { orders: 3 })
  })

  it('counts partitions apart, and by topic', () => {
    const counting = new Counting()
    const topics = { orders: 'a', refunds: 'b' }
    counting.poll(topics, [head(1, 0), head(1, 0, { topic: 'refunds' })])
    const heads = [head(9, HOUR), head(9, HOUR, { partition: 1 }), head(9, HOUR, { topic: 'refunds' })]
    assert.deepEqual(counting.poll(topics, heads), { orders: 2, refunds: 1 })
  })

  it('has patience with clocks that differ by 5 s, and counts what is surely ahead', () => {
    const counting = new Counting()
    counting.poll(ORDERS, [head(1, 0)])
    assert.deepEqual(counting.poll(ORDERS, [head(2, 5000)]), { orders: 0 })
    assert.deepEqual(counting.poll(ORDERS, [head(3, 5001)]), { orders: 1 })
  })

  it('knows nothing of a topic that may not be read', () => {
    assert.deepEqual(new Counting().poll(ORDERS, [head(1, HOUR, { outcome: HEAD_DENIED })]), {})
  })

  it('goes on over other topics, forgets what has gone, and counts anew in a topic made anew', () => {
    const counting = new Counting()
    counting.poll({ orders: 'a', refunds: 'b' }, [head(1, 0), head(1, 0, { topic: 'refunds' })])
    counting.poll({ orders: 'a', refunds: 'b' }, [head(9, HOUR), head(9, HOUR, { topic: 'refunds' })])
    assert.deepEqual(counting.poll({ accounts: 'c', orders: 'a' }, [head(9, HOUR)]), { orders: 1 })
    assert.deepEqual(counting.poll({ accounts: 'c', orders: 'd' }, [head(3, HOUR)]), { orders: 2 })
  })

  it('counts nothing twice over a restart', () => {
    const counting = new Counting()
    counting.poll(ORDERS, [head(5, HOUR)])
    counting.future = restoreFuture(new Map(counting.future.counts), new Map(counting.future.countedTo))
    assert.deepEqual(counting.poll(ORDERS, [head(5, HOUR)]), { orders: 1 })
  })
})
