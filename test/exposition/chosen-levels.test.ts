import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenLevels, type GranularityRule } from '../../src/exposition/chosen-levels.ts'
import { toEnd } from '../../src/model/steps.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'

const cell = { committed: 1, lag: 0 }
const { layout } = buildSnapshot({
  topics: ['logs', 'orders', 'wide'].map(name => ({ name, partitions: [{}] })),
  groups: [
    { id: 'batch', commits: { orders: { 0: cell }, wide: { 0: cell } } },
    { id: 'mirror', commits: { logs: { 0: cell }, orders: { 0: cell } } },
  ],
})

const ANYTHING: GranularityRule = { clusters: null, groups: null, topics: null, granularity: 'topic' }

/** 0 partition, 1 topic, 2 group, by (group, topic) and by topic. */
function levelsOf(...rules: readonly Partial<GranularityRule>[]) {
  const whole = rules.map(rule => ({ ...ANYTHING, ...rule }))
  const { blocks, topics } = toEnd(chosenLevels(whole, 'north', layout))
  const pairs = ['batch orders', 'batch wide', 'mirror logs', 'mirror orders']
  return {
    blocks: blocks && Object.fromEntries(pairs.map((pair, b) => [pair, blocks[b]])),
    topics: topics && Object.fromEntries(layout.topology.topics.map((topic, t) => [topic, topics[t]])),
  }
}

test('without a rule, and where none matches, everything is by partition', () => {
  assert.deepEqual(levelsOf(), { blocks: null, topics: null })
  assert.deepEqual(levelsOf({ groups: [/^none$/] }), { blocks: null, topics: null })
})

test('groups alone speak of the groups on all topics, and not of topics', () => {
  assert.deepEqual(levelsOf({ groups: [/^mirror$/], granularity: 'group' }), {
    blocks: { 'batch orders': 0, 'batch wide': 0, 'mirror logs': 2, 'mirror orders': 2 },
    topics: null,
  })
})

test('topics alone speak of topics and of every group on them', () => {
  assert.deepEqual(levelsOf({ topics: [/^orders$/] }), {
    blocks: { 'batch orders': 1, 'batch wide': 0, 'mirror logs': 0, 'mirror orders': 1 },
    topics: { logs: 0, orders: 1, wide: 0 },
  })
})

test('both speak of such groups on such topics', () => {
  assert.deepEqual(levelsOf({ groups: [/^mirror$/], topics: [/^orders$/, /^wide$/] }), {
    blocks: { 'batch orders': 0, 'batch wide': 0, 'mirror logs': 0, 'mirror orders': 1 },
    topics: null,
  })
})

test('the first that matches holds', () => {
  const rules: readonly Partial<GranularityRule>[] = [
    { groups: [/^batch$/], topics: [/^orders$/], granularity: 'partition' },
    { groups: [/^batch$/], granularity: 'group' },
    { topics: [/.*/], granularity: 'topic' },
  ]
  assert.deepEqual(levelsOf(...rules), {
    blocks: { 'batch orders': 0, 'batch wide': 2, 'mirror logs': 1, 'mirror orders': 1 },
    topics: { logs: 1, orders: 1, wide: 1 },
  })
})

test('many names and many groups on topics are gone through in steps', () => {
  const groups = Array.from({ length: 10_000 }, (_, g) => ({ id: `g${g}`, commits: { orders: { 0: cell } } }))
  const wide = buildSnapshot({ topics: [{ name: 'orders', partitions: [{}] }], groups })
  const rules = [/^g1/, /^none$/].map(group => ({ ...ANYTHING, groups: [group] }))
  let steps = 0
  for (const _ of chosenLevels(rules, 'north', wide.layout)) steps++
  // Twice 10,000 names, 10,000 blocks.
  assert.ok(steps > 2 * 9 + 4, `${steps} steps`)
})

test('clusters speak of everything in them, and of no other cluster', () => {
  assert.deepEqual(levelsOf({ clusters: [/^south$/] }), { blocks: null, topics: null })
  assert.deepEqual(levelsOf({ clusters: [/^south$/, /^north$/], granularity: 'group' }), {
    blocks: { 'batch orders': 2, 'batch wide': 2, 'mirror logs': 2, 'mirror orders': 2 },
    topics: { logs: 2, orders: 2, wide: 2 },
  })
})
