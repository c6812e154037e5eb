import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { budgeted } from './budgeted.ts'
import { familiesNamed } from './exposed.ts'
import { estate } from './sized-estate.ts'

const LAG = 'kafka_consumergroup_lag'
const DROPPED = 'kafka_health_exporter_series_dropped'
const families = familiesNamed(LAG, 'kafka_consumergroup_lag_sum', DROPPED)

/** How many partitions of each group have a lag. */
async function seen({ lines }: ReturnType<typeof budgeted>): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const line of await lines(LAG)) {
    const group = /consumergroup="(.*?)"/.exec(line)?.[1] ?? ''
    counts[group] = (counts[group] ?? 0) + 1
  }
  return counts
}

describe('metrics.max_series', () => {
  it('leaves out the partitions of the largest healthy groups, and says how many', async () => {
    const exporter = budgeted(families, { maxSeries: 70 })
    exporter.poll(estate({ a: 10, b: 30, c: 20, d: 20 }))
    // 80 lags and 4 sums; without b 54.
    assert.deepEqual(await seen(exporter), { a: 10, c: 20, d: 20 })
    assert.equal((await exporter.lines('kafka_consumergroup_lag_sum')).length, 4)
    assert.deepEqual(await exporter.lines(DROPPED), [
      'kafka_health_exporter_series_dropped{family="kafka_consumergroup_lag"} 30',
      'kafka_health_exporter_series_dropped{family="kafka_consumergroup_lag_sum"} 0',
    ])
    assert.deepEqual(exporter.logged, [
      'warn more series than metrics.max_series: of the largest healthy groups the roll-ups are published alone {"max_series":70,"series":84}',
    ])
  })

  it('is not reached: everything is there', async () => {
    const exporter = budgeted(families, { maxSeries: 84 })
    exporter.poll(estate({ a: 10, b: 30, c: 20, d: 20 }))
    assert.deepEqual(await seen(exporter), { a: 10, b: 30, c: 20, d: 20 })
    assert.deepEqual(await exporter.dropped(), {})
    assert.deepEqual(exporter.logged, [])
  })

  it('of 0 is no limit', async () => {
    const exporter = budgeted(families, { maxSeries: 0 })
    exporter.poll(estate({ a: 10, b: 3000 }))
    assert.deepEqual(await seen(exporter), { a: 10, b: 3000 })
  })

  it('never leaves out a partition in a bad state, and takes the groups that have one last', async () => {
    const exporter = budgeted(families, { maxSeries: 70 })
    exporter.poll(estate({ a: 10, b: 30, c: 20, d: 20 }, ['b', 'c']))
    assert.deepEqual(await seen(exporter), { a: 10, b: 30, c: 20 })
    exporter.poll(estate({ a: 10, b: 130, c: 20, d: 20 }, ['b', 'c']))
    assert.deepEqual(await seen(exporter), { b: 1, c: 20 })
  })

  it('lets a partition that turns bad appear at once, though its group is left out', async () => {
    const exporter = budgeted(families, { maxSeries: 70 })
    exporter.poll(estate({ a: 10, b: 60 }))
    assert.deepEqual(await seen(exporter), { a: 10 })
    exporter.poll(estate({ a: 10, b: 60 }, ['b']))
    assert.deepEqual(await seen(exporter), { a: 10, b: 1 })
    assert.deepEqual(await exporter.dropped(), { [LAG]: 59 })
    assert.equal(exporter.logged.length, 1)
  })

  it('does not flap while the total hovers about it, and gives back with room', async () => {
    const exporter = budgeted(families, { maxSeries: 100 })
    const history: string[] = []
    for (const size of [50, 48, 49, 50, 48, 45, 44, 45, 50]) {
      exporter.poll(estate({ a: 50, b: size }))
      history.push(JSON.stringify(await seen(exporter)))
    }
    assert.deepEqual(history, [
      '{"b":50}',
      '{"b":48}',
      '{"b":49}',
      '{"b":50}',
      '{"b":48}',
      '{"b":45}',
      // 96 and 2 sums are more than 95; 93 with a back.
      '{"b":44}',
      '{"b":45}',
      '{"b":50}',
    ])
    exporter.poll(estate({ a: 50, b: 43 }))
    assert.deepEqual(await seen(exporter), { a: 50, b: 43 })
    exporter.poll(estate({ a: 50, b: 47 }))
    assert.deepEqual(await seen(exporter), { a: 50, b: 47 })
    assert.deepEqual(
      exporter.logged.map(line => line.slice(0, line.indexOf(':'))),
      ['warn more series than metrics.max_series', 'info fewer series than metrics.max_series'],
    )
  })

  it('is of all clusters together', async () => {
    const exporter = budgeted(families, { maxSeries: 100 }, ['north', 'south'])
    exporter.poll(estate({ a: 40 }), 'north')
    exporter.poll(estate({ a: 50, b: 20 }), 'south')
    assert.deepEqual(
      (await exporter.lines('kafka_consumergroup_lag_sum', LAG)).filter(line => line.includes('"a"')).length,
      40 + 2,
    )
    assert.deepEqual(await exporter.dropped(), { [LAG]: 50 })
    exporter.poll(estate({ a: 80 }), 'north')
    assert.deepEqual(await exporter.dropped(), { [LAG]: 50 + 80 })
    exporter.budget.forget('north')
    exporter.poll(estate({ a: 50, b: 20 }), 'south')
    // Nobody publishes north any more; here it is as it was.
    assert.deepEqual(await seen(exporter), { a: 50, b: 20 })
  })

  it('goes on to the partitions of topics, then to the topics of groups, and says where that is too little', async () => {
    const wide = familiesNamed(
      LAG,
      'kafka_consumergroup_lag_sum',
      'kafka_consumergroup_lag_max',
      'kafka_topic_partition_current_offset',
      DROPPED,
    )
    const partitions = 'kafka_topic_partition_current_offset'
    const exporter = budgeted(wide, { maxSeries: 25 })
    // Each partition is a series of the topic.
    exporter.poll(estate({ a: 10, b: 20 }))
    assert.deepEqual(await exporter.dropped(), { [LAG]: 30 })
    exporter.poll(estate({ a: 10, b: 30 }))
    assert.deepEqual(await exporter.dropped(), { [LAG]: 40, [partitions]: 30 })
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, g) => [`g${g}`, 1]))
    exporter.poll(estate(many))
    assert.deepEqual(await exporter.dropped(), {
      [LAG]: 20,
      [partitions]: 1,
      kafka_consumergroup_lag_sum: 15,
    })
    assert.equal(exporter.logged.length, 1)
    exporter.poll(estate({ ...many, h: 1, i: 1, j: 1, k: 1, l: 1, m: 1 }))
    assert.equal(
      exporter.logged[1],
      'warn metrics.max_series is exceeded by roll-ups and by what needs attention, which are never left out {"max_series":25,"series":26}',
    )
  })

  it('counts what somebody chose to leave out as gone', async () => {
    const granularity = [{ clusters: null, groups: [/^b$/], topics: null, granularity: 'topic' as const }]
    const exporter = budgeted(families, { maxSeries: 70, granularity })
    exporter.poll(estate({ a: 10, b: 300, c: 20 }))
    assert.deepEqual(await seen(exporter), { a: 10, c: 20 })
    assert.deepEqual(await exporter.dropped(), {})
    assert.deepEqual(exporter.logged, [])
  })

  it('lets clusters with different needs be published differently', async () => {
    const granularity = [
      { clusters: [/^staging$/], groups: null, topics: null, granularity: 'topic' as const },
    ]
    const exporter = budgeted(families, { granularity }, ['production', 'staging'])
    exporter.poll(estate({ a: 2 }), 'production')
    exporter.poll(estate({ a: 2 }), 'staging')
    assert.deepEqual(await exporter.lines(LAG, 'kafka_consumergroup_lag_sum'), [
      'kafka_consumergroup_lag{kafka_cluster="production",consumergroup="a",topic="t",partition="0"} 1',
      'kafka_consumergroup_lag{kafka_cluster="production",consumergroup="a",topic="t",partition="1"} 1',
      'kafka_consumergroup_lag_sum{kafka_cluster="production",consumergroup="a",topic="t"} 2',
      'kafka_consumergroup_lag_sum{kafka_cluster="staging",consumergroup="a",topic="t"} 2',
    ])
  })

  it('takes other settings from the next poll on', async () => {
    const exporter = budgeted(families, { maxSeries: 70 })
    const snapshot = estate({ a: 10, b: 60 })
    exporter.poll(snapshot)
    exporter.budget.use({ families, granularity: [], maxSeries: 0 })
    assert.deepEqual(await seen(exporter), { a: 10 })
    exporter.poll({ ...snapshot })
    assert.deepEqual(await seen(exporter), { a: 10, b: 60 })
  })

  it('counts clusters that were not polled since with the families that are switched on now', async () => {
    const two = familiesNamed(LAG, 'kafka_consumergroup_current_offset', 'kafka_consumergroup_lag_sum')
    const exporter = budgeted(families, { maxSeries: 9_100 }, ['north', 'south'])
    const estates = { north: estate({ a: 2_000, b: 2_000 }), south: estate({ c: 2_500, d: 2_500 }) }
    for (const [name, snapshot] of Object.entries(estates)) exporter.poll(snapshot, name)
    exporter.budget.use({ families: two, granularity: [], maxSeries: 9_100 })
    const left: string[] = []
    for (const name of ['north', 'south', 'north', 'south'] as const) {
      exporter.poll({ ...estates[name] }, name)
      const details = Object.values(estates).map(each => exporter.budget.detailOf(each).inForce.blocks ?? [])
      left.push(details.map(blocks => [...blocks].join()).join(' '))
    }
    // Twice 9,000 and four sums; of that 10,000 go.
    assert.deepEqual(left, Array(4).fill('0,0 1,1'))
  })

  it('of other settings is heeded by what was never counted', async () => {
    const exporter = budgeted(families, { maxSeries: 0 }, ['north', 'south'])
    exporter.poll(estate({ a: 60 }), 'north')
    exporter.poll(estate({ b: 50 }), 'south')
    exporter.budget.use({ families, granularity: [], maxSeries: 70 })
    exporter.poll(estate({ b: 50 }), 'south')
    assert.deepEqual(await seen(exporter), { b: 50 })
  })

  it('keeps one rendering for all scrapers of a poll, and for a layout that goes on the same decision', () => {
    const exporter = budgeted(families, { maxSeries: 70 })
    const snapshot = estate({ a: 10, b: 60 })
    exporter.poll(snapshot)
    const detail = exporter.budget.detailOf(snapshot)
    const next = { ...snapshot }
    exporter.poll(next)
    assert.equal(exporter.budget.detailOf(next), detail)
  })
})
