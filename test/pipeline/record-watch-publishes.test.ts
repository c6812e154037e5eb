import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StateStore } from '../../src/model/ports.ts'
import { DeadLetterWatch } from '../../src/pipeline/dead-letter-watch.ts'
import { RecordWatch } from '../../src/pipeline/record-watch.ts'
import { SchemaWatch } from '../../src/pipeline/schema-watch/schema-watch.ts'
import { plainJsonReader } from '../../src/sources/schema-registry/registry-reader.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { FakeLogs } from './fake-logs.ts'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

const HANGING: StateStore = { load: async () => null, save: () => new Promise(() => {}) }
const FAILING: StateStore = {
  load: async () => null,
  save: async () => {
    throw new Error('no space left')
  },
}

/** Both watchers as they run, on one topic each. */
function watching(store: StateStore | null, partitions = 1) {
  const logs = new FakeLogs({ 'orders-dlq': new Array<number>(partitions).fill(3), orders: [0] })
  const clock = { now: 1_000_000 }
  const letters = new DeadLetterWatch(topic => topic === 'orders-dlq')
  const schemas = new SchemaWatch({
    watched: [
      {
        topics: [/^orders$/],
        recordsPerSecond: Number.POSITIVE_INFINITY,
        largestRecordBytes: 0,
        reader: plainJsonReader(null),
        target: 'bigquery',
      },
    ],
    clock: () => clock.now,
    log: SILENT,
    close: async () => {},
  })
  const watch = new RecordWatch(
    { maxBytesPerSecond: 1_000_000, saveTimeoutMs: 20 },
    {
      tailer: logs,
      snapshot: () => buildSnapshot({ clusterId: 'c1', topics: logs.facts() }),
      watchers: [letters, schemas],
      store,
      clock: () => clock.now,
      log: SILENT,
    },
  )
  const pass = async (ms = 5_000) => {
    clock.now += ms
    await watch.pass()
  }
  const causes = () => {
    letters.view()
    return letters.view().map(({ topic, causes }) => [topic, ...causes.map(c => [c.cause, c.published])])
  }
  const checked = () => schemas.view()?.topics.map(({ topic, checked }) => [topic, checked])
  return { logs, pass, causes, checked }
}

for (const [title, store] of [
  ['nothing outlives a restart', null],
  ['writes hang', HANGING],
  ['writes fail', FAILING],
] as const) {
  test(`what dead letters and records of a schema tell is published where ${title}`, async () => {
    const { logs, pass, causes, checked } = watching(store)
    await pass()
    assert.deepEqual([causes(), checked()], [[['orders-dlq']], [['orders', 0]]])
    logs.append('orders-dlq', 0, 7)
    logs.append('orders', 0, 2)
    await pass()
    assert.deepEqual([causes(), checked()], [[['orders-dlq', ['unknown', 7]]], [['orders', 2]]])
    logs.append('orders-dlq', 0, 1)
    logs.append('orders', 0, 1)
    await pass()
    assert.deepEqual([causes(), checked()], [[['orders-dlq', ['unknown', 8]]], [['orders', 3]]])
  })
}
