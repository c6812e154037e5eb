import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createClusterReader } from '../../src/kafka/cluster-reader.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import { startKafka } from '../harness/kafka-cluster.ts'
import { startLab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { errorLines, partition } from '../kafka/open-reader.ts'

const CLIENT_ID = 'watched-by-quota'

test('a quota on its requests makes a reader wait, and lose nothing', async t => {
  const kafka = await startKafka({ brokers: 1 })
  t.after(() => kafka.close())
  const lab = await startLab(kafka)
  t.after(() => lab.close())
  await lab.createTopics([{ name: 'orders', partitions: 2 }])
  await lab.produce([{ topic: 'orders', partition: 1, count: 7 }])
  await lab.commitOffsets([{ group: 'billing', offsets: [['orders', 1, 3]] }])
  await kafka.tool('kafka.admin.ConfigCommand', [
    ...[
      '--bootstrap-server',
      kafka.internalBrokers[0]!,
      '--alter',
      '--add-config',
      'request_percentage=0.05',
    ],
    ...['--entity-type', 'clients', '--entity-name', CLIENT_ID],
  ])
  const [host, port] = kafka.brokers[0]!.split(':') as [string, string]
  const waits: number[] = []
  const reader = createClusterReader({
    transport: openKafkajsTransport({
      seeds: [{ host, port: Number(port) }],
      tls: null,
      sasl: null,
      clientId: CLIENT_ID,
      requestTimeoutMs: 2_000,
    }),
    clock: () => performance.now(),
    topics: topic => !topic.startsWith('__'),
    groups: () => true,
    expect: { topics: [], groups: [] },
    requestTimeoutMs: 2_000,
    slowEveryMs: 1,
    wait: async (ms, signal) => {
      waits.push(ms)
      await pause(ms, undefined, { signal }).catch(() => {})
    },
  })
  t.after(() => reader.close())

  const read = async () => {
    const observation = await reader.read(new AbortController().signal)
    assert.deepEqual(errorLines(observation), [])
    assert.deepEqual(partition(observation, 'orders', 1), [0, 7, 'NONE'])
    assert.deepEqual([...(observation.cluster?.groups[0]?.commits?.offsets ?? [])], [3])
    assert.deepEqual(
      observation.brokers.map(broker => broker.failure),
      [null],
    )
  }
  await waitUntil('the quota is told', async () => {
    await read()
    return waits.length > 2
  })
  t.diagnostic(`waited ${waits.map(Math.round)} ms`)
  assert.ok(waits.every(ms => ms > 0 && ms <= 2_000))
})
