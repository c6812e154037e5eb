import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import * as promClient15 from 'prom-client'
import * as promClient14 from 'prom-client-14'
import { CONSUMER_CLIENT_FAMILIES } from '../../../src/catalog/consumer-client.ts'
import { ConsumerMetrics } from '../../../src/consumer/adapters/prom-metrics.ts'
import type { KafkaConsumer } from '../../../src/consumer/core/ports.ts'
import type { PartitionProgress, ProgressView } from '../../../src/consumer/core/progress.ts'

const AT_42: PartitionProgress = {
  topic: 'orders',
  partition: 3,
  consumed: 41,
  processed: 41,
  committed: 40,
  position: 42,
  end: 50,
  lag: 8,
  inFlight: null,
  isPaused: false,
  stalledMs: 1_500,
  thresholdMs: 300_000,
  advanceAgeMs: 2_500,
}

class FakeProgress implements ProgressView {
  readonly groupId: string
  isLive = true
  known: PartitionProgress[] = [AT_42]

  constructor(groupId = 'payments') {
    this.groupId = groupId
  }
  liveness() {
    return { live: this.isLive, faults: [] }
  }
  partitions() {
    return this.known
  }
  isJoined() {
    return true
  }
  onTurn() {
    return () => {}
  }
}

class FakeConsumer implements KafkaConsumer {
  readonly events = new EventEmitter()

  on(name: string, listener: (event: { type: string; timestamp: number; payload: unknown }) => void) {
    this.events.on(name, listener)
    return () => void this.events.off(name, listener)
  }
  paused() {
    return []
  }
  emit(name: string, payload: unknown = {}): void {
    this.events.emit(name, { type: name, timestamp: 0, payload })
  }
}

