import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Contender } from '../../../bench/peers/contender.ts'
import { ours } from '../../../bench/peers/contenders.ts'
import { familiesLike } from '../../../bench/peers/families.ts'
import { goalsOf } from '../../../bench/peers/goals.ts'
import type { Measured } from '../../../bench/peers/measured.ts'
import { goalTable } from '../../../bench/peers/report.ts'

const peer = (name: string): Contender => ({
  name,
  model: 'scrape',
  role: 'peer',
  command: () => ({ program: name, args: [], env: {} }),
  generationOf: () => null,
})
const measured = (contender: Contender, values: Partial<Measured>): Measured => ({
  contender,
  scrapes: 4,
  firstByteMs: Number.NaN,
  wholeMs: Number.NaN,
  series: 1_000,
  bytes: 0,
  twoMs: Number.NaN,
  cpuMs: Number.NaN,
  peakRssBytes: Number.NaN,
  requests: Number.NaN,
  requestsOfTwo: Number.NaN,
  bytesFromKafka: Number.NaN,
  gateMs: Number.NaN,
  delayedMs: Number.NaN,
  hungMs: Number.NaN,
  ...values,
})

test('each goal is judged beside the peer that is better in it, with the families of that peer', () => {
  const all = [
    measured(peer('kminion'), { wholeMs: 400, peakRssBytes: 200e6 }),
    measured(peer('kafka_exporter'), { wholeMs: 9_000, peakRssBytes: 100e6 }),
    measured(ours('kminion'), { wholeMs: 20, peakRssBytes: 70e6, gateMs: 10, delayedMs: 15 }),
    measured(ours('kafka_exporter'), { wholeMs: 30, peakRssBytes: 80e6, hungMs: 40 }),
    measured(ours('all'), { wholeMs: 0.3 }),
  ]
  assert.equal(
    goalTable(goalsOf(all, 50_000)),
    `| goal | of | measured | limit |  |
| --- | --: | --: | --: | --: |
| scrape, whole, share of the better peer | ours, families of kminion / kminion | 0.05 | 0.1 | reached |
| peak RSS, share of the better peer | ours, families of kafka_exporter / kafka_exporter | 0.8 | 0.5 | **not reached** |
| scrape with 1 ms more a request, share of that without | ours, families of kminion | 1.5 | 1.25 | **not reached** |
| longest scrape while a broker hangs, ms | ours, families of kafka_exporter | 40 | 100 | reached |
| µs a series, first scrape | ours, all families | 0.3 | 0.2 | **not reached** |`,
  )
})

test('from 200,000 group-partitions on less CPU is allowed, and memory has a limit of its own', () => {
  const all = [
    measured(peer('kminion'), { cpuMs: 4_000 }),
    measured(ours('kminion'), { cpuMs: 600, peakRssBytes: 221e6 }),
  ]
  const verdicts = goalsOf(all, 200_000).map(goal => [goal.measured, goal.limit])
  assert.deepEqual(verdicts, [
    [0.15, 0.125],
    [221, 220],
  ])
})

test('the families of a peer are published, and no others', () => {
  const { include, exclude } = familiesLike('kminion')
  assert.deepEqual(include, [])
  assert.ok(!exclude.includes('kafka_consumergroup_lag'))
  assert.ok(exclude.includes('kafka_consumergroup_lag_seconds'))
  assert.deepEqual(familiesLike('all'), { include: ['.*'], exclude: [] })
})
