import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { kafkaJars } from '../../harness/kafka-jars.ts'
import { openCluster } from './opened.ts'

const run = promisify(execFile)

/** Kafka's own consumer, which checks every checksum. */
async function consume(
  brokers: string,
  offset: number,
  records: number,
  isolation: string,
): Promise<string[]> {
  const { classpath } = await kafkaJars()
  const { stdout } = await run(
    'java',
    [
      ...['-Xmx128m', '-cp', classpath, 'org.apache.kafka.tools.consumer.ConsoleConsumer'],
      ...['--bootstrap-server', brokers, '--topic', 'orders', '--partition', '0'],
      ...['--offset', String(offset), '--max-messages', String(records), '--isolation-level', isolation],
      ...['--timeout-ms', '30000', '--property', 'print.offset=true', '--property', 'print.timestamp=true'],
    ],
    { maxBuffer: 1 << 26, timeout: 120_000 },
  )
  return stdout.trim().split('\n')
}

test("Kafka's own consumer reads a simulated log: all codecs, kinds of time, transactions, compaction", async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders' }] })
  const brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join()
  const payload = (offset: number) => ({ key: null, value: Buffer.from(`v${offset}`) })
  const log = cluster.state.keepLog('orders', 0, { startOffset: 5_000_000_000, payload })
  for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)
    log.append([1_010, 1_005], { codec })
  log.append([1_020, 1_021], { appendTime: 2_000 })
  const gone = [0, 2, 3].map(i => 5_000_000_000 + i)
  log.compact(offset => !gone.includes(offset), { keepsEmptyBatches: true, deleteHorizon: 9_000 })
  log.append([3_000], { producerId: 7, isTransactional: true })
  log.append([3_001], { producerId: 8, isTransactional: true })
  log.endTransaction(7, 'abort', 3_002)
  log.endTransaction(8, 'commit', 3_003)
  // Blocks of more than 64 KiB before compression.
  const many = Array.from({ length: 8_000 }, (_, i) => 4_000 + i)
  for (const codec of ['snappy', 'lz4', 'zstd'] as const) log.append(many, { codec })

  const lines = await consume(brokers, 5_000_000_000, 10 + 3 * 8_000, 'read_committed')
  assert.equal(lines.length, 10 + 3 * 8_000)
  assert.deepEqual(lines.slice(0, 11), [
    'CreateTime:1005\tOffset:5000000001\tv5000000001',
    ...[4, 6, 8].flatMap(i => [
      `CreateTime:1010\tOffset:500000000${i}\tv500000000${i}`,
      `CreateTime:1005\tOffset:500000000${i + 1}\tv500000000${i + 1}`,
    ]),
    'LogAppendTime:2000\tOffset:5000000010\tv5000000010',
    'LogAppendTime:2000\tOffset:5000000011\tv5000000011',
    'CreateTime:3001\tOffset:5000000013\tv5000000013',
    'CreateTime:4000\tOffset:5000000016\tv5000000016',
  ])
  assert.equal(lines.at(-1), 'CreateTime:11999\tOffset:5000024015\tv5000024015')

  const uncommitted = await consume(brokers, 5_000_000_012, 2, 'read_uncommitted')
  assert.deepEqual(uncommitted, [
    'CreateTime:3000\tOffset:5000000012\tv5000000012',
    'CreateTime:3001\tOffset:5000000013\tv5000000013',
  ])
})
