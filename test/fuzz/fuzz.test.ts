import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byteTargets } from './byte-targets.ts'
import { responseTargets } from './response-targets.ts'
import { type FuzzTarget, fuzz } from './target.ts'

/** The same in every run; `npm run test:fuzz` reads a million of each, and those of other seeds. */
const SEED = 1
const SAMPLE = 3_000

for (const target of [...responseTargets(), ...byteTargets()]) {
  test(`${target.name}: whatever the bytes are, a value or one error, within its memory`, t => {
    const total = { responses: 0, errors: 0 }
    fuzz(target, SEED, 0, SAMPLE, total)
    assert.equal(total.responses, SAMPLE)
    t.diagnostic(`${total.errors} errors`)
  })
}

for (const [what, read, said] of [
  [
    'a count that is believed',
    () => new Int32Array(2 ** 28).length,
    /^it: 1073741824 bytes of memory asked for/,
  ],
  ['a list that is believed', () => new Array(2 ** 20).length, /^it: 8388608 bytes of memory asked for/],
  ['a foreign error', () => Buffer.alloc(1).readInt32BE(0), /^it: RangeError/],
] as const) {
  test(`${what} is found, and how to find it again`, () => {
    const target: FuzzTarget = {
      name: 'it',
      corpus: [Buffer.from('answer')],
      read: () => (read() > 0 ? 'read' : 'refused'),
    }
    const repeat = /repeat: npm run test:fuzz -- --only='it' --seed=7 --from=5 --count=1\n/
    assert.throws(
      () => fuzz(target, 7, 5, 10, { responses: 0, errors: 0 }),
      ({ message }: Error) => said.test(message) && repeat.test(message),
    )
  })
}
