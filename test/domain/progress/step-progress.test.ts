import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Story } from './watching.ts'

const NONE = Number.NaN

/** Messages come in at 1 a poll, and each is done by the next one. */
function busy(story: Story, until: number): void {
  for (let s = story.seconds; s <= until; s += 15)
    story.at(s, { log: [0, 101 + s / 15], commit: 100 + s / 15 })
}

describe('the progress of one partition', () => {
  it('is caught up, works, and is caught up again', () => {
    const story = new Story()
    assert.deepEqual(story.at(0), {
      state: 'caught_up',
      work: NONE,
      stall: NONE,
      since: NONE,
      threshold: 885,
      gaps: 0,
    })
    story.at(15, { log: [0, 110] })
    assert.deepEqual(story.at(30), {
      state: 'advancing',
      work: 15,
      stall: 15,
      since: NONE,
      threshold: 885,
      gaps: 0,
    })
    assert.deepEqual(story.at(45, { commit: 105 }), {
      state: 'advancing',
      work: 0,
      stall: 0,
      since: NONE,
      threshold: 885,
      gaps: 1,
    })
    assert.deepEqual(story.at(60, { commit: 110 }), {
      state: 'caught_up',
      work: NONE,
      stall: NONE,
      since: NONE,
      threshold: 885,
      gaps: 2,
    })
  })

  it('is stalled at the first poll past its threshold, counted from its last advance', () => {
    const story = new Story()
    busy(story, 600)
    assert.equal(story.until(885)?.state, 'advancing')
    assert.equal(story.view()?.stall, 285)
    assert.deepEqual(story.until(900), {
      state: 'stalled',
      work: 300,
      stall: 300,
      since: 300,
      threshold: 285,
      gaps: 40,
    })
    assert.equal(story.at(915, { commit: 141 })?.state, 'caught_up')
  })

  it('that has not shown its pace has three times the patience', () => {
    const story = new Story()
    story.at(0, { log: [0, 105] })
    assert.equal(story.until(885)?.state, 'advancing')
    assert.equal(story.until(900)?.state, 'stalled')
  })

  it('is stalled at a poison pill with 5 messages left and nothing coming in', () => {
    const story = new Story()
    busy(story, 300)
    story.at(315, { log: [0, 125], commit: 120 })
    // Auto-commit writes the same offset again with every poll of the consumer.
    assert.equal(story.until(585)?.state, 'advancing')
    assert.deepEqual([story.until(600)?.state, story.view()?.since], ['stalled', 300])
  })

  it('of a committer every 10 minutes is never stalled, and found soon after it has stopped', () => {
    const story = new Story()
    let end = 100
    const states = new Set<string | undefined>()
    for (let s = 0; s <= 36_000; s += 15) {
      const commits = s % 600 === 0 ? { commit: end } : {}
      end += 3
      states.add(story.at(s, { log: [0, end], ...commits })?.state)
    }
    assert.deepEqual([...states], ['advancing'])
    assert.equal(story.view()?.threshold, 630)
    assert.equal(story.until(36_630)?.state, 'advancing')
    assert.equal(story.until(36_645)?.state, 'stalled')
  })

  it("of a sparse topic is not stalled by an idle night's first record", () => {
    const story = new Story()
    busy(story, 600)
    story.at(615, { commit: 141 })
    assert.equal(story.until(36_000)?.state, 'caught_up')
    assert.deepEqual([story.at(36_015, { log: [0, 142] })?.state, story.view()?.work], ['advancing', 0])
  })

  it('ends its work without learning where only control batches are left', () => {
    const story = new Story()
    busy(story, 300)
    assert.equal(story.view()?.gaps, 20)
    story.at(315, { log: [0, 122], commit: 122 })
    story.at(330, { log: [0, 123] })
    const ended = story.at(345, { effective: 0 })
    assert.deepEqual([ended?.state, ended?.work, ended?.gaps], ['caught_up', NONE, 21])
  })
})

describe('what is no advance', () => {
  it('the same offset committed again', () => {
    const story = new Story()
    story.at(0, { log: [0, 105] })
    assert.equal(story.at(15, { commit: 100 })?.work, 15)
  })

  it('a rewind: the clock runs on from the new place', () => {
    const story = new Story()
    busy(story, 600)
    story.until(750)
    assert.deepEqual([story.at(765, { commit: 50 })?.work, story.view()?.gaps], [165, 40])
    assert.equal(story.until(885)?.state, 'advancing')
    assert.equal(story.until(900)?.state, 'stalled')
    const regained = story.at(915, { commit: 60 })
    assert.deepEqual([regained?.state, regained?.work, regained?.gaps], ['advancing', 0, 41])
  })

  it('a rewind of a partition that was caught up: work begins', () => {
    const story = new Story()
    story.at(0)
    const rewound = story.at(15, { commit: 40 })
    assert.deepEqual([rewound?.state, rewound?.work, rewound?.gaps], ['advancing', 0, 0])
  })
})

