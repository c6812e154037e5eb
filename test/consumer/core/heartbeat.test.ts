import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { Heartbeat } from '../../../src/consumer/core/heartbeat.ts'
import { fakeProgress, STUCK } from '../../fakes/progress-view.ts'
import { waitUntil } from '../../harness/wait-until.ts'

describe('heartbeat', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartbeat-'))
    file = join(folder, 'heartbeat')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const isThere = () => statSync(file, { throwIfNoEntry: false }) !== undefined
  /** As the probe `rm FILE` does it: false where there is none. */
  const remove = () => {
    const was = isThere()
    rmSync(file, { force: true })
    return was
  }
  const touched = () => waitUntil('the file is touched', isThere, { pauseMs: 5 })

  test('is touched at once, so that an old file of another process tells nothing', async () => {
    writeFileSync(file, '')
    utimesSync(file, 1, 1)
    const heartbeat = new Heartbeat({ file, consumers: [fakeProgress()] })
    await waitUntil('it is young', () => statSync(file).mtimeMs > 1_000, { pauseMs: 5 })
    await heartbeat.stop()
  })

  test('is touched by turns of the loop, at most once a second, and made anew', async () => {
    const world = { now: 0 }
    const orders = fakeProgress()
    const heartbeat = new Heartbeat({ file, consumers: [orders], clock: () => world.now })
    await touched()
    assert.equal(remove(), true)
    world.now = 999
    orders.turn()
    await heartbeat.stop()
    assert.equal(remove(), false)

    const again = new Heartbeat({ file, consumers: [orders], clock: () => world.now })
    await touched()
    remove()
    await waitUntil('the next turn touches it', () => {
      world.now += 1_000
      orders.turn()
      return isThere()
    })
    await again.stop()
  })

  test('is not touched while a consumer is stuck, and is again once it moves', async () => {
    const world = { now: 0 }
    const [orders, returns] = [fakeProgress(), fakeProgress('returns')]
    const heartbeat = new Heartbeat({ file, consumers: [orders, returns], clock: () => world.now })
    await touched()
    remove()
    returns.faults = [STUCK]
    for (let turn = 0; turn < 100; turn++) {
      world.now += 10_000
      orders.turn()
    }
    assert.equal(remove(), false)
    returns.faults = []
    await waitUntil('the next turns touch it', () => {
      world.now += 10_000
      orders.turn()
      return isThere()
    })
    await heartbeat.stop()
  })

  test('a loop that does not turn touches nothing, and after the end nothing does', async () => {
    const world = { now: 0 }
    const orders = fakeProgress()
    const heartbeat = new Heartbeat({ file, consumers: [orders], clock: () => world.now })
    await touched()
    await heartbeat.stop()
    remove()
    world.now = 60_000
    orders.turn()
    heartbeat.beat()
    await heartbeat.stop()
    assert.equal(isThere(), false)
  })

  test('a file that cannot be written is told of once, and never thrown', async () => {
    const world = { now: 0 }
    const codes: (string | undefined)[] = []
    const missing = join(folder, 'gone')
    const inGone = join(missing, 'heartbeat')
    const heartbeat = new Heartbeat({
      file: inGone,
      consumers: [],
      clock: () => world.now,
      onError: (error: NodeJS.ErrnoException) => codes.push(error.code),
    })
    await waitUntil('it has failed', () => codes.length > 0, { pauseMs: 5 })
    mkdirSync(missing)
    await waitUntil('it is written', () => {
      world.now += 1_000
      heartbeat.beat()
      return statSync(inGone, { throwIfNoEntry: false }) !== undefined
    })
    assert.deepEqual(codes, ['ENOENT'])
    await heartbeat.stop()
  })

  for (const [how, onError] of [
    ['throws', () => assert.fail('from onError')],
    ['rejects', () => Promise.reject(new Error('from onError'))],
  ] as const)
    test(`an onError that ${how} ends nothing, and the file is tried again`, async () => {
      const world = { now: 0 }
      const missing = join(folder, 'gone')
      const inGone = join(missing, 'heartbeat')
      const heartbeat = new Heartbeat({ file: inGone, consumers: [], clock: () => world.now, onError })
      await heartbeat.stop()
      const again = new Heartbeat({ file: inGone, consumers: [], clock: () => world.now, onError })
      await waitUntil('it is written', () => {
        mkdirSync(missing, { recursive: true })
        world.now += 1_000
        again.beat()
        return statSync(inGone, { throwIfNoEntry: false }) !== undefined
      })
      await again.stop()
    })
})
