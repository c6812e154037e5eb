import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Settings } from '../../src/config/settings.ts'
import type { EstateChanges } from '../../src/model/reload.ts'
import { Reloader, type ReloaderParts } from '../../src/run/reloader.ts'

const none = { added: [], removed: [], changed: [], kept: [] }
const CHANGES: EstateChanges = { clusters: none, dependencies: none, services: none }

function reloader(given: Partial<ReloaderParts>) {
  const noted: boolean[] = []
  const logged: string[] = []
  const log = (level: string) => (_fields: object, message: string) => void logged.push(`${level} ${message}`)
  const made = new Reloader({
    load: () => ({}) as Settings,
    refuse: () => [],
    apply: async () => CHANGES,
    note: isValid => void noted.push(isValid),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    ...given,
  })
  return { made, noted, logged }
}

test('reloads never overlap, and all that are asked for during one are one', async () => {
  const releases: (() => void)[] = []
  let underWay = 0
  let begun = 0
  const { made, noted } = reloader({
    async apply() {
      begun++
      assert.equal(++underWay, 1)
      await new Promise<void>(resolve => releases.push(resolve))
      underWay--
      return CHANGES
    },
  })
  const first = made.reload('a')
  await new Promise(setImmediate)
  const waiting = [made.reload('b'), made.reload('c'), made.reload('d')]
  await new Promise(setImmediate)
  assert.equal(begun, 1)
  releases.shift()?.()
  await first
  await new Promise(setImmediate)
  assert.equal(begun, 2)
  releases.shift()?.()
  assert.deepEqual(new Set((await Promise.all(waiting)).map(outcome => outcome.isApplied)), new Set([true]))
  assert.equal(begun, 2)
  assert.deepEqual(noted, [true, true])
})

test('a defect fails its own reload only', async () => {
  let fails = true
  const { made, noted, logged } = reloader({
    async apply() {
      if (fails) throw new Error('a defect')
      return CHANGES
    },
  })
  await assert.rejects(made.reload('a'), { message: 'a defect' })
  fails = false
  assert.deepEqual(await made.reload('a'), { isApplied: true, changes: CHANGES })
  assert.deepEqual(noted, [false, true])
  assert.deepEqual(logged, ['error reload failed: a defect', 'info configuration reloaded'])
})

test('a reading that fails otherwise is logged and noted like any defect', async () => {
  const { made, noted, logged } = reloader({
    load() {
      throw new TypeError('a defect')
    },
  })
  await assert.rejects(made.reload('a'), { message: 'a defect' })
  assert.deepEqual([noted, logged], [[false], ['error reload failed: a defect']])
})

test('none begins once it is closed', async () => {
  let begun = 0
  const { made, noted, logged } = reloader({
    async apply() {
      begun++
      return CHANGES
    },
  })
  const first = made.reload('a')
  await made.close()
  await first
  const outcome = await made.reload('b')
  assert.deepEqual(outcome, { isApplied: false, faults: [{ at: 'exporter', problem: 'it is stopping' }] })
  assert.equal(begun, 0, 'the first one had not begun either')
  assert.deepEqual(noted, [], 'nothing was wrong with the configuration')
  assert.deepEqual(new Set(logged), new Set(['info no reload: the exporter is stopping']))
})