describe('time that does not count as stalled', () => {
  it('scale to zero and back', () => {
    const story = new Story()
    busy(story, 600)
    assert.equal(story.until(7_800, { group: 'Empty', log: [0, 900] })?.state, 'no_consumer')
    const back = story.at(7_815, { group: 'Stable' })
    assert.deepEqual([back?.state, back?.work, back?.stall], ['advancing', 7_215, 15])
    const learnt = story.at(7_830, { commit: 500 })
    assert.deepEqual([learnt?.work, learnt?.gaps, learnt?.threshold], [0, 41, 285])
  })

  it('a group that becomes Empty without backlog has nothing to answer for', () => {
    const story = new Story()
    story.at(0)
    assert.equal(story.until(36_000, { group: 'Empty' })?.state, 'caught_up')
  })

  it('no consumer counts from when the group became Empty, or from the first work after it', () => {
    const story = new Story()
    story.at(0, { log: [0, 105] })
    assert.equal(story.until(915, { group: 'Empty' })?.state, 'advancing')
    assert.deepEqual([story.until(930)?.state, story.view()?.since], ['no_consumer', 915])

    const later = new Story()
    later.until(3_600, { group: 'Empty' })
    assert.equal(later.until(4_515, { log: [0, 105] })?.state, 'advancing')
    assert.deepEqual([later.until(4_530)?.state, later.view()?.since], ['no_consumer', 915])
  })

  it('a group that drains dead letters when somebody starts it is not missed where it does so', () => {
    const story = new Story()
    story.watching.drainedBy = new Map([['orders', 'billing']])
    story.at(0, { log: [0, 105] })
    assert.equal(story.until(7_200, { group: 'Empty' })?.state, 'advancing')
    assert.equal(story.until(14_400, { group: 'Stable' })?.state, 'stalled')

    const elsewhere = new Story()
    elsewhere.watching.drainedBy = new Map([
      ['orders', 'redriver'],
      ['others', 'billing'],
    ])
    elsewhere.at(0, { log: [0, 105] })
    assert.equal(elsewhere.until(930, { group: 'Empty' })?.state, 'no_consumer')
  })

  it('jobs that commit while the group is Empty have a consumer, and teach nothing', () => {
    const story = new Story()
    for (let s = 0; s <= 7_200; s += 15) {
      const commits = s % 600 === 0 ? { commit: 100 + s / 15 } : {}
      const view = story.at(s, { group: 'Empty', log: [0, 105 + s / 15], ...commits })
      assert.equal(view?.state, 'advancing')
      assert.equal(view?.gaps, 0)
    }
  })

  it('a crash loop does not hide a stall', () => {
    const story = new Story()
    busy(story, 600)
    // Up for a minute, gone for a minute: half of the time counts.
    const states: (string | undefined)[] = []
    for (let s = 615; s <= 1_260; s += 15) {
      states.push(story.at(s, { group: Math.floor(s / 60) % 2 === 0 ? 'Empty' : 'Stable' })?.state)
    }
    assert.ok(states.includes('stalled'))
    assert.ok(!states.slice(0, 570 / 15 - 1).includes('stalled'))
  })

  it('a rolling restart rebalances for minutes, and counts', () => {
    const story = new Story()
    busy(story, 600)
    assert.equal(story.until(780, { group: 'PreparingRebalance', reads: null })?.state, 'advancing')
    const back = story.at(795, { group: 'Stable', reads: 'orders', commit: 141, log: [0, 160] })
    assert.deepEqual([back?.state, back?.gaps, back?.threshold], ['advancing', 41, 285])
  })

  it('what cannot be read: first held, then unknown, and the clock goes on where it was', () => {
    const story = new Story()
    busy(story, 600)
    story.until(690)
    assert.deepEqual([story.view()?.work, story.view()?.stall], [90, 90])
    const held = story.until(720, { commit: 'unread' })
    assert.deepEqual([held?.state, held?.work, held?.stall], ['advancing', 120, 90])
    const gone = story.until(3_000)
    assert.deepEqual([gone?.state, gone?.stall, gone?.since], ['unknown', 90, NONE])
    const back = story.at(3_015, { commit: 140 })
    assert.deepEqual([back?.state, back?.stall], ['advancing', 105])
    assert.equal(story.until(3_195)?.state, 'advancing')
    assert.equal(story.until(3_210)?.state, 'stalled')
  })

  it('an advance shows even while the log cannot be read', () => {
    const story = new Story()
    busy(story, 600)
    story.until(915)
    const moved = story.at(930, { log: null, commit: 141 })
    assert.deepEqual([moved?.state, moved?.work, moved?.gaps], ['advancing', 0, 41])
  })

  it('a stall is held over a missed read', () => {
    const story = new Story()
    busy(story, 600)
    story.until(915)
    const held = story.at(930, { commit: 'unread' })
    assert.deepEqual([held?.state, held?.since], ['stalled', 315])
  })

  it('a commit beyond the end', () => {
    const story = new Story()
    busy(story, 600)
    const beyond = story.at(615, { log: [0, 50] })
    assert.deepEqual([beyond?.state, beyond?.work, beyond?.stall], ['unknown', 15, 0])
    assert.equal(story.at(630, { log: [0, 200] })?.stall, 15)
  })
})

