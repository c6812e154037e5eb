import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberedObjectives } from '../../src/config/objective-memory.ts'
import { DEFAULT_OBJECTIVE } from '../../src/config/objective-settings.ts'

const LATE = { ...DEFAULT_OBJECTIVE, lagMs: 30_000 }

/** Counts how often each group is matched. */
function counting(most?: number) {
  const matched: string[] = []
  const world = { now: 0 }
  const pattern = /^late-.*$/
  pattern.test = (group: string) => {
    matched.push(group)
    return group.startsWith('late-')
  }
  const objectives = [{ groups: [pattern], objective: LATE }]
  return { matched, world, objectiveOf: rememberedObjectives(objectives, () => world.now, most) }
}

test('a group that is asked about again and again is matched once', () => {
  const { matched, world, objectiveOf } = counting()
  for (world.now = 0; world.now < 86_400_000; world.now += 15_000) {
    assert.equal(objectiveOf('late-1'), LATE)
    assert.equal(objectiveOf('other'), DEFAULT_OBJECTIVE)
  }
  assert.deepEqual(matched, ['late-1', 'other'])
})

test('one that is gone is forgotten after ten to twenty minutes', () => {
  const { matched, world, objectiveOf } = counting()
  objectiveOf('late-1')
  world.now = 600_000
  objectiveOf('other')
  world.now = 1_200_000
  objectiveOf('other')
  objectiveOf('late-1')
  assert.deepEqual(matched, ['late-1', 'other', 'late-1'])
})

test('there are never more than twice as many as may be remembered', () => {
  const { matched, objectiveOf } = counting(10)
  for (let g = 0; g < 30; g++) objectiveOf(`late-${g}`)
  matched.length = 0
  for (let g = 29; g >= 20; g--) objectiveOf(`late-${g}`)
  assert.deepEqual(matched, [])
  for (let g = 0; g < 10; g++) objectiveOf(`late-${g}`)
  assert.equal(matched.length, 10)
})

test('without objectives nothing is remembered', () => {
  const objectiveOf = rememberedObjectives([], () => assert.fail('no clock is needed'))
  assert.equal(objectiveOf('g'), DEFAULT_OBJECTIVE)
})
