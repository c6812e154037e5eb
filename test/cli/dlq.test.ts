import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Command } from 'commander'
import { ReplayTally } from '../../src/admin/replay/replay-tally.ts'
import { addDlqListFlags, addDlqReplayFlags, addDlqShowFlags } from '../../src/cli/dlq-flags.ts'
import { howToGoOn, runDlqReplay } from '../../src/cli/dlq-replay.ts'
import type { DlqSession } from '../../src/cli/dlq-session.ts'
import { renderSummary } from '../../src/cli/dlq-summary.ts'
import { recordedIo } from '../harness/cli-io.ts'

const PAGE = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

test('every flag of dlq is told of', () => {
  const commands = [addDlqListFlags, addDlqShowFlags, addDlqReplayFlags]
  const flags = commands.flatMap(add => add(new Command()).options.map(option => option.long))
  assert.ok(flags.includes('--transactional'))
  assert.deepEqual(
    flags.filter(flag => !PAGE.includes(`\`${flag}=`) && !PAGE.includes(`\`${flag}\``)),
    [],
  )
})

test('what is wrong with the flags of a replay is said before anything is opened', async () => {
  const never = {} as DlqSession
  const cases = [
    ['orders-dlt', {}, '--to is missing: expected source, or the name of a topic'],
    ['orders-dlt', { to: 'orders-dlt' }, '--to: got orders-dlt, which is replayed: expected another topic'],
    ['orders-dlt', { to: 'or ders' }, '--to: got or ders, expected the name of a topic'],
    ['a/b', { to: 'source' }, 'dlq replay: got a/b, expected the name of a topic'],
    ['a', { to: 'source', rate: '0' }, '--rate: got 0, expected a whole number from 1 to 1000000'],
    ['a', { to: 'source', maxHops: 'x' }, '--max-hops: got x, expected a whole number from 1 to 1000'],
    ['a', { to: 'source', partitionBy: 'x' }, '--partition-by: got x, expected key or original'],
    ['a', { to: 'source', output: 'yaml' }, '--output: got yaml, expected table or json'],
  ] as const
  for (const [topic, flags, message] of cases) {
    await assert.rejects(
      runDlqReplay(topic, flags, never, recordedIo(), () => null),
      { message },
    )
  }
})

test('a summary says what became of each record', () => {
  const text = renderSummary({
    ...{ topic: 'orders-dlt', target: null, group: 'g', dryRun: false, transactional: false },
    ...{ end: 'complete', error: null, atMost: 1_250, replayed: 1_230, byTarget: { orders: 1_230 } },
    ...{ filtered: 5, deleted: 11, refused: { no_source_topic: 4, too_large: 1 } },
    examples: [
      { partition: 0, offset: 17, reason: 'no_source_topic' },
      { partition: 2, offset: 5, reason: 'too_large' },
    ],
  })
  assert.equal(
    text,
    `sent 1,230 records
  to orders: 1,230
left out 5 by a filter
11 were deleted before they were read
refused 4: their headers do not say which topic they come from (0/17, …)
refused 1: they are too large for the target (2/5)
`,
  )
})

test('a replay from the log start that has begun goes on without --again', () => {
  const tally = new ReplayTally()
  assert.equal(howToGoOn({ isAgain: true }, tally), 'the same command goes on where it ended')
  tally.hasBegun = true
  assert.equal(howToGoOn({ isAgain: true }, tally), 'the same command without --again goes on where it ended')
  assert.equal(howToGoOn({ isAgain: false }, tally), 'the same command goes on where it ended')
})