for (const [version, client] of [
  ['14', promClient14],
  ['15', promClient15],
] as const) {
  describe(`prom-client ${version}`, () => {
    const setUp = () => {
      const registry = new client.Registry()
      const metrics = new ConsumerMetrics({ client, registry })
      const said = async (name: string) => {
        const text = await registry.getSingleMetricAsString(`kafka_consumer_client_${name}`)
        return text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
      }
      return { registry, metrics, said }
    }

    test('every family of the catalogue is there, with its type and help', async () => {
      const { registry } = setUp()
      const said = (await registry.getMetricsAsJSON()).map(({ name, type, help }) => ({
        name,
        // prom-client 14 calls it a number in its types and answers text.
        type: String(type),
        help,
      }))
      assert.deepEqual(
        said,
        CONSUMER_CLIENT_FAMILIES.map(({ name, type, help }) => ({ name, type, help })),
      )
    })

    test('progress is read when the metrics are asked for', async () => {
      const { metrics, said } = setUp()
      const progress = new FakeProgress()
      metrics.watch({ progress })
      const labels = '{consumergroup="payments",topic="orders",partition="3"}'
      assert.deepEqual(await said('lag'), [`kafka_consumer_client_lag${labels} 8`])
      assert.deepEqual(await said('offset_advance_age_seconds'), [
        `kafka_consumer_client_offset_advance_age_seconds${labels} 2.5`,
      ])
      assert.deepEqual(await said('stalled_seconds'), [`kafka_consumer_client_stalled_seconds${labels} 1.5`])
      assert.deepEqual(await said('live'), ['kafka_consumer_client_live{consumergroup="payments"} 1'])

      progress.known = []
      progress.isLive = false
      assert.deepEqual(await said('lag'), [])
      assert.deepEqual(await said('live'), ['kafka_consumer_client_live{consumergroup="payments"} 0'])
    })

    test('what is not known is absent', async () => {
      const { metrics, said } = setUp()
      const progress = new FakeProgress()
      progress.known = [{ ...AT_42, end: null, lag: null, stalledMs: 0 }]
      let isReady: boolean | null = null
      metrics.watch({ progress, isReady: () => isReady })
      assert.deepEqual(await said('lag'), [])
      assert.deepEqual(await said('stalled_seconds'), [])
      assert.deepEqual(await said('ready'), [])
      isReady = false
      assert.deepEqual(await said('ready'), ['kafka_consumer_client_ready{consumergroup="payments"} 0'])
    })

    test('of two consumers in a group the partitions of both, and whether both are well', async () => {
      const { metrics, said } = setUp()
      const [one, other] = [new FakeProgress(), new FakeProgress()]
      other.known = [{ ...AT_42, partition: 4, lag: 1 }]
      other.isLive = false
      metrics.watch({ progress: one })
      const release = metrics.watch({ progress: other })
      metrics.watch({ progress: new FakeProgress('refunds') })
      assert.deepEqual(await said('live'), [
        'kafka_consumer_client_live{consumergroup="payments"} 0',
        'kafka_consumer_client_live{consumergroup="refunds"} 1',
      ])
      assert.deepEqual(await said('lag'), [
        'kafka_consumer_client_lag{consumergroup="payments",topic="orders",partition="3"} 8',
        'kafka_consumer_client_lag{consumergroup="payments",topic="orders",partition="4"} 1',
        'kafka_consumer_client_lag{consumergroup="refunds",topic="orders",partition="3"} 8',
      ])
      release()
      assert.deepEqual((await said('live'))[0], 'kafka_consumer_client_live{consumergroup="payments"} 1')
    })

    test('counters are there at 0 before anything is counted', async () => {
      const { metrics, said } = setUp()
      const consumer = new FakeConsumer()
      metrics.watch({ progress: new FakeProgress(), consumer })
      assert.deepEqual(await said('crashes_total'), [
        'kafka_consumer_client_crashes_total{consumergroup="payments"} 0',
      ])
      consumer.emit('consumer.group_join', { memberAssignment: { orders: [3] } })
      const labels = '{consumergroup="payments",topic="orders"}'
      for (const name of ['processed_records', 'retries', 'dead_letters', 'dead_letter_failures']) {
        assert.deepEqual(await said(`${name}_total`), [`kafka_consumer_client_${name}_total${labels} 0`])
      }
      const reasons = ['case_collision', 'name_collision', 'type_flip', 'missing_required', 'null_violation']
      assert.deepEqual(
        await said('dropped_fields_total'),
        reasons.map(
          reason =>
            `kafka_consumer_client_dropped_fields_total{consumergroup="payments",topic="orders",reason="${reason}"} 0`,
        ),
      )
    })

    test('batches, joins and crashes are counted until the release', async () => {
      const { metrics, said } = setUp()
      const consumer = new FakeConsumer()
      const release = metrics.watch({ progress: new FakeProgress(), consumer })
      const happen = () => {
        consumer.emit('consumer.group_join', { memberAssignment: { orders: [3] } })
        consumer.emit('consumer.end_batch_process', { topic: 'orders', batchSize: 7, duration: 20 })
        consumer.emit('consumer.crash', { error: new Error('x'), restart: true })
      }
      happen()
      release()
      happen()
      const group = '{consumergroup="payments"}'
      assert.deepEqual(await said('rebalances_total'), [`kafka_consumer_client_rebalances_total${group} 1`])
      assert.deepEqual(await said('crashes_total'), [`kafka_consumer_client_crashes_total${group} 1`])
      assert.deepEqual(await said('processed_records_total'), [
        'kafka_consumer_client_processed_records_total{consumergroup="payments",topic="orders"} 7',
      ])
      const processing = await said('processing_seconds')
      const value = (suffix: string) => processing.find(line => line.includes(suffix))?.split(' ')[1]
      assert.deepEqual(
        [value('le="0.01"'), value('le="0.05"'), value('_sum'), value('_count')],
        ['0', '1', '0.02', '1'],
      )
      assert.equal(consumer.events.eventNames().length, 0)
    })

    test('of thousands of batches between two scrapes each counts, whichever metric is read first', async () => {
      const { metrics, said } = setUp()
      const consumer = new FakeConsumer()
      metrics.watch({ progress: new FakeProgress(), consumer })
      const happen = (times: number) => {
        for (let i = 0; i < times; i++) {
          consumer.emit('consumer.end_batch_process', { topic: 'orders', batchSize: 7, duration: 20 })
        }
      }
      const labels = '{consumergroup="payments",topic="orders"}'
      const count = async () => (await said('processing_seconds')).find(line => line.includes('_count'))
      happen(2_500)
      assert.equal(await count(), `kafka_consumer_client_processing_seconds_count${labels} 2500`)
      happen(2)
      assert.deepEqual(await said('processed_records_total'), [
        `kafka_consumer_client_processed_records_total${labels} 17514`,
      ])
      assert.equal(await count(), `kafka_consumer_client_processing_seconds_count${labels} 2502`)
    })

    test('what a resilient consumer tells is counted by topic', async () => {
      const { metrics, said } = setUp()
      const tell = metrics.eventsOf('payments')
      for (const kind of [
        'retry',
        'retry',
        'waiting',
        'processed',
        'dead_letter',
        'dead_letter_failed',
        'x',
      ]) {
        tell({ kind, topic: 'orders' })
      }
      tell({ kind: 'revived' })
      tell({
        kind: 'dropped_fields',
        topic: 'orders',
        drops: [{ reason: 'type_flip' }, { reason: 'type_flip' }],
      })
      const labels = 'consumergroup="payments",topic="orders"'
      assert.deepEqual(await said('retries_total'), [`kafka_consumer_client_retries_total{${labels}} 3`])
      assert.deepEqual(await said('dead_letters_total'), [
        `kafka_consumer_client_dead_letters_total{${labels}} 1`,
      ])
      assert.deepEqual(await said('dead_letter_failures_total'), [
        `kafka_consumer_client_dead_letter_failures_total{${labels}} 1`,
      ])
      assert.deepEqual(await said('dropped_fields_total'), [
        `kafka_consumer_client_dropped_fields_total{${labels},reason="type_flip"} 2`,
      ])
    })

    test('alerts are counted by what became of them', async () => {
      const { metrics, said } = setUp()
      metrics.countAlert('critical', 'sent')
      metrics.countAlert('critical', 'suppressed', 40)
      assert.deepEqual(await said('alerts_total'), [
        'kafka_consumer_client_alerts_total{severity="critical",outcome="sent"} 1',
        'kafka_consumer_client_alerts_total{severity="critical",outcome="suppressed"} 40',
        'kafka_consumer_client_alerts_total{severity="critical",outcome="failed"} 0',
      ])
    })

    test('a registry has one, and another after its stop', async () => {
      const { registry, metrics } = setUp()
      assert.throws(() => new ConsumerMetrics({ client, registry }), {
        message:
          'ConsumerMetrics: the registry has kafka_consumer_client_lag already, expected one ConsumerMetrics for all consumers of a registry',
      })
      const consumer = new FakeConsumer()
      metrics.watch({ progress: new FakeProgress(), consumer })
      metrics.stop()
      assert.equal(consumer.events.eventNames().length, 0)
      assert.equal((await registry.metrics()).trim(), '')
      new ConsumerMetrics({ client, registry }).stop()
    })

    test('without a registry it is the one of the module', () => {
      const metrics = new ConsumerMetrics({ client })
      assert.notEqual(client.register.getSingleMetric('kafka_consumer_client_live'), undefined)
      metrics.stop()
      assert.equal(client.register.getSingleMetric('kafka_consumer_client_live'), undefined)
    })
  })
}
