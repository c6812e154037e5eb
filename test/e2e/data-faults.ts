import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitUntil } from '../harness/wait-until.ts'
import { labelsOf, seriesOf, valueIn } from './exposition-text.ts'
import { readableWithout, report, type World } from './world.ts'

/** Faults of topics, groups, commits and dependencies; all brokers are well. */
export function registerDataFaults(world: () => World): void {
  test('a commit beyond the end of the log: no lag, but a series that says so', async t => {
    const { exporter, lab } = world()
    const observed = exporter.observe()
    const untouched = readableWithout(exporter.now(), [])
    await lab.createTopics([{ name: 'short', partitions: 2 }])
    await lab.produce([{ topic: 'short', count: 5 }])
    await lab.commitOffsets([
      {
        group: 'ahead',
        offsets: [
          ['short', 0, 500],
          ['short', 1, 0],
        ],
      },
    ])
    const ahead = { consumergroup: 'ahead', topic: 'short' }
    const beyond = 'kafka_consumergroup_commits_beyond_end'
    const { samples } = await exporter.until('it is told', s => valueIn(s, beyond, ahead) === 1)
    assert.equal(valueIn(samples, 'kafka_consumergroup_current_offset', { ...ahead, partition: '0' }), 500)
    assert.deepEqual(
      seriesOf(samples, 'kafka_consumergroup_lag', ahead).map(s => labelsOf(s).partition),
      ['1'],
    )
    assert.equal(valueIn(samples, 'kafka_consumergroup_lag_sum', ahead), undefined)

    await lab.commitOffsets([{ group: 'ahead', offsets: [['short', 0, 3]] }])
    const mended = (await exporter.until('it is mended', s => valueIn(s, beyond, ahead) === 0)).samples
    assert.equal(valueIn(mended, 'kafka_consumergroup_lag_sum', ahead), 2)
    assert.equal(valueIn(mended, 'kafka_consumergroup_rewinds_total', ahead), 1)
    assert.deepEqual(observed.gapsOf(untouched), [])
    assert.deepEqual(observed.broken, [])
    report(t, observed)
  })

  test('a group that is deleted leaves no series, and a configured one says that it does not exist', async t => {
    const { exporter, lab } = world()
    await lab.commitOffsets([
      { group: 'doomed', offsets: [['orders', 0, 2]] },
      { group: 'expected', offsets: [['orders', 1, 3]] },
    ])
    const both = ['doomed', 'expected']
    const exists = 'kafka_consumergroup_exists'
    await exporter.until('both are read', s =>
      both.every(group => valueIn(s, 'kafka_consumergroup_lag', { consumergroup: group }) !== undefined),
    )
    const observed = exporter.observe()
    const untouched = readableWithout(exporter.now(), []).filter(
      series => !both.includes(labelsOf(series).consumergroup ?? ''),
    )
    await lab.deleteGroups(both)
    // A coordinator that moves may be without its groups for one list: the second without it ends a group.
    await exporter.nextPoll()
    const { samples } = await exporter.nextPoll()
    assert.deepEqual(
      [...samples.keys()].filter(series => labelsOf(series).consumergroup === 'doomed'),
      [],
    )
    assert.equal(valueIn(samples, exists, { consumergroup: 'expected' }), 0)
    assert.equal(valueIn(samples, 'kafka_consumergroup_up', { consumergroup: 'expected' }), 1)
    assert.deepEqual(seriesOf(samples, 'kafka_consumergroup_lag', { consumergroup: 'expected' }), [])
    assert.deepEqual(observed.gapsOf(untouched), [])
    assert.deepEqual(observed.broken, [])
    report(t, observed)
  })

  test('a topic deleted and made anew with fewer records is another topic', async t => {
    const { exporter, lab } = world()
    const { again: firstId } = await lab.createTopics([{ name: 'again', partitions: 2 }])
    await lab.produce([
      { topic: 'again', count: 100 },
      { topic: 'again', partition: 1, count: 100 },
    ])
    const commit = (offset: number) =>
      lab.commitOffsets([
        {
          group: 'reader',
          offsets: [
            ['again', 0, offset],
            ['again', 1, offset],
            ['orders', 0, 6],
          ],
        },
      ])
    await commit(90)
    const reader = { consumergroup: 'reader', topic: 'again' }
    await exporter.until('it is read', s => valueIn(s, 'kafka_consumergroup_lag_sum', reader) === 20)
    const untouched = readableWithout(exporter.now(), []).filter(series => labelsOf(series).topic !== 'again')
    const observed = exporter.observe(/topic="again"/)

    await lab.deleteTopics(['again'])
    const { again: secondId } = await recreated(world())
    await lab.produce([{ topic: 'again', count: 3 }])
    const ends = { 0: 3, 1: 0 }
    const { samples } = await exporter.until('the new log is read', s => {
      const again = seriesOf(s, 'kafka_topic_partition_current_offset', { topic: 'again' })
      return again.length === 2 && again.every(one => s.get(one) === ends[labelsOf(one).partition as '0'])
    })
    assert.notEqual(secondId, firstId)
    assert.deepEqual(
      seriesOf(samples, 'kafka_topic_info', { topic: 'again' }).map(series => labelsOf(series).topic_id),
      [secondId],
    )

    await commit(1)
    const anew = await exporter.until('the new commits are read', s => {
      return valueIn(s, 'kafka_consumergroup_current_offset', { ...reader, partition: '0' }) === 1
    })
    assert.equal(valueIn(anew.samples, 'kafka_consumergroup_lag', { ...reader, partition: '0' }), 2)
    assert.equal(valueIn(anew.samples, 'kafka_consumergroup_commits_beyond_end', reader), 1)
    assert.equal(valueIn(anew.samples, 'kafka_consumergroup_lag_sum', reader), undefined)
    assert.equal(valueIn(anew.samples, 'kafka_topic_up', { topic: 'again' }), 1)
    for (const { samples: seen } of observed.generations()) {
      const lags = seriesOf(seen, 'kafka_consumergroup_lag', reader).map(series => seen.get(series)!)
      assert.ok(
        lags.every(lag => lag <= 10),
        `no lag is made of two logs: ${lags}`,
      )
    }
    assert.deepEqual(observed.gapsOf(untouched), [])
    assert.deepEqual(observed.broken, [])
    report(t, observed)
    await lab.deleteTopics(['again'])
    await lab.deleteGroups(['reader'])
    await exporter.until('both are gone', s => {
      const ofReader = seriesOf(s, 'kafka_consumergroup_up', { consumergroup: 'reader' })
      return ofReader.length === 0 && valueIn(s, 'kafka_topic_up', { topic: 'again' }) === undefined
    })
  })

  for (const [how, down, up] of [
    ['down', (w: World) => w.postgres.stop(), (w: World) => w.postgres.start()],
    ['frozen', (w: World) => w.postgres.freeze(), (w: World) => w.postgres.thaw()],
  ] as const) {
    test(`Postgres ${how} and back is its own trouble`, async t => {
      const { exporter } = world()
      const dependencyUp = 'kafka_health_dependency_up'
      const ping = 'kafka_health_dependency_ping_seconds'
      await exporter.until('it is up', s => valueIn(s, dependencyUp) === 1)
      const observed = exporter.observe()
      const untouched = readableWithout(exporter.now(), [])
      await down(world())
      const { samples } = await exporter.until('it is down', s => valueIn(s, dependencyUp) === 0)
      assert.equal(valueIn(samples, ping), undefined)
      const { dependencies } = (await exporter.json('/api/v1/dependencies')) as {
        dependencies: { name: string; up: boolean; failure: { code: string } | null }[]
      }
      assert.deepEqual(
        dependencies.map(({ name, up, failure }) => [name, up, failure?.code]),
        [['orders-db', false, how === 'frozen' ? 'TIMEOUT' : dependencies[0]?.failure?.code]],
      )
      assert.match(dependencies[0]?.failure?.code ?? '', /^(TIMEOUT|CONNECTION_(REFUSED|CLOSED|FAILED))$/)
      await up(world())
      const back = await exporter.until('it is back', s => valueIn(s, dependencyUp) === 1)
      assert.ok(valueIn(back.samples, ping)! > 0)
      assert.deepEqual(observed.gapsOf(untouched), [])
      assert.ok(observed.generations().every(one => valueIn(one.samples, 'kafka_up') === 1))
      assert.deepEqual(observed.broken, [])
      report(t, observed)
    })
  }
}

/** The name is free a moment after the deletion. */
async function recreated({ lab }: World): Promise<Record<string, string>> {
  return waitUntil('the topic is made anew', () => lab.createTopics([{ name: 'again', partitions: 2 }]))
}
