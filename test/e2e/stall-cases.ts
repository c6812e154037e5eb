import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitUntil } from '../harness/wait-until.ts'
import { valueIn } from './exposition-text.ts'
import { type Cell, cellOf, lagOf, polled, takenAt } from './lag-clock.ts'
import {
  ask,
  committedOf,
  isStalled,
  NO_CONSUMER_SECONDS,
  onset,
  PARTITIONS,
  POLL_SECONDS,
  type StallWorld,
  states,
  unhealthy,
  unhealthyInAny,
} from './stall-world.ts'

const WEDGED = 17
/** Where a threshold would be without what is learnt from the slow one's commits. */
const UNLEARNT_SECONDS = 2.9

/** One consumer that stands still in a bad way, and everything that looks like it and is none. */
export function registerStallCases(world: () => StallWorld): void {
  test('the first record of a sparse topic is work that has just begun', async () => {
    const { lab, exporter } = world()
    const cell = cellOf('sparse', 'sparse')
    const { thresholdSeconds } = await ask(exporter, cell)
    await exporter.until('nothing has come for longer than it may wait', s => {
      const age = valueIn(s, 'kafka_consumergroup_offset_advance_age_seconds', { ...cell })
      return age !== undefined && age > thresholdSeconds! + 1
    })
    await lab.steer('sparse', { wedged: [['sparse', 0]] })
    await lab.produce([{ topic: 'sparse', count: 1 }])
    const first = await exporter.until('it waits', s => lagOf(s, cell) === 1)
    assert.deepEqual(states(first.samples, 'sparse'), { advancing: 1 })
    await lab.steer('sparse', { wedged: [] })
    await exporter.until('it is consumed', s => states(s, 'sparse').caught_up === 1)
    assert.deepEqual(unhealthyInAny(exporter.generations, /^sparse$/), [])
  })

  test('a group that is scaled to zero has no consumer, and back again it has just begun', async () => {
    const { lab, exporter } = world()
    const cell = cellOf('scaled', 'scaled')
    const observed = exporter.observe()
    await lab.leave('scaled')
    await lab.produce([{ topic: 'scaled', count: 20 }])
    const state = 'no_consumer'
    await exporter.until('it has no consumer', s => unhealthy(s, /^scaled$/).length > 0)
    const { seconds, secondsBefore } = onset(polled(observed.generations()), { ...cell, state })
    // A poll shorter than told, for the beginning was seen up to a poll late.
    const patience = NO_CONSUMER_SECONDS - POLL_SECONDS
    assert.ok(seconds > patience && secondsBefore <= patience, `${seconds} s, ${secondsBefore} s before`)
    const { thresholdSeconds } = await ask(exporter, cell)
    await exporter.until(
      'more time has passed than a consumer may take',
      s => valueIn(s, 'kafka_consumergroup_stalled_seconds', { ...cell })! > thresholdSeconds! + 1,
    )

    // Back, and at first without a commit: a poll sees a member, work and no advance.
    await lab.join({
      ...{ member: 'scaled', kind: 'classic', group: 'scaled', topics: ['scaled'] },
      wedged: [['scaled', 0]],
    })
    const back = await exporter.nextPoll()
    assert.deepEqual(states(back.samples, 'scaled'), { advancing: 1 })
    assert.equal(lagOf(back.samples, cell), 20)
    await lab.steer('scaled', { wedged: [] })
    await exporter.until('it has caught up', s => states(s, 'scaled').caught_up === 1)
    assert.deepEqual(unhealthyInAny(exporter.generations, /^scaled$/), ['scaled scaled/0 no_consumer'])
  })

  test('a consumer wedged on one of 50 partitions is stalled there, and nowhere else', async t => {
    const { lab, exporter } = world()
    const cell = cellOf('wedge', 'many', WEDGED)
    const others = Array.from({ length: PARTITIONS }, (_, p) => cellOf('wedge', 'many', p)).filter(
      (_, p) => p !== WEDGED,
    )
    await exporter.until('all are known', s => states(s, 'wedge').unknown === undefined)
    const observed = exporter.observe()
    await lab.steer('many', { wedged: [['many', WEDGED]] })
    const { samples: stalled } = await exporter.until('it is stalled', s => isStalled(s, cell))
    const { thresholdSeconds, owner } = await ask(exporter, cell)
    assert.ok(thresholdSeconds! >= 2 && thresholdSeconds! <= 20, `threshold ${thresholdSeconds} s`)
    assert.equal(owner?.clientId, 'many')

    // The clock of the stall began with the last advance, or with the first poll after it that saw work.
    const seen = polled(observed.generations())
    const { seconds, secondsBefore, since } = onset(seen, { ...cell, state: 'stalled' })
    t.diagnostic(`threshold ${thresholdSeconds} s, stalled in the scrape at ${seconds} s`)
    assert.ok(seconds > thresholdSeconds!, `stalled at ${seconds} s, threshold ${thresholdSeconds} s`)
    assert.ok(secondsBefore <= thresholdSeconds!, `not stalled one poll before, at ${secondsBefore} s`)
    const last = committedOf(stalled, cell)
    const still = seen.filter(({ samples }) => committedOf(samples, cell) === last)
    const began = still.find(({ samples }) => lagOf(samples, cell)! > 0)!
    assert.equal(since, takenAt(began.samples))

    for (const { samples } of seen) {
      const { advancing = 0, caught_up = 0, ...bad } = states(samples, 'wedge')
      assert.equal(
        advancing + caught_up + (isStalled(samples, cell) ? 1 : 0),
        PARTITIONS,
        JSON.stringify(bad),
      )
    }
    assert.deepEqual(
      others.filter(other => !(committedOf(stalled, other)! > committedOf(began.samples, other)!)),
      [],
      'all others went on meanwhile',
    )

    await lab.steer('many', { wedged: [] })
    await waitUntil('it has committed', async () => {
      const { offsets } = (await lab.oracle()).groups.wedge!
      return offsets.some(o => o.partition === WEDGED && o.offset > last!)
    })
    const { samples: mended } = await exporter.nextPoll()
    assert.deepEqual(unhealthy(mended, /^wedge$/), [])
    assert.deepEqual(unhealthyInAny(observed.generations(), /^wedge$/), [`wedge many/${WEDGED} stalled`])
    assert.deepEqual(observed.broken, [])
  })

  test('who never commits, who has left a topic and who goes back are told apart from a stall', async () => {
    const { kafka, lab, exporter } = world()
    const [silent, left, replayed] = ['silent', 'left', 'replayed'].map(name => cellOf(name, name)) as [
      Cell,
      Cell,
      Cell,
    ]
    const observed = exporter.observe()
    await lab.commitOffsets([
      { group: 'left', offsets: [['left', 0, 2]] },
      { group: 'replayed', offsets: [['replayed', 0, 5]] },
    ])
    await exporter.until('both commits are read', s =>
      [left, replayed].every(c => committedOf(s, c) !== undefined),
    )
    await lab.commitOffsets([{ group: 'replayed', offsets: [['replayed', 0, 1]] }])
    await lab.join({ member: 'left', kind: 'classic', group: 'left', topics: ['idle'] })
    const { samples } = await exporter.nextPoll()
    assert.deepEqual(unhealthy(samples, /^left$/), ['left left/0 abandoned'])
    assert.equal(valueIn(samples, 'kafka_consumergroup_rewinds_total', { consumergroup: 'replayed' }), 1)
    assert.equal((await ask(exporter, replayed)).rewound, true)
    await lab.commitOffsets([{ group: 'replayed', offsets: [['replayed', 0, 5]] }])
    await exporter.until('its place is regained', s => states(s, 'replayed').caught_up === 1)
    assert.equal((await ask(exporter, replayed)).rewound, false)

    await lab.join({
      ...{ member: 'silent', group: 'silent', topics: ['silent'] },
      kind: kafka.abilities.consumerGroups ? 'consumer' : 'classic',
      commitEverySeconds: 3_600,
    })
    await exporter.until('it is told', s => unhealthy(s, /^silent$/).length > 0)
    const { thresholdSeconds, committedOffset } = await ask(exporter, silent)
    assert.equal(committedOffset, null)
    const { seconds, secondsBefore } = onset(polled(observed.generations()), {
      ...silent,
      state: 'never_committed',
    })
    assert.ok(seconds > thresholdSeconds! && secondsBefore <= thresholdSeconds!, `${seconds} s`)
    await lab.steer('silent', { commitEverySeconds: 0 })
    await exporter.until('it has committed', s => states(s, 'silent').caught_up === 1)
    assert.deepEqual(unhealthyInAny(observed.generations(), /^(silent|left|replayed)$/), [
      'left left/0 abandoned',
      'silent silent/0 never_committed',
    ])
    for (const member of ['left', 'silent']) await lab.leave(member)
  })

  test('who commits every few seconds is never stalled, nor is who has nothing to do', async t => {
    const { lab, exporter, traffic } = world()
    const cell = cellOf('slow', 'slow')
    const commits = () => new Set(exporter.generations.map(({ samples }) => committedOf(samples, cell))).size
    await exporter.until('its pace is learnt', () => commits() > 11)
    const slowest = polled(exporter.generations)
      .slice(-10)
      .map(({ samples }) => valueIn(samples, 'kafka_consumergroup_stalled_seconds', { ...cell })!)
    assert.ok(Math.max(...slowest) > UNLEARNT_SECONDS, `${slowest}: what was learnt was needed`)
    t.diagnostic(`without an advance for up to ${Math.max(...slowest)} s`)
    assert.deepEqual(unhealthyInAny(exporter.generations, /^(slow|idle)$/), [])
    assert.deepEqual(states(exporter.now(), 'idle'), { caught_up: 1 })
    await Promise.all(traffic.map(one => one.stop()))
    for (const member of ['many', 'slow', 'idle', 'sparse', 'scaled']) await lab.leave(member)
  })
}
