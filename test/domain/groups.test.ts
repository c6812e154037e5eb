import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CATALOG } from '../../src/catalog/catalog.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { BROKERS, type GroupSays, observe, observeNothing } from '../fakes/observations.ts'
import { cellOf, Tracking } from './tracking.ts'

const T0 = 1_700_000_000_000
const at = (poll: number) => T0 + poll * 15_000
const topics = { orders: [[0, 9] as const, [0, 9] as const] }

/** Samples of one family as text, as a scrape would show them. */
function samples(snapshot: Snapshot, name: string): readonly string[] {
  const family = CATALOG.find(f => f.name === name)
  if (family?.kind !== 'sample') throw new Error(`${name} is not a sample family`)
  return [...family.samples(snapshot)].map(([value, ...labels]) => `${labels.join(' ')} = ${value}`)
}

describe('a group that is no longer listed', () => {
  const groups = { billing: { commits: { 'orders/0': 3 } } }

  it('ends with the second complete listing without it', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics, groups }))
    const missed = tracking.poll(observe({ at: at(1), topics }))
    assert.deepEqual(samples(missed, 'kafka_consumergroup_up'), ['billing = 0'])
    assert.equal(cellOf(missed, 'billing', 'orders', 0)?.lag, 6)
    const ended = tracking.poll(observe({ at: at(2), topics }))
    assert.deepEqual(samples(ended, 'kafka_consumergroup_up'), [])
    assert.equal(cellOf(ended, 'billing', 'orders', 0), null)
  })

  it('lives on while a broker that could have listed it is silent, its numbers for max_reading_age', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics, groups }))
    for (let poll = 1; poll <= 3; poll++) {
      const held = tracking.poll(observe({ at: at(poll), topics, groupsComplete: false }))
      assert.equal(cellOf(held, 'billing', 'orders', 0)?.lag, 6, `poll ${poll}`)
      assert.deepEqual(samples(held, 'kafka_consumergroup_exists'), ['billing = 1'])
    }
    const late = tracking.poll(observe({ at: at(4), topics, groupsComplete: false }))
    assert.equal(cellOf(late, 'billing', 'orders', 0)?.lag, Number.NaN)
    assert.deepEqual(samples(late, 'kafka_consumergroup_exists'), [])
    assert.deepEqual(samples(late, 'kafka_consumergroup_up'), ['billing = 0'])
    assert.deepEqual(samples(late, 'kafka_consumergroup_read_errors_total'), [
      'billing COORDINATOR_NOT_AVAILABLE = 4',
    ])
  })

  it('is not told of as missing, too, before it has ended', () => {
    const tracking = new Tracking(T0, { configuredGroups: new Set(['billing']) })
    tracking.poll(observe({ at: at(0), topics, groups }))
    const missingGroups = { billing: { kind: 'absent' as const } }
    const missed = tracking.poll(observe({ at: at(1), topics, missingGroups }))
    assert.deepEqual(samples(missed, 'kafka_consumergroup_exists'), ['billing = 1'])
    assert.deepEqual(samples(missed, 'kafka_consumergroup_up'), ['billing = 0'])
    const ended = tracking.poll(observe({ at: at(2), topics, missingGroups }))
    assert.deepEqual(samples(ended, 'kafka_consumergroup_exists'), ['billing = 0'])
    assert.deepEqual(samples(ended, 'kafka_consumergroup_up'), ['billing = 1'])
  })

  it('comes back with the clock it had', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics, groups }))
    tracking.poll(observe({ at: at(1), topics, groupsComplete: false }))
    const back = tracking.poll(observe({ at: at(2), topics, groups }))
    assert.deepEqual(cellOf(back, 'billing', 'orders', 0), { committed: 3, lag: 6, ageSeconds: 30 })
  })
})

describe('read errors', () => {
  it('are published at 0 first, then at their count, and stay', () => {
    const tracking = new Tracking(T0)
    const denied = { secret: { commits: null, failure: 'GROUP_AUTHORIZATION_FAILED' } }
    const read = { secret: { commits: { 'orders/0': 3 } } }
    const shown = [denied, denied, read].map((groups, poll) =>
      samples(
        tracking.poll(observe({ at: at(poll), topics, groups })),
        'kafka_consumergroup_read_errors_total',
      ),
    )
    assert.deepEqual(shown, [
      ['secret GROUP_AUTHORIZATION_FAILED = 0'],
      ['secret GROUP_AUTHORIZATION_FAILED = 2'],
      ['secret GROUP_AUTHORIZATION_FAILED = 2'],
    ])
  })
})

