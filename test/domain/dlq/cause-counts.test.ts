import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CauseCounts } from '../../../src/domain/dlq/cause-counts.ts'

describe('causes of dead letters', () => {
  it('each record counts once; what is not told is empty, and its cause unknown', () => {
    const counts = new CauseCounts()
    counts.count({ topic: 'orders', group: 'billing', cause: 'Refused' })
    counts.count({ topic: 'orders', group: 'billing', cause: 'Refused' })
    counts.count({ topic: null, group: null, cause: null })
    counts.countUnread(7)
    counts.countUnread(0)
    assert.deepEqual(counts.save(), [
      ['orders', 'billing', 'Refused', 2],
      ['', '', 'unknown', 1],
      ['', '', 'unread', 7],
    ])
  })

  it('a thousand causes take a hundred places, and nothing is lost', () => {
    const counts = new CauseCounts()
    for (let i = 0; i < 1_000; i++) counts.count({ topic: 'orders', group: 'billing', cause: `E${i}` })
    counts.countUnread(5)
    const saved = counts.save()
    assert.equal(saved.length, 100)
    assert.deepEqual(saved.slice(-2), [
      ['', '', 'other', 902],
      ['', '', 'unread', 5],
    ])
    counts.count({ topic: 'orders', group: 'billing', cause: 'E0' })
    assert.deepEqual(counts.save()[0], ['orders', 'billing', 'E0', 2])
  })

  it('comes back as it was saved; what makes no sense is left out', () => {
    const counts = new CauseCounts()
    counts.restore([
      ['orders', 'billing', 'Refused', 3],
      ['orders', 1, 'Refused', 3],
      ['a', 'b', 'c', -1],
      null,
      'x',
    ])
    counts.count({ topic: 'orders', group: 'billing', cause: 'Refused' })
    assert.deepEqual(counts.save(), [['orders', 'billing', 'Refused', 4]])
    for (const nonsense of [undefined, null, 7, {}, 'x']) new CauseCounts().restore(nonsense)
  })
})
