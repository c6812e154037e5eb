import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ExporterError } from '../../src/errors.ts'
import type { Observation } from '../../src/model/observation.ts'
import type { ClusterReader, Log, StateStore } from '../../src/model/ports.ts'
import { ClusterPipeline, type PipelineOptions } from '../../src/pipeline/cluster-pipeline.ts'
import { OPTIONS } from '../domain/tracking.ts'
import { BROKERS, observe, observeNothing, type Poll } from '../fakes/observations.ts'
import { SILENT_PROBES } from '../fakes/silent-probes.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000

function recordingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  const write = (level: string) => (_fields: object, message: string) => lines.push(`${level} ${message}`)
  return {
    lines,
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  }
}

function readerOf(observations: readonly Observation[]): ClusterReader & { closed: boolean } {
  let next = 0
  return {
    ...SILENT_PROBES,
    closed: false,
    async read() {
      const observation = observations[Math.min(next++, observations.length - 1)]
      if (observation === undefined) throw new Error('nothing to observe')
      return observation
    },
    async close() {
      this.closed = true
    },
  }
}

/** A store in memory whose saves wait until they are let through. */
function storeOf(behaviour: 'works' | 'fails' | 'hangs' | 'manual', saved: Uint8Array | null = null) {
  const released: (() => void)[] = []
  const store: StateStore & { bytes: Uint8Array | null; saves: number; release(): void } = {
    bytes: saved,
    saves: 0,
    async load() {
      return this.bytes
    },
    async save(bytes) {
      this.saves++
      if (behaviour === 'fails')
        throw new ExporterError('STATE_UNWRITABLE', 'cannot write /state: no space left')
      if (behaviour === 'hangs') await new Promise(() => {})
      if (behaviour === 'manual') await new Promise<void>(resolve => released.push(resolve))
      this.bytes = bytes.slice()
    },
    release: () => released.shift()?.(),
  }
  return store
}

function pipelineOf(
  parts: { reader: ClusterReader; store?: StateStore | null; log?: Log; clock?: () => number },
  options: Partial<PipelineOptions> = {},
) {
  return new ClusterPipeline(
    {
      ...OPTIONS,
      name: null,
      labels: {},
      saveTimeoutMs: 1_000,
      readsAllStable: false,
      probeBytesPerSecond: 4_194_304,
      ...options,
    },
    { store: null, log: recordingLog().log, clock: () => at(60), ...parts },
  )
}

const poll = (seconds: number, committed: number): Poll => ({
  at: at(seconds),
  topics: { orders: [[0, 100]] },
  groups: { billing: { commits: { 'orders/0': committed } } },
})

describe('publication', () => {
  it('waits until the state is durable', async () => {
    const store = storeOf('manual')
    const pipeline = pipelineOf({ reader: readerOf([observe(poll(0, 1))]), store, clock: () => at(0) })
    const polled = pipeline.poll()
    while (store.saves === 0) await new Promise(resolve => setImmediate(resolve))
    assert.equal(pipeline.handle.snapshot(), null)
    assert.equal(pipeline.handle.polled(), false)
    store.release()
    assert.equal(await polled, pipeline.handle.snapshot())
    assert.equal(pipeline.handle.polled(), true)
    await pipeline.stop()
  })

  it('goes on without a writable state, counts it and warns once', async () => {
    const { log, lines } = recordingLog()
    const reader = readerOf([observe(poll(0, 1)), observe(poll(15, 2))])
    const pipeline = pipelineOf({ reader, store: storeOf('fails'), log })
    assert.equal((await pipeline.poll()).poll.stateWriteErrors, 1)
    assert.equal((await pipeline.poll()).poll.stateWriteErrors, 2)
    assert.deepEqual(lines, ['warn state is not durable: cannot write /state: no space left'])
    await pipeline.stop()
  })

  it('does not wait for a disk that hangs, nor start a second write beside the first', async () => {
    const { log, lines } = recordingLog()
    const store = storeOf('hangs')
    const reader = readerOf([observe(poll(0, 1)), observe(poll(15, 2))])
    const pipeline = pipelineOf({ reader, store, log }, { saveTimeoutMs: 20 })
    assert.equal((await pipeline.poll()).poll.stateWriteErrors, 1)
    assert.equal((await pipeline.poll()).poll.stateWriteErrors, 2)
    assert.equal(store.saves, 1)
    assert.deepEqual(lines, ['warn state is not durable: saving the state: no answer within 20 ms'])
  })

  it('stops although a write still hangs', async () => {
    const reader = readerOf([observe(poll(0, 1))])
    const pipeline = pipelineOf({ reader, store: storeOf('hangs') }, { saveTimeoutMs: 20 })
    await pipeline.poll()
    await pipeline.stop()
    assert.equal(reader.closed, true)
  })

  it('tells of each time that the state could not be saved, when it begins and when it ends', async () => {
    const { log, lines } = recordingLog()
    const store = storeOf('works')
    const save = store.save.bind(store)
    const reader = readerOf([0, 15, 30, 45, 60, 75].map(seconds => observe(poll(seconds, 1))))
    const pipeline = pipelineOf({ reader, store, log })
    for (const isWritable of [true, false, false, true, false]) {
      store.save = isWritable ? save : storeOf('fails').save
      await pipeline.poll()
    }
    const failed = 'warn state is not durable: cannot write /state: no space left'
    assert.deepEqual(lines, [failed, 'info state is durable again', failed])
    await pipeline.stop()
  })

  it('tells of a failed write although others failed before the restart', async () => {
    const store = storeOf('works')
    const before = pipelineOf({ reader: readerOf([observe(poll(0, 1)), observe(poll(15, 1))]), store })
    const save = store.save.bind(store)
    store.save = storeOf('fails').save
    await before.poll()
    store.save = save
    await before.poll()
    const { log, lines } = recordingLog()
    const unwritable = storeOf('fails', store.bytes)
    const restarted = pipelineOf({ reader: readerOf([observe(poll(60, 1))]), store: unwritable, log })
    assert.equal((await restarted.poll()).poll.stateWriteErrors, 2)
    assert.deepEqual(lines, ['warn state is not durable: cannot write /state: no space left'])
  })

  it('is withdrawn when no poll has ended for max_reading_age', async () => {
    let now = at(0)
    const pipeline = pipelineOf({ reader: readerOf([observe(poll(0, 1))]), clock: () => now })
    const snapshot = await pipeline.poll()
    now = at(45)
    assert.equal(pipeline.handle.snapshot(), snapshot)
    now = at(45) + 1
    assert.equal(pipeline.handle.snapshot(), null)
    assert.equal(pipeline.handle.polled(), true)
    await pipeline.stop()
  })
})