describe('transactions', () => {
  it('waiting for one is no stall; hung, it is told apart; and its end is not a stall either', () => {
    const story = new Story()
    busy(story, 600)
    const place = { log: [0, 200] as const, commit: 150, stable: 150 }
    story.at(615, place)
    assert.equal(story.until(1_515)?.state, 'advancing')
    assert.deepEqual([story.until(1_530)?.state, story.view()?.since], ['hung_transaction', 915])
    const ended = story.at(1_545, { stable: 200 })
    assert.deepEqual([ended?.state, ended?.work, ended?.stall], ['advancing', 930, 15])
    const done = story.at(1_560, { commit: 200 })
    assert.deepEqual([done?.state, done?.gaps, done?.threshold], ['caught_up', 42, 285])
  })

  it('where the objective says read_uncommitted, it stands there for another reason', () => {
    const story = new Story({ isolation: 'read_uncommitted' })
    busy(story, 600)
    story.at(615, { log: [0, 200], commit: 150, stable: 150 })
    assert.equal(story.until(930)?.state, 'stalled')
  })

  it('below the last stable offset a consumer has no excuse', () => {
    const story = new Story()
    busy(story, 600)
    story.at(615, { log: [0, 200], commit: 150, stable: 160 })
    assert.equal(story.until(930)?.state, 'stalled')
  })
})

describe('partitions without a commit, and without a reader', () => {
  it('assigned over an empty log, then data, then patience, then the first commit', () => {
    const story = new Story()
    assert.equal(story.at(0, { commit: 'none', log: [7, 7] })?.state, 'caught_up')
    assert.equal(story.at(15, { log: [7, 9] })?.state, 'advancing')
    assert.equal(story.until(900)?.state, 'advancing')
    assert.deepEqual([story.until(915)?.state, story.view()?.since], ['never_committed', 900])
    const first = story.at(930, { commit: 8 })
    assert.deepEqual([first?.state, first?.work, first?.gaps], ['advancing', 0, 0])
  })

  it('is abandoned once a Stable group reads other topics, and read again later', () => {
    const story = new Story()
    story.at(0, { log: [0, 105] })
    assert.deepEqual([story.at(15, { reads: 'others' })?.state, story.view()?.since], ['abandoned', 0])
    assert.deepEqual([story.until(600)?.state, story.view()?.since], ['abandoned', 585])
    // Half handed out, an assignment says nothing.
    assert.equal(story.at(615, { group: 'PreparingRebalance', reads: null })?.state, 'abandoned')
    assert.deepEqual([story.at(630, { group: 'Stable' })?.since], [615])
    assert.equal(story.at(645, { reads: 'orders' })?.state, 'advancing')
    assert.deepEqual([story.at(660, { reads: 'others' })?.since], [0])
  })

  it('is not abandoned by members that have no partition yet', () => {
    const story = new Story()
    story.at(0, { log: [0, 105], reads: null })
    assert.equal(story.view()?.state, 'advancing')
  })
})

describe('a restart', () => {
  it('with the same commit lets the clocks run on, and the threshold is as it was', () => {
    const story = new Story()
    busy(story, 600)
    story.until(750)
    story.watching.restart()
    const back = story.at(870)
    assert.deepEqual(
      [back?.state, back?.work, back?.stall, back?.threshold, back?.gaps],
      ['advancing', 270, 270, 285, 40],
    )
    assert.equal(story.until(915)?.state, 'stalled')
  })

  it('with another commit begins anew and learns nothing of the time when nobody watched', () => {
    for (const commit of [145, 60]) {
      const story = new Story()
      busy(story, 600)
      story.watching.restart()
      const back = story.at(7_800, { commit, log: [0, 200] })
      assert.deepEqual([back?.state, back?.work, back?.gaps], ['advancing', 0, 40], `${commit}`)
    }
  })

  it('does not count the time without it against an Empty group', () => {
    const story = new Story()
    busy(story, 600)
    story.until(630, { group: 'Empty' })
    story.watching.restart()
    assert.deepEqual([story.at(7_800)?.state, story.view()?.since], ['no_consumer', 7_185])
    assert.deepEqual([story.at(7_815, { group: 'Stable' })?.state, story.view()?.stall], ['advancing', 15])
  })

  it('does not make a stalled partition of an abandoned one until it is described', () => {
    const story = new Story()
    story.at(0, { log: [0, 105], reads: 'others' })
    story.until(1_200)
    story.watching.restart()
    assert.deepEqual([story.at(1_215, { reads: null })?.state, story.view()?.since], ['abandoned', 1_215])
    assert.equal(story.at(1_230, { reads: 'orders' })?.state, 'stalled')
  })
})

describe('a clock that is set back', () => {
  it('leaves nothing in the future', () => {
    const story = new Story()
    busy(story, 600)
    const back = story.at(-3_600)
    assert.deepEqual([back?.work, back?.stall, back?.state], [0, 0, 'advancing'])
    assert.equal(story.at(-3_585)?.work, 15)
  })
})
