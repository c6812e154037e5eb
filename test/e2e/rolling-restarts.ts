import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Samples, seriesOf } from './exposition-text.ts'
import { cellOf, takenAt } from './lag-clock.ts'
import { ask, committedOf, type StallWorld, states, unhealthyInAny } from './stall-world.ts'
import { startTraffic } from './traffic.ts'
import { brokerUp } from './world.ts'

const ROLLING = [
  { group: 'rolling-classic', kind: 'classic' },
  { group: 'rolling-consumer', kind: 'consumer' },
] as const

type Kind = 'classic' | 'consumer'

async function join({ kafka, lab }: StallWorld, group: string, wanted: Kind, n: number): Promise<void> {
  const member = { member: `${group}-${n}`, group, topics: ['rolling'], awaitAssigned: false }
  if (kafka.abilities.consumerGroups) await lab.join({ ...member, kind: wanted })
  // On 2.8 a group stands until members that its coordinator has not heard leave are given up: by default 45 s.
  else await lab.join({ ...member, kind: 'classic', configs: { 'session.timeout.ms': '6000' } })
}

function assertMoved(t: TestContext, from: Samples, to: Samples): void {
  const moved = ROLLING.flatMap(({ group }) =>
    Array.from({ length: 6 }, (_, p) => cellOf(group, 'rolling', p)).map(
      cell => committedOf(to, cell)! - committedOf(from, cell)!,
    ),
  )
  t.diagnostic(`records consumed meanwhile, by partition: ${moved}`)
  assert.ok(moved.every(records => records > 0))
}

export function registerRollingRestarts(world: () => StallWorld): void {
  test('neither consumers nor brokers that are restarted one after the other make a stall', async t => {
    const { kafka, lab, exporter } = world()
    const traffic = startTraffic(lab, 'rolling', 6)
    t.after(() => traffic.stop())
    for (const { group, kind } of ROLLING) for (const n of [1, 2, 3]) await join(world(), group, kind, n)
    const isQuiet = (s: Samples) =>
      ROLLING.every(({ group }) => {
        const { advancing = 0, caught_up = 0 } = states(s, group)
        return advancing + caught_up === 6
      })
    const start = await exporter.until('all partitions are consumed', isQuiet)
    const observed = exporter.observe()

    for (const n of [1, 2, 3]) {
      for (const { group, kind } of ROLLING) {
        await lab.leave(`${group}-${n}`)
        await join(world(), group, kind, n)
      }
      await exporter.nextPoll()
    }
    const consumersDone = await exporter.nextPoll()
    assertMoved(t, start.samples, consumersDone.samples)

    for (const id of [1, 2, 3]) {
      await kafka.broker(id).kill()
      await exporter.until(`broker ${id} is down`, s => brokerUp(s)[id] === 0)
      await kafka.broker(id).restart()
      await kafka.ready()
      await exporter.until(`broker ${id} is back and in sync`, s => {
        const under = seriesOf(s, 'kafka_topic_partition_under_replicated_partition')
        return brokerUp(s)[id] === 1 && under.every(series => s.get(series) === 0)
      })
    }
    const end = await exporter.until('all is as before', isQuiet)
    assertMoved(t, consumersDone.samples, end.samples)
    const thresholds = await Promise.all(
      ROLLING.map(({ group }) => ask(exporter, cellOf(group, 'rolling', 0))),
    )
    const lasted = (takenAt(end.samples) - takenAt(start.samples)) / 1_000
    const stood = observed
      .generations()
      .flatMap(({ samples }) =>
        seriesOf(samples, 'kafka_consumergroup_stalled_seconds', { topic: 'rolling' }).map(
          s => samples.get(s)!,
        ),
      )
    t.diagnostic(
      `${lasted} s, thresholds ${thresholds.map(one => one.thresholdSeconds)} s, one stood for ${Math.max(...stood)} s`,
    )
    assert.deepEqual(unhealthyInAny(observed.generations(), /^rolling-/), [])
    assert.deepEqual(observed.broken, [])
  })
}
