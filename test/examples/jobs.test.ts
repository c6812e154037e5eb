import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takesMs } from '../../examples/exec-probe-worker/jobs.ts'

const JOBS: readonly (readonly [value: string | null, takes: number | null])[] = [
  ['{"takesMs":250}', 250],
  ['{}', 0],
  ['{"takesMs":"long"}', 0],
  ['no JSON', null],
  ['', null],
  ['null', null],
  ['7', null],
  [null, null],
]

for (const [value, takes] of JOBS)
  test(`a record that is no job ends nothing: ${value}`, () => {
    assert.equal(takesMs(value === null ? null : Buffer.from(value)), takes)
  })
