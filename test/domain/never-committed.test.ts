import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CELL_STATES } from '../../src/model/snapshot.ts'
import { observe } from '../fakes/observations.ts'
import { cellIndex, Tracking } from './tracking.ts'

const T0 = 1_700_000_000_000

describe('a partition that was never committed', () => {
  /** Polled every 15 s with a member that has it and no commit; the log by poll, null = its leader has moved. */
  function states(logs: readonly (readonly [number, number] | null)[]) {
    const tracking = new Tracking(T0)
    return logs.map((log, i) => {
      const snapshot = tracking.poll(
        observe({
          at: T0 + 15_000 * i,
          topics: { orders: [log] },
          groups: { billing: { commits: {}, members: { worker: ['orders/0'] } } },
        }),
      )
      const c = cellIndex(snapshot, 'billing', 'orders', 0)
      const since = (snapshot.takenAt - (snapshot.cells.conditionSince[c] as number)) / 1000
      return [CELL_STATES[snapshot.cells.state[c] as number], since]
    })
  }

  it('stays in its state over polls that cannot read its log, and the time of them does not count', () => {
    const logs = [
      ...Array.from({ length: 61 }, () => [0, 10] as const),
      null,
      null,
      null,
      null,
      [0, 10] as const,
    ]
    assert.deepEqual(states(logs).slice(59), [
      ['advancing', Number.NaN],
      ['never_committed', 900],
      ['never_committed', 900],
      ['never_committed', 900],
      ['never_committed', 900],
      ['unknown', Number.NaN],
      ['never_committed', 915],
    ])
  })
})
