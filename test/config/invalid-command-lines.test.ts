import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { run } from './command-line.ts'
import { INVALID_COMMAND_LINES } from './invalid-command-lines.ts'

describe('a malformed command line', () => {
  for (const [argv, faults, surroundings = {}] of INVALID_COMMAND_LINES) {
    const variables = Object.entries(surroundings.env ?? {}).map(([name, value]) => `${name}=${value} `)
    it(`${variables.join('')}${argv.join(' ').slice(0, 100)} → ${faults[0]?.slice(0, 60)}`, () => {
      const outcome = run(argv, surroundings)
      assert.deepEqual(outcome.faults, faults)
      assert.equal(outcome.settings, null)
      assert.doesNotMatch(outcome.faults.join('\n'), /hunter2/, 'a secret is printed')
    })
  }
})