describe('a restart', () => {
  it('goes on with the clocks of the state file', async () => {
    const store = storeOf('works')
    await pipelineOf({ reader: readerOf([observe(poll(0, 1))]), store, clock: () => at(0) }).poll()
    const restarted = pipelineOf({ reader: readerOf([observe(poll(60, 1))]), store })
    const { cells, takenAt } = await restarted.poll()
    assert.equal(takenAt - (cells.progressAt[0] as number), 60_000)
  })

  it('reports a state file that is none and starts anew', async () => {
    const { log, lines } = recordingLog()
    const store = storeOf('works', Buffer.from('something else entirely'))
    const snapshot = await pipelineOf({ reader: readerOf([observe(poll(60, 1))]), store, log }).poll()
    assert.equal(snapshot.poll.clockStartAt, at(60))
    assert.deepEqual(lines, [
      'warn state is ignored, clocks and counters start anew: not a state file of this program',
    ])
  })

  it('reports the state of another cluster and starts anew', async () => {
    const store = storeOf('works')
    await pipelineOf({ reader: readerOf([observe(poll(0, 1))]), store, clock: () => at(0) }).poll()
    const { log, lines } = recordingLog()
    const other = observe({ ...poll(60, 1), clusterId: 'cluster-2' })
    const snapshot = await pipelineOf({ reader: readerOf([other]), store, log }).poll()
    assert.equal(snapshot.poll.clockStartAt, at(60))
    assert.deepEqual(lines, [
      'warn state file belongs to another cluster and is ignored: clocks and counters start anew',
    ])
  })
})

describe('trouble', () => {
  it('is logged when it begins and when it ends', async () => {
    const { log, lines } = recordingLog()
    const reader = readerOf([
      observe(poll(0, 1)),
      observeNothing(at(15)),
      observeNothing(at(30)),
      observe(poll(45, 1)),
    ])
    const pipeline = pipelineOf({ reader, log })
    for (let i = 0; i < 4; i++) await pipeline.poll()
    assert.deepEqual(lines, ['warn refused', 'info recovered'])
  })
})

describe('a broker that leaves the metadata', () => {
  it('has not recovered, and is told of when it is back', async () => {
    const { log, lines } = recordingLog()
    const [one, two] = BROKERS
    assert.ok(one && two)
    const dead = { ...two, responseMs: null, failure: { code: 'CONNECTION_REFUSED', message: 'refused' } }
    const refused = {
      stage: 'commits',
      code: 'CONNECTION_REFUSED',
      node: two.id,
      message: 'refused',
    } as const
    const reader = readerOf([
      observe({ ...poll(0, 1), brokers: [one, two] }),
      observe({ ...poll(15, 1), brokers: [one, dead], errors: [refused] }),
      observe({ ...poll(30, 1), brokers: [one] }),
      observe({ ...poll(45, 1), brokers: [one, two] }),
    ])
    const pipeline = pipelineOf({ reader, log })
    for (let i = 0; i < 4; i++) await pipeline.poll()
    assert.deepEqual(lines, [
      'warn refused',
      'warn broker has left the metadata: it is stopped, fenced or removed',
      'info broker is back in the metadata',
    ])
  })
})

describe('a defect in looking things up', () => {
  it('costs what would have been learnt, and no more', async () => {
    const { log, lines } = recordingLog()
    const reader: ClusterReader = {
      ...readerOf([observe(poll(0, 40))]),
      readHeads: async () => {
        throw new TypeError('a defect')
      },
    }
    const snapshot = await pipelineOf({ reader, log }).poll()
    assert.deepEqual([snapshot.cells.lag[0], snapshot.cells.headAt[0]], [60, Number.NaN])
    assert.deepEqual(lines, ['error looking up failed: a defect'])
  })
})

describe('the loop', () => {
  it('goes on after a poll that failed for a defect, and stops with its reader closed', async () => {
    const { log, lines } = recordingLog()
    let reads = 0
    let done: () => void
    const twice = new Promise<void>(resolve => {
      done = resolve
    })
    const reader: ClusterReader & { closed: boolean } = {
      ...SILENT_PROBES,
      closed: false,
      async read() {
        if (++reads === 1) throw new TypeError('a defect')
        done()
        return observe(poll(0, 1))
      },
      async close() {
        this.closed = true
      },
    }
    const pipeline = pipelineOf({ reader, log, clock: Date.now }, { pollIntervalMs: 5 })
    pipeline.start()
    await twice
    await pipeline.stop()
    assert.equal(reader.closed, true)
    assert.equal(lines[0], 'error poll failed: a defect')
  })
})
