import { Interrupted } from '../admin/admin-calls.ts'
import { GroupPosition } from '../admin/group-position.ts'
import { Pacer } from '../admin/replay/pacer.ts'
import { parseFilter } from '../admin/replay/record-filter.ts'
import { replayGroupOf } from '../admin/replay/replay-group.ts'
import { planReplay, type ReplayPlan } from '../admin/replay/replay-plan.ts'
import { ReplayTally } from '../admin/replay/replay-tally.ts'
import { requireTarget } from '../admin/replay/require-target.ts'
import { type ReplayOptions, runReplay } from '../admin/replay/run-replay.ts'
import { ExporterError, messageOf } from '../errors.ts'
import { humanCount } from '../http/human.ts'
import type { CliIo } from './cli-io.ts'
import { DEFAULT_MAX_HOPS, type DlqReplayFlags } from './dlq-flags.ts'
import type { DlqSession } from './dlq-session.ts'
import { type ReplayEnd, renderSummary, summaryOf } from './dlq-summary.ts'
import { parseOneOf, parseTopic, parseWhole } from './dlq-values.ts'

/** Asks the user; null where there is no terminal to ask at. */
export type Confirm = (question: string) => Promise<boolean> | null

interface ParsedReplay extends ReplayOptions {
  readonly output: 'table' | 'json'
  readonly rate: number | null
}

const PROGRESS_EVERY_MS = 5_000
const EXIT: Readonly<Record<ReplayEnd, number>> = { complete: 0, failed: 1, interrupted: 3 }
const SOME_REFUSED = 2

/** `dlq replay TOPIC`: resolves to the exit code: 0, or 2 with some refused, 1 when it failed, 3 when interrupted. */
export async function runDlqReplay(
  topic: string,
  flags: DlqReplayFlags,
  { calls, tailer }: DlqSession,
  io: CliIo,
  confirm: Confirm,
): Promise<number> {
  const options = parseReplayFlags(topic, flags)
  const position = new GroupPosition(calls, options.group, options.topic)
  const plan = await planReplay({ calls, topic: options.topic, position, isAgain: options.isAgain })
  if (options.target !== null) await requireTarget(calls, options.target)
  if (!options.dryRun && flags.yes !== true) {
    const answer = confirm(questionOf(options, plan))
    if (answer === null) {
      throw new ExporterError('NOT_CONFIRMED', 'there is no terminal to ask at: expected --yes, or --dry-run')
    }
    if (!(await answer)) {
      io.stderr.write('nothing was written\n')
      return 1
    }
  }
  const tally = new ReplayTally()
  const now = () => performance.now()
  const pacer = options.rate === null ? null : new Pacer(options.rate, now, ms => io.wait(ms, calls.signal))
  const onProgress = progressWriter(io, plan, tally)
  let failure: unknown = null
  try {
    await runReplay({ calls, tailer, position, pacer, now: io.now, tally, onProgress }, options, plan)
  } catch (error) {
    failure = error
  }
  const end = failure === null ? 'complete' : failure instanceof Interrupted ? 'interrupted' : 'failed'
  const summary = summaryOf(options, plan, tally, end, failure === null ? null : messageOf(failure))
  io.stdout.write(
    options.output === 'json' ? `${JSON.stringify(summary, null, 2)}\n` : renderSummary(summary),
  )
  if (failure !== null) {
    const resume = options.dryRun ? '' : `; ${howToGoOn(options, tally)}`
    io.stderr.write(`dlq replay: ${messageOf(failure)}${resume}\n`)
  }
  return end === 'complete' && tally.refusedTotal > 0 ? SOME_REFUSED : EXIT[end]
}

function parseReplayFlags(text: string, flags: DlqReplayFlags): ParsedReplay {
  const topic = parseTopic('dlq replay', text)
  if (flags.to === undefined) {
    throw new ExporterError('BAD_FLAG', '--to is missing: expected source, or the name of a topic')
  }
  const target = flags.to === 'source' ? null : parseTopic('--to', flags.to)
  if (target === topic) {
    throw new ExporterError('BAD_FLAG', `--to: got ${target}, which is replayed: expected another topic`)
  }
  const filters = flags.filter ?? []
  return {
    topic,
    target,
    filters: filters.map(parseFilter),
    group: flags.group ?? replayGroupOf(topic, target, filters),
    maxHops: parseWhole('max-hops', flags.maxHops ?? String(DEFAULT_MAX_HOPS), 1, 1_000),
    keepsTimestamps: flags.keepTimestamps === true,
    partitioning: parseOneOf('partition-by', flags.partitionBy ?? 'key', ['key', 'original']),
    transactional: flags.transactional === true,
    dryRun: flags.dryRun === true,
    isAgain: flags.again === true,
    output: parseOneOf('output', flags.output ?? 'table', ['table', 'json']),
    rate: flags.rate === undefined ? null : parseWhole('rate', flags.rate, 1, 1_000_000),
  }
}

function questionOf({ topic, target, group, isAgain }: ParsedReplay, plan: ReplayPlan): string {
  const { atMost, clusterId, isResumed, unplaced } = plan
  const from = isAgain
    ? 'from the log start, whatever was replayed before'
    : isResumed
      ? `from where the last replay to there ended${unplaced === 0 ? '' : `, ${unplaced} partitions from the log start (of those no position is kept: never replayed, or expired)`}`
      : 'from the log start (no position is kept: never replayed, or expired)'
  const to = target === null ? 'the topic that each comes from' : `topic ${target}`
  return `cluster ${clusterId ?? 'without an id'}: send at most ${humanCount(atMost)} records of ${topic} to ${to}, ${from}; the position is kept in group ${group}. Go on? [y/N] `
}

/** With --again it would begin at the log start once more, and send again what was sent. */
export function howToGoOn({ isAgain }: Pick<ParsedReplay, 'isAgain'>, { hasBegun }: ReplayTally): string {
  return `the same command${isAgain && hasBegun ? ' without --again' : ''} goes on where it ended`
}

function progressWriter(io: CliIo, { atMost }: ReplayPlan, tally: ReplayTally): () => void {
  let next = io.now() + PROGRESS_EVERY_MS
  return () => {
    if (io.now() < next) return
    next = io.now() + PROGRESS_EVERY_MS
    const { replayed, filtered, refusedTotal } = tally
    io.stderr.write(
      `sent ${humanCount(replayed)} of at most ${humanCount(atMost)}, left out ${humanCount(filtered)}, refused ${humanCount(refusedTotal)}\n`,
    )
  }
}