describe('rebalances', () => {
  const members = (...ids: string[]) => Object.fromEntries(ids.map(id => [id, ['orders/0']]))
  const cases: readonly {
    readonly name: string
    readonly polls: readonly GroupSays[]
    readonly counts: readonly number[]
  }[] = [
    {
      name: 'a state left and regained is one',
      polls: [
        { state: 'Stable' },
        { state: 'PreparingRebalance' },
        { state: 'CompletingRebalance' },
        { state: 'Stable' },
      ],
      counts: [0, 1, 1, 1],
    },
    {
      name: 'members that changed between two polls are one',
      polls: [{ members: members('a') }, { members: members('a', 'b') }, { members: members('b', 'a') }],
      counts: [0, 1, 1],
    },
    {
      name: 'a state and the members that it brings are one',
      polls: [
        { members: members('a') },
        { state: 'PreparingRebalance' },
        { state: 'Stable', members: members('a', 'b') },
        { state: 'Stable', members: members('a', 'b') },
      ],
      counts: [0, 1, 1, 1],
    },
    {
      name: 'an epoch that moved with the same members is one',
      polls: [
        { kind: 'consumer', epoch: 4, members: members('a') },
        { kind: 'consumer', epoch: 5, members: members('a') },
      ],
      counts: [0, 1],
    },
    {
      name: 'the last member leaving and another one joining are two',
      polls: [{ state: 'Stable' }, { state: 'Empty' }, { state: 'Stable' }],
      counts: [0, 1, 2],
    },
    {
      name: 'a state that was not told is none',
      polls: [{ state: 'Stable' }, { state: '' }, { state: 'Stable' }],
      counts: [0, 0, 0],
    },
  ]
  for (const { name, polls, counts } of cases) {
    it(name, () => {
      const tracking = new Tracking(T0)
      const counted = polls.map((billing, poll) => {
        const snapshot = tracking.poll(observe({ at: at(poll), topics, groups: { billing } }))
        return snapshot.groups[0]?.rebalances
      })
      assert.deepEqual(counted, counts)
    })
  }
})

describe('members', () => {
  it('are kept between descriptions, dropped when too old, and none when the group is empty', () => {
    const tracking = new Tracking(T0, { descriptionMaxAgeMs: 60_000 })
    const count = (poll: number, billing: GroupSays) =>
      tracking.poll(observe({ at: at(poll), topics, groups: { billing } })).groups[0]?.members?.length
    assert.equal(count(0, { members: { a: ['orders/0'], b: ['orders/1'] } }), 2)
    assert.equal(count(4, {}), 2)
    assert.equal(count(5, {}), undefined)
    assert.equal(count(6, { state: 'Empty' }), 0)
  })

  it('keep their partitions when other topics come', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics, groups: { billing: { members: { a: ['orders/1'] } } } }))
    const wider = { alpha: [[0, 1] as const], ...topics }
    const snapshot = tracking.poll(observe({ at: at(1), topics: wider, groups: { billing: {} } }))
    assert.deepEqual(samples(snapshot, 'kafka_consumergroup_partition_owner_info'), [
      'billing orders 1 a-client 10.0.0.7 = 1',
    ])
  })
})

describe('topics', () => {
  it('are down with one leaderless partition, and missing ones by what was said of them', () => {
    const snapshot = new Tracking(T0, { configuredTopics: new Set(['gone', 'secret', 'orders']) }).poll(
      observe({
        at: at(0),
        topics: { ...topics, calm: [[0, 1]] },
        leaderless: ['orders/1'],
        missingTopics: {
          gone: { kind: 'absent' },
          secret: { kind: 'denied', code: 'TOPIC_AUTHORIZATION_FAILED' },
        },
      }),
    )
    assert.deepEqual(samples(snapshot, 'kafka_topic_up'), ['calm = 1', 'orders = 0', 'gone = 0'])
    assert.deepEqual(samples(snapshot, 'kafka_topic_read_errors_total'), [
      'secret TOPIC_AUTHORIZATION_FAILED = 0',
    ])
  })

  it('count the groups with a commit or an assignment once', () => {
    const groups = {
      both: { commits: { 'orders/0': 1 }, members: { a: ['orders/0'] } },
      assigned: { members: { b: ['orders/1'] } },
      elsewhere: { commits: { 'calm/0': 1 } },
    }
    const snapshot = new Tracking(T0).poll(
      observe({ at: at(0), topics: { ...topics, calm: [[0, 1]] }, groups }),
    )
    assert.deepEqual(snapshot.topology.topics, ['calm', 'orders'])
    assert.deepEqual([...snapshot.topics.consumerGroups], [1, 2])
  })

  it('unread partitions are counted per topic and poll, and withdrawn with the topic', () => {
    const tracking = new Tracking(T0)
    tracking.poll(observe({ at: at(0), topics: { orders: [null, null] } }))
    const second = tracking.poll(observe({ at: at(1), topics: { orders: [null, [0, 1]] } }))
    assert.deepEqual(samples(second, 'kafka_topic_read_errors_total'), ['orders NOT_LEADER_OR_FOLLOWER = 2'])
    const gone = tracking.poll(observe({ at: at(2), topics: {} }))
    assert.deepEqual(samples(gone, 'kafka_topic_read_errors_total'), [])
  })
})

