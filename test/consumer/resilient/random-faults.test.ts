import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import { DependencyUnavailable, UnprocessableRecord } from '../../../src/consumer/core/resilient/verdict.ts'
import { ManualTime } from './manual-time.ts'
import { ConnectionError, ProtocolError, recordAt, ScriptedConsumer } from './scripted-consumer.ts'

const RECORDS = 8

/** What becomes of one attempt; afterwards all goes well. */
const attempts = fc.array(fc.constantFrom('throw', 'poison', 'away', 'hang', 'slow', 'ok'), { maxLength: 6 })
const disturbance = fc.constantFrom('rebalance', 'lost', 'cut', 'outage', 'restart', 'crash', 'none')

test('whatever fails, each record is processed or parked, and no commit passes one that is not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(attempts, { minLength: RECORDS, maxLength: RECORDS }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.array(fc.boolean(), { maxLength: 10 }),
      fc.array(disturbance, { maxLength: 12 }),
      fc.integer({ min: 0, max: 5_000 }),
      async (scripts, sendOutcomes, disturbances, inPlaceMs) => {
        const time = new ManualTime()
        const consumer = new ScriptedConsumer(
          ...scripts.map(() => Array.from({ length: RECORDS }, (_, i) => recordAt(i, 'x'))),
        )
        const left = scripts.map(records => records.map(script => [...script]))
        const done = scripts.map(() => new Set<number>())
        const sends = [...sendOutcomes]
        const resilient = createResilientConsumer({
          consumer,
          group: 'g',
          time,
          random: () => 0.5,
          retry: { maxAttempts: 3, initialMs: 1_000, maxMs: 8_000, inPlaceMs },
          handlerTimeoutMs: 20_000,
          producer: {
            async send({ messages: [message] }) {
              if (sends.pop() === false) throw new Error('no')
              const { headers } = message as { headers: Record<string, unknown> }
              const partition = Number(headers['kafka-health.dlq.partition'])
              done[partition]?.add(Number(headers['kafka-health.dlq.offset']))
            },
          },
          async handler({ partition, message }) {
            const offset = Number(message.offset)
            switch (left[partition]?.[offset]?.pop()) {
              case 'throw':
                throw new Error('no')
              case 'poison':
                throw new UnprocessableRecord('no')
              case 'away':
                throw new DependencyUnavailable('no')
              case 'hang':
                await new Promise(() => {})
                break
              case 'slow':
                await new Promise<void>(resolve => time.after(7_000, resolve))
            }
            done[partition]?.add(offset)
          },
        })
        const check = () => {
          for (const [p, { committed }] of consumer.partitions.entries()) {
            for (let o = 0; o < committed; o++) assert.ok(done[p]?.has(o), `${p}/${o} was passed`)
          }
        }
        await resilient.run()
        for (const what of disturbances) {
          consumer.turn()
          await time.advance(1_500)
          check()
          if (what === 'rebalance') consumer.heartbeatError = new ProtocolError('REBALANCE_IN_PROGRESS')
          if (what === 'lost') consumer.heartbeatError = new ProtocolError('ILLEGAL_GENERATION')
          if (what === 'cut') consumer.heartbeatError = new Error('connection closed')
          if (what === 'outage') consumer.outage = new ConnectionError('connect ECONNREFUSED')
          if (what === 'crash') consumer.crash(false)
          if (what === 'restart') {
            const stopped = resilient.stop({ drainMs: 3_000 })
            await time.advance(3_000)
            await stopped
            await resilient.run()
          }
        }
        await consumer.drive(
          time,
          () => consumer.partitions.every(({ committed }) => committed === RECORDS),
          500,
        )
        check()
        await resilient.stop()
        assert.ok(done.every(({ size }) => size === RECORDS))
      },
    ),
    { numRuns: 150 },
  )
})
