import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { hasPolled, runExporter, type TestExporter } from './running-exporter.ts'

const REWINDS = 'kafka_consumergroup_rewinds_total'
const WRITE_ERRORS = 'kafka_health_exporter_state_write_errors_total'

let cluster: SimulatedCluster
let dir: string
/** Of an exporter that has counted one rewind. */
let goodState: Buffer

before(async () => {
  dir = ownDirectory('state')
  cluster = await startSimulatedCluster({
    topics: [{ name: 'orders', highWatermark: 100 }],
    groups: [{ id: 'billing', commits: { orders: [50] } }],
  })
  const exporter = await run(join(dir, 'good'))
  await exporter.scrapeUntil('the first poll', hasPolled)
  cluster.group('billing').commit('orders', 0, 40)
  await exporter.scrapeUntil('the rewind', metrics => metrics.value(REWINDS) === 1)
  await exporter.stop()
  goodState = readFileSync(join(dir, 'good'))
})
after(async () => {
  await cluster?.close()
  removeOwnDirectory(dir)
})

function run(stateFile: string): Promise<TestExporter> {
  return runExporter({
    'kafka.brokers': cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(','),
    'poll.interval': '1s',
    'poll.max-reading-age': '1m',
    'state.file': stateFile,
  })
}

const warnings = ({ log }: TestExporter) =>
  log.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message)

function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(goodState)
  bytes[at < 0 ? bytes.length + at : at] = value
  return bytes
}

test('what was counted outlives a restart', async () => {
  const exporter = await run(join(dir, 'good'))
  const metrics = await exporter.scrapeUntil('the first poll', hasPolled)
  await exporter.stop()
  assert.equal(metrics.value(REWINDS), 1)
  assert.deepEqual(warnings(exporter), [])
})

const ignored = (reason: string) => `state is ignored, clocks and counters start anew: ${reason}`
const DAMAGED = ignored('state file is truncated or damaged: its checksum does not match')
const FOREIGN = ignored('not a state file of this program')

const DAMAGES: readonly (readonly [what: string, bytes: () => Buffer, warning: string])[] = [
  ['an empty file', () => Buffer.alloc(0), FOREIGN],
  ['text', () => Buffer.from('clocks: []\n'.repeat(100)), FOREIGN],
  ['random bytes', () => Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * i * 31) % 251)), FOREIGN],
  ['a truncated file', () => goodState.subarray(0, goodState.length / 2), DAMAGED],
  ['a file that lacks its last byte', () => goodState.subarray(0, -1), DAMAGED],
  ['a changed byte in the middle', () => changed(goodState.length >> 1, 0x5a), DAMAGED],
  ['a changed checksum', () => changed(-1, (goodState.at(-1)! + 1) % 256), DAMAGED],
  ['a later format', () => changed(8, 9), ignored('state file format 9; this version reads format 2')],
]

for (const [what, bytes, warning] of DAMAGES) {
  test(`${what} is reported, ignored and replaced`, async () => {
    const file = join(dir, 'damaged')
    writeFileSync(file, bytes())
    const exporter = await run(file)
    const metrics = await exporter.scrapeUntil('the first poll', hasPolled)
    await exporter.stop()
    assert.deepEqual(warnings(exporter), [warning])
    assert.deepEqual([metrics.value(REWINDS), metrics.value(WRITE_ERRORS)], [0, 0])
    const next = await run(file)
    await next.scrapeUntil('the first poll', hasPolled)
    await next.stop()
    assert.deepEqual(warnings(next), [])
  })
}

test('the state of another cluster is reported and ignored', async () => {
  const file = join(dir, 'foreign')
  writeFileSync(file, goodState)
  const { clusterId } = cluster.state
  cluster.state.clusterId = 'another-cluster'
  const exporter = await run(file)
  const metrics = await exporter.scrapeUntil('the first poll', hasPolled)
  await exporter.stop()
  cluster.state.clusterId = clusterId
  assert.deepEqual(warnings(exporter), [
    'state file belongs to another cluster and is ignored: clocks and counters start anew',
  ])
  assert.equal(metrics.value(REWINDS), 0)
})

/** Root may write where permissions say no; these two places nobody can write to. */
const UNWRITABLE: readonly (readonly [what: string, path: () => string])[] = [
  [
    'a directory in its place',
    () => {
      mkdirSync(join(dir, 'directory', 'with-something'), { recursive: true })
      return join(dir, 'directory')
    },
  ],
  ['a path below a file', () => join(dir, 'good', 'state')],
]

for (const [what, path] of UNWRITABLE) {
  test(`${what} is a warning and a counter, and the exporter serves`, async () => {
    const file = path()
    const exporter = await run(file)
    const metrics = await exporter.scrapeUntil(
      'two failed writes',
      seen => Number(seen.value(WRITE_ERRORS)) >= 2,
    )
    await exporter.stop()
    assert.equal(metrics.value('kafka_consumergroup_lag'), 60)
    const [reading, writing, ...more] = warnings(exporter)
    assert.deepEqual(more, [], 'not once per poll')
    assert.ok(reading?.startsWith(ignored(`cannot read ${file}: `)), reading)
    assert.ok(writing?.startsWith(`state is not durable: cannot write ${file}: `), writing)
  })
}
