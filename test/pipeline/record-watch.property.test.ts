import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StateStore } from '../../src/model/ports.ts'
import type { RecordWatcher } from '../../src/model/record-watch.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { TailedRecord } from '../../src/model/tail.ts'
import { RecordWatch } from '../../src/pipeline/record-watch.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { FakeLogs } from './fake-logs.ts'

const PARTITIONS = 3
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Counts, and remembers each record that it has been given since its last save. */
class Tally implements RecordWatcher {
  readonly name = 'tally'
  counts = { taken: 0, jumped: 0, unreadable: 0 }
  shown = { taken: 0, jumped: 0, unreadable: 0 }
  readonly #rate: number

  constructor(rate: number) {
    this.#rate = rate
  }
  wants(): number {
    return this.#rate
  }
  take(_topic: string, records: readonly TailedRecord[]): void {
    this.counts.taken += records.length
  }
  passOver(_topic: string, count: number, why: 'jumped' | 'unreadable'): void {
    this.counts[why] += count
  }
  keepOnly(): void {}
  save(): unknown {
    return { ...this.counts }
  }
  restore(saved: unknown): void {
    this.counts = { ...(saved as typeof this.counts) }
  }
  publish(): void {
    this.shown = { ...this.counts }
  }
}

class Disk implements StateStore {
  #bytes: Uint8Array | null = null
  async load() {
    return this.#bytes
  }
  async save(bytes: Uint8Array) {
    this.#bytes = bytes
  }
}

type Happening =
  | { readonly kind: 'append' | 'retention' | 'spoil'; readonly partition: number; readonly count: number }
  | { readonly kind: 'poll' | 'pass' | 'save' | 'kill' | 'stop' }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('append' as const, 'append' as const, 'retention' as const, 'spoil' as const),
      partition: fc.nat(PARTITIONS - 1),
      count: fc.integer({ min: 1, max: 20 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'poll' as const,
        'pass' as const,
        'save' as const,
        'kill' as const,
        'stop' as const,
      ),
    }),
  },
)

for (const [title, rate] of [
  ['every record', Number.POSITIVE_INFINITY],
  ['a sample', 4],
] as const) {
  test(`whatever happens, ${title} is told of once, and no counter that was shown goes back`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 60 }), async happenings => {
        const logs = new FakeLogs({ orders: new Array(PARTITIONS).fill(0) })
        const ends = new Array<number>(PARTITIONS).fill(0)
        const starts = new Array<number>(PARTITIONS).fill(0)
        const disk = new Disk()
        let now = 1_000_000
        const poll = () => buildSnapshot({ clusterId: 'c1', takenAt: now, topics: logs.facts() })
        let snapshot: Snapshot = poll()
        let shown = 0
        const begin = () => {
          const tally = new Tally(rate)
          const watch = new RecordWatch(
            { maxBytesPerSecond: 1_000_000, saveTimeoutMs: 30_000 },
            {
              tailer: logs,
              snapshot: () => snapshot,
              watchers: [tally],
              store: disk,
              clock: () => now,
              log: SILENT,
            },
          )
          return { tally, watch }
        }
        const pass = async (ms: number) => {
          now += ms
          await running.watch.pass()
          check()
        }
        const check = () => {
          const total = sum(running.tally.shown)
          assert.ok(total >= shown, `${total} after ${shown} had been shown`)
          assert.ok(total <= sum(ends), `${total} of ${sum(ends)}`)
          shown = total
        }
        let running = begin()
        await pass(0)
        for (const happening of happenings) {
          if (happening.kind === 'append') {
            ends[happening.partition]! += happening.count
            logs.append('orders', happening.partition, happening.count)
          } else if (happening.kind === 'retention') {
            const { partition, count } = happening
            starts[partition] = Math.min(ends[partition]!, starts[partition]! + count)
            logs.deleteBefore('orders', partition, starts[partition]!)
          } else if (happening.kind === 'spoil') {
            const offset = ends[happening.partition]! - happening.count
            if (offset >= 0) logs.spoil('orders', happening.partition, offset)
          } else if (happening.kind === 'poll') {
            now += 1_000
            snapshot = poll()
          } else if (happening.kind === 'pass') await pass(1_000)
          else if (happening.kind === 'save') await pass(5_000)
          else {
            if (happening.kind === 'stop') await running.watch.stop()
            running = begin()
            await pass(100)
          }
        }
        now += 1_000
        snapshot = poll()
        for (let i = 0; i < 3; i++) await pass(5_000)
        assert.equal(sum(running.tally.shown), sum(ends))
      }),
      { numRuns: 150, seed: 7 },
    )
  })
}

function sum(counts: Readonly<Record<string, number>> | readonly number[]): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}
