import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import type { Lab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { labelsOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { type Cell, cellOf, lagMs, lagOf, polled, takenAt } from './lag-clock.ts'
import { configOf, type LagWorld } from './lag-world.ts'
import { type Generation, type WatchedExporter, watchExporter } from './watched-exporter.ts'

const UNHEALTHY = 'kafka_consumergroup_partition_unhealthy_seconds'
const MINUTE = 60_000
const HUNG_SECONDS = 15 * 60
const SHORT_PATIENCE = 'stalled_after: 2s, stalled_after_max: 10s'
const SETTINGS = [
  'max_reading_age: 2h',
  `objectives: [
    {groups: [isolated], ${SHORT_PATIENCE}, isolation: read_committed},
    {groups: ['.*'], ${SHORT_PATIENCE}},
  ]`,
]

let lab: Lab
let exporter: WatchedExporter
/** The exporter's clock is ahead of the brokers' by this much: nobody has a quarter of an hour for a test. */
let aheadMs = 0

/** `records`: commits what it was given, offset + 1. `positions`: commits where the client stands. */
async function join(group: string, topic: string, commits: 'records' | 'positions'): Promise<void> {
  await lab.join({
    ...{ member: group, kind: 'classic', group, topics: [topic] },
    configs: { 'isolation.level': 'read_committed' },
    recordsPerSecond: commits === 'records' ? 1_000 : 0,
  })
}

function oracleOf(group: string, topic: string) {
  return waitUntil(`${group} has committed`, async () => {
    const { groups, topics } = await lab.oracle()
    const offset = groups[group]?.offsets.find(o => o.topic === topic)
    return offset && { ...offset, ...topics[topic]!.partitions[0]! }
  })
}

function stateOf(samples: Samples, cell: Cell): string | undefined {
  const { consumergroup, topic } = cell
  const states = seriesOf(samples, 'kafka_consumergroup_partitions', { consumergroup, topic })
  return labelsOf(states.find(series => samples.get(series) === 1) ?? '').state
}

/** Every scrape that shows this commit. */
function scrapesAt(cell: Cell, committed: number): readonly Generation[] {
  return polled(exporter.generations).filter(
    ({ samples }) => valueIn(samples, 'kafka_consumergroup_current_offset', { ...cell }) === committed,
  )
}

const DRAINED = [
  { topic: 'committed', transactions: ['commit'], committed: 5, rawLag: 1 },
  { topic: 'aborted', transactions: ['commit', 'abort', 'abort'], committed: 5, rawLag: 13 },
] as const

/** Committed, aborted and open: what is left of a topic when only transactions decide. */
export function registerTransactions(world: () => LagWorld): void {
  describe('transactions', () => {
    before(async () => {
      lab = world().lab
      await lab.createTopics(['committed', 'aborted', 'between', 'ledger'].map(name => ({ name })))
      exporter = await watchExporter(configOf(world(), SETTINGS), () => Date.now() + aheadMs)
    })
    after(() => exporter?.stop())

    for (const { topic, transactions, committed, rawLag } of DRAINED) {
      test(`a topic drained to its end, with markers after ${transactions.join(', ')} behind the commit, is caught up`, async () => {
        const cell = cellOf(`reader-of-${topic}`, topic)
        for (const [i, outcome] of transactions.entries())
          await lab.transaction(`${topic}-${i}`, outcome, [{ topic, count: 5 }])
        await join(cell.consumergroup, topic, 'records')
        const truth = await waitUntil('all records are consumed', async () => {
          const seen = await oracleOf(cell.consumergroup, topic)
          return seen.offset === committed && seen
        })
        assert.deepEqual([truth.offset, truth.lag], [committed, rawLag], 'what a subtraction gives')
        await exporter.nextPoll()
        await exporter.nextPoll()
        const seen = scrapesAt(cell, committed)
        assert.ok(seen.length >= 2)
        for (const { samples } of seen) {
          assert.deepEqual(
            [lagOf(samples, cell), lagMs(samples, cell), stateOf(samples, cell)],
            [0, 0, 'caught_up'],
          )
        }
        await lab.leave(cell.consumergroup)
      })
    }

    test('what waits behind aborted records is as old as itself', async () => {
      const cell = cellOf('reader-of-between', 'between')
      const batch = { topic: 'between', count: 4 }
      const old = Date.now() - 30 * MINUTE
      await lab.transaction('between-1', 'commit', [{ ...batch, timestamp: old }])
      await lab.transaction('between-2', 'abort', [{ ...batch, timestamp: old + 10 * MINUTE }])
      await lab.transaction('between-3', 'commit', [{ ...batch, timestamp: old + 20 * MINUTE }])
      await lab.commitOffsets([{ group: cell.consumergroup, offsets: [['between', 0, 4]] }])
      const [waiting] = await lab.timestamps([['between', 0, 4]])
      assert.deepEqual(waiting, { offset: 10, timestamp: old + 20 * MINUTE, type: 'CreateTime' })
      await exporter.nextPoll()
      const { samples } = await exporter.nextPoll()
      assert.equal(lagMs(samples, cell), takenAt(samples) - waiting!.timestamp)
    })

    test('a transaction that stays open is waited for, and after a quarter of an hour it is hung and named', async t => {
      const isolated = cellOf('isolated', 'ledger')
      const readers = [cellOf('by-positions', 'ledger'), cellOf('by-records', 'ledger')]
      await lab.transaction('payments-6', 'commit', [{ topic: 'ledger', count: 5 }])
      await join('by-positions', 'ledger', 'positions')
      await join('by-records', 'ledger', 'records')
      await join('isolated', 'ledger', 'records')
      await lab.transaction('payments-7', 'open', [{ topic: 'ledger', count: 3 }])
      await exporter.until('they wait', s => readers.every(cell => (lagOf(s, cell) ?? 0) > 0))
      const { lastStable, end } = await oracleOf('by-records', 'ledger')
      assert.deepEqual([lastStable, end], [6, 9])
      const [holder] = (await lab.producers('ledger', 0)).filter(p => p.transactionStart >= 0)
      assert.equal(holder!.transactionStart, 6)
      for (const { consumergroup } of readers)
        t.diagnostic(`${consumergroup} committed ${(await oracleOf(consumergroup, 'ledger')).offset}`)

      // Far beyond what a consumer may take, but within what a transaction may.
      for (const minute of [1, 5, 10, 14]) {
        aheadMs = minute * MINUTE
        const { samples } = await exporter.nextPoll()
        for (const cell of readers) assert.equal(stateOf(samples, cell), 'advancing', cell.consumergroup)
        assert.deepEqual([lagOf(samples, isolated), stateOf(samples, isolated)], [0, 'caught_up'])
      }
      aheadMs = 16 * MINUTE
      await exporter.nextPoll()
      const { samples } = await exporter.nextPoll()
      for (const cell of [...readers, isolated]) {
        const seconds = valueIn(samples, UNHEALTHY, { ...cell, state: 'hung_transaction' })
        assert.ok(seconds! > HUNG_SECONDS && seconds! < 17 * 60, `${cell.consumergroup}: ${seconds} s`)
        const { words } = (await exporter.json(`/api/v1/groups/${cell.consumergroup}`)) as GroupDetail
        t.diagnostic(words.join(' '))
        const name = world().kafka.abilities.transactions ? ' with transactional id payments-7' : ''
        const holds = `producer ${holder!.producerId}${name}`
        assert.ok(
          words.some(text => text.includes(holds)),
          words.join(' '),
        )
      }

      await lab.transaction('payments-7', 'commit')
      await exporter.until('both have gone on', s => readers.every(cell => stateOf(s, cell) === 'caught_up'))

      // One that comes to nothing leaves nothing to wait for.
      await lab.transaction('payments-8', 'open', [{ topic: 'ledger', count: 4 }])
      await exporter.until('they wait again', s => readers.every(cell => (lagOf(s, cell) ?? 0) >= 4))
      await lab.transaction('payments-8', 'abort')
      const aborted = await exporter.nextPoll()
      for (const cell of [...readers, isolated])
        assert.deepEqual(
          [lagOf(aborted.samples, cell), stateOf(aborted.samples, cell)],
          [0, 'caught_up'],
          cell.consumergroup,
        )
      const bad = exporter.generations.flatMap(one => seriesOf(one.samples, UNHEALTHY, { topic: 'ledger' }))
      assert.deepEqual([...new Set(bad.map(series => labelsOf(series).state))], ['hung_transaction'])
    })
  })
}
