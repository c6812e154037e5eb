import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isDeniedTopic, noteDenied } from '../../../src/domain/lag/denied-topics.ts'
import { HEAD_DENIED, NO_QUESTIONS, noAnswers } from '../../../src/model/evidence.ts'
import { buildTopology } from '../../../src/model/topology.ts'

const topology = buildTopology([
  { name: 'open', id: '', partitions: 1 },
  { name: 'secret', id: '', partitions: 2 },
])
const NOW = 1_700_000_000_000
const MINUTE = 60_000

/** Refused at NOW, of the second partition of `secret`. */
function refused() {
  const answers = noAnswers(1)
  answers.outcome[0] = HEAD_DENIED
  return noteDenied(
    new Map(),
    topology,
    { rows: Int32Array.of(2), offsets: Float64Array.of(5) },
    answers,
    NOW,
  )
}

describe('a topic that may not be read', () => {
  const CASES: readonly (readonly [string, number, boolean])[] = [
    ['is not tried again at once', 0, true],
    ['nor within ten minutes', 10 * MINUTE - 1, true],
    ['but after them', 10 * MINUTE, false],
    ['or when the clock was set back', -1, false],
  ]
  for (const [name, later, denied] of CASES) {
    it(name, () => {
      const after = noteDenied(refused(), topology, NO_QUESTIONS, noAnswers(0), NOW + later)
      assert.deepEqual([0, 1, 2].map(isDeniedTopic(refused(), topology, NOW + later)), [
        false,
        denied,
        denied,
      ])
      assert.deepEqual([...after.keys()], denied ? ['secret'] : [])
    })
  }
})
