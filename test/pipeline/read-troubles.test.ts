import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTroubles } from '../../src/pipeline/read-troubles.ts'

/** What a pass over rows 0 and 1 of one topic learns: of each row in turn `ok`, `-` for nothing, or a code. */
type Answers = readonly (readonly [row: number, answer: string])[]

function said(passes: readonly Answers[]) {
  const lines: string[] = []
  const log = {
    debug() {},
    error() {},
    info: (_fields: object, message: string) => lines.push(message),
    warn: (_fields: object, message: string) => lines.push(message),
  }
  const clock = { now: 0 }
  const troubles = readTroubles(log, () => clock.now)
  for (const answers of passes) {
    clock.now += 1_000
    troubles.asked('orders', 0)
    troubles.asked('orders', 1)
    for (const [row, answer] of answers) {
      if (answer === 'ok') troubles.answered('orders', row)
      else troubles.failed('orders', answer, `row ${row}: ${answer}`)
    }
    troubles.endPass()
  }
  return { lines, code: troubles.codes().get('orders') ?? null, troubles, clock }
}

const BOTH: Answers = [
  [0, 'ok'],
  [1, 'ok'],
]
const ONE: Answers = [
  [0, 'ok'],
  [1, 'TIMEOUT'],
  [0, 'ok'],
]
const TOLD = 'records cannot be read: row 1: TIMEOUT'
const OVER = 'records are read again'

const CASES: Readonly<Record<string, readonly [readonly Answers[], readonly string[], string | null]>> = {
  'nothing is said of what can be read': [[BOTH, BOTH], [], null],
  'one partition that fails beside another that is read is told of once': [
    [ONE, ONE, ONE],
    [TOLD],
    'TIMEOUT',
  ],
  'it is over when every partition answers': [[ONE, ONE, BOTH, BOTH], [TOLD, OVER], null],
  'it is not over while one was not heard of': [[ONE, [[0, 'ok']], []], [TOLD], 'TIMEOUT'],
  'a row that is read and then fails has failed': [[[...BOTH, [1, 'TIMEOUT']]], [TOLD], 'TIMEOUT'],
  'another failure is told of': [
    [ONE, [[1, 'NOT_LEADER']]],
    [TOLD, 'records cannot be read: row 1: NOT_LEADER'],
    'NOT_LEADER',
  ],
  'two failures in whatever order are told of as one': [
    [
      [
        [1, 'TIMEOUT'],
        [0, 'NOT_LEADER'],
      ],
      [
        [0, 'NOT_LEADER'],
        [1, 'TIMEOUT'],
      ],
    ],
    [TOLD],
    'TIMEOUT',
  ],
}

describe('troubles of reading', () => {
  for (const [name, [passes, lines, code]] of Object.entries(CASES)) {
    it(name, () => {
      const told = said(passes)
      assert.deepEqual([told.lines, told.code], [lines, code])
    })
  }

  it('a topic that is refused is left alone for a minute', () => {
    const { troubles, clock } = said([[[0, 'TOPIC_AUTHORIZATION_FAILED']]])
    assert.equal(troubles.isReadable('orders'), false)
    clock.now += 60_000
    assert.equal(troubles.isReadable('orders'), true)
  })

  it('of a topic that is no longer watched nothing is known', () => {
    const { troubles } = said([ONE])
    const before = troubles.codes()
    assert.equal(troubles.codes(), before)
    troubles.keepOnly(new Set())
    assert.deepEqual(troubles.codes(), new Map())
  })
})
