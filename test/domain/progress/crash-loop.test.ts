import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Story } from './watching.ts'

describe('a consumer that crashes whenever it starts', () => {
  it('is no consumer within the patience for that, though its group has members every five minutes', () => {
    const story = new Story()
    story.at(0)
    // Gone at 15 s with work; back for 45 s (a session that runs out) every five minutes.
    story.at(15, { log: [0, 200], group: 'Empty' })
    for (let start = 300; start <= 1_200; start += 300) {
      story.until(start - 15, { group: 'Empty' })
      story.until(start + 30, { group: 'Stable' })
    }
    const { state, since } = story.until(1_245, { group: 'Empty' }) ?? {}
    assert.deepEqual([state, since], ['no_consumer', 1_230])
  })

  it('is one once it advances', () => {
    const story = new Story()
    story.at(0)
    story.at(15, { log: [0, 200], group: 'Empty' })
    story.until(900)
    story.until(945, { group: 'Stable', commit: 150 })
    assert.equal(story.until(1_500, { group: 'Empty' })?.state, 'advancing')
    assert.equal(story.until(1_860, { group: 'Empty' })?.state, 'no_consumer')
  })
})