describe('brokers', () => {
  const broker = (id: number, responseMs: number | null) => ({
    id,
    host: `kafka-${id}`,
    port: 9092,
    responseMs,
    failure: responseMs === null ? { code: 'TIMEOUT', message: 'no answer' } : null,
  })

  it('that leave the metadata are down until they are forgotten', () => {
    const tracking = new Tracking(T0, { brokerForgetAfterMs: 30_000 })
    const up = (poll: number, ...brokers: ReturnType<typeof broker>[]) =>
      samples(tracking.poll(observe({ at: at(poll), topics, brokers })), 'kafka_broker_up')
    assert.deepEqual(up(0, broker(1, 2), broker(2, 2)), ['1 = 1', '2 = 1'])
    assert.deepEqual(up(1, broker(1, 2), broker(2, null)), ['1 = 1', '2 = 0'])
    assert.deepEqual(up(2, broker(1, 2)), ['1 = 1', '2 = 0'])
    assert.deepEqual(up(3, broker(1, 2)), ['1 = 1'])
  })

  it('are not forgotten for an outage of the whole cluster', () => {
    const tracking = new Tracking(T0, { brokerForgetAfterMs: 30_000 })
    const up = (snapshot: Snapshot) => samples(snapshot, 'kafka_broker_up')
    tracking.poll(observe({ at: at(0), topics, brokers: [broker(1, 2), broker(2, 2)] }))
    for (const poll of [1, 2, 3]) tracking.poll(observeNothing(at(poll)))
    const back = observe({ at: at(4), topics, brokers: [broker(1, 2)] })
    assert.deepEqual(up(tracking.poll(back)), ['1 = 1', '2 = 0'])
  })
})

describe('the last successful poll', () => {
  const shown = (snapshot: Snapshot) => snapshot.poll.lastSuccessAt
  const error = { stage: 'slow', code: 'CLUSTER_AUTHORIZATION_FAILED', node: 1, message: 'denied' } as const

  it('is one in which every broker answered, whatever it said', () => {
    const tracking = new Tracking(T0)
    assert.equal(shown(tracking.poll(observeNothing(at(0)))), 0)
    assert.equal(shown(tracking.poll(observe({ at: at(1), topics, errors: [error] }))), at(1))
    const [first, ...others] = BROKERS
    const silent = { ...first, id: 1, host: 'kafka-1', port: 9092, responseMs: null, failure: null }
    assert.equal(shown(tracking.poll(observe({ at: at(2), topics, brokers: [silent, ...others] }))), at(1))
    assert.equal(shown(tracking.poll(observe({ at: at(3), topics }))), at(3))
  })
})

describe('another cluster at the same address', () => {
  it('takes nothing over but the counters of this process', () => {
    const tracking = new Tracking(T0)
    const groups = { billing: { commits: { 'orders/0': 3 } } }
    tracking.poll(observe({ at: at(0), topics, groups }))
    const snapshot = tracking.poll(observe({ at: at(1), topics, groups, clusterId: 'cluster-2' }))
    assert.equal(snapshot.poll.clockStartAt, at(1))
    assert.equal(cellOf(snapshot, 'billing', 'orders', 0)?.ageSeconds, 0)
    assert.equal(snapshot.poll.requests.get('Metadata'), 2)
  })
})

describe('configured items while no broker was ever reached', () => {
  it('are a group that could not be read, and a topic of which nothing is known', () => {
    const configuredTopics = new Set(['orders'])
    const configuredGroups = new Set(['billing'])
    const snapshot = new Tracking(T0, { configuredTopics, configuredGroups }).poll(observeNothing(at(0)))
    assert.deepEqual(samples(snapshot, 'kafka_consumergroup_up'), ['billing = 0'])
    assert.deepEqual(samples(snapshot, 'kafka_consumergroup_exists'), [])
    assert.deepEqual(samples(snapshot, 'kafka_topic_up'), [])
  })

  it('are not called read while no broker can be asked', () => {
    const missingGroups = { billing: { kind: 'absent' as const } }
    const tracking = new Tracking(T0, { configuredGroups: new Set(['billing']) })
    const asked = tracking.poll(observe({ at: at(0), topics, missingGroups }))
    assert.deepEqual(samples(asked, 'kafka_consumergroup_up'), ['billing = 1'])
    const unasked = tracking.poll(observeNothing(at(1)))
    assert.deepEqual(samples(unasked, 'kafka_consumergroup_up'), ['billing = 0'])
    assert.deepEqual(samples(unasked, 'kafka_consumergroup_exists'), ['billing = 0'])
  })
})

describe('requests', () => {
  it('are counted from 0, which is published first', () => {
    const tracking = new Tracking(T0)
    const shown = (poll: number) =>
      samples(tracking.poll(observe({ at: at(poll), topics })), 'kafka_health_exporter_requests_total')
    assert.deepEqual(shown(0), ['Metadata = 0'])
    assert.deepEqual(shown(1), ['Metadata = 2'])
  })
})
