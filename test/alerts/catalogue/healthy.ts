import { compaction } from '../../../bench/accuracy/traces/compaction.ts'
import { rollingDeploys } from '../../../bench/accuracy/traces/rolling-deploys.ts'
import { tenMinuteCommitter } from '../../../bench/accuracy/traces/ten-minute-committer.ts'
import {
  DAY,
  HOUR,
  MINUTE,
  movesOf,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Trace,
  traceOf,
} from '../../../bench/accuracy/traces/trace.ts'
import type { Objective } from '../../../src/model/snapshot.ts'
import { drained } from './drained-transactions.ts'
import { KEPT_DEAD_LETTERS } from './faults-of-dead-letters.ts'
import { BAD_BATCH } from './faults-of-schemas.ts'
import { restartBroker } from './rolling-restart.ts'
import { type Scenario, unproven } from './scenario.ts'
import { arrivals, empty, regular, served, stable } from './worlds.ts'

const LASTS = 3 * HOUR
const OPTIONS = { seed: 3, partitions: 2, days: LASTS / DAY, wedged: false }

const within = (lagMs: number): Partial<Objective> => ({ lagMs })

const world = (partitions: readonly PartitionTrace[], more: Partial<Trace> = {}) =>
  traceOf('healthy', LASTS, partitions, more)

/** Nothing but that nobody has proved himself in a few hours. */
function silent(name: string, trace: Trace, more: Partial<Scenario> = {}): Scenario {
  return {
    name,
    trace,
    faultAt: 0,
    fires: unproven({ trace, faultAt: 0 }),
    offsetsOnly: { fires: [] },
    ...more,
  }
}

const TRICKLE = [11, 12, 13].map(seed => served({ appendedAt: arrivals(seed, 0.2, LASTS) }))

/** 200 a second, and a consumer that is always 20,000 behind: 100 seconds. */
function busy(): PartitionTrace {
  const appendedAt = regular(5, LASTS).map((at, i) => (i < 20_000 ? 0 : at - 100_000))
  const commits = Array.from({ length: (LASTS - 100_000) / 5_000 }, (_, i) => [i * 5_000, i * 1_000] as const)
  return { logs: [plainLog(appendedAt)], commits: movesOf(commits), wedges: [] }
}

const committer = (): Trace => ({ ...tenMinuteCommitter(OPTIONS), objective: within(20 * MINUTE) })

/** Each restart is that of another broker, ten minutes after the one before. */
const ROLLED = [1, 2, 3].map(id => ({ id, at: 1.5 * HOUR + id * 10 * MINUTE }))

export const HEALTHY: readonly Scenario[] = [
  silent('healthy trickle', world(TRICKLE, { objective: within(MINUTE) })),
  silent('busy topic with a constant lag of 20,000', world([busy()], { objective: within(5 * MINUTE) })),
  silent(
    'idle topic',
    world(
      [1, 2].map(seed => served({ appendedAt: arrivals(seed, 1, 10 * MINUTE) })),
      {
        objective: within(MINUTE),
      },
    ),
  ),
  silent(
    'the first messages after hours of silence, and the first ever',
    world(
      [
        served({ appendedAt: Uint32Array.of(1_000, 2.5 * HOUR), workMs: 2 * MINUTE }),
        served({ appendedAt: Uint32Array.of(2.5 * HOUR), workMs: 2 * MINUTE }),
      ],
      { objective: within(10 * MINUTE) },
    ),
  ),
  silent('a consumer that commits every 10 minutes', committer()),
  silent(
    'jobs of 8 minutes, one every 12',
    world(
      [0, 5].map(minute =>
        served({ appendedAt: regular(12 * MINUTE, LASTS, minute * MINUTE), workMs: 8 * MINUTE }),
      ),
      { objective: within(20 * MINUTE) },
    ),
  ),
  silent(
    'scaled to zero without a backlog',
    world(
      [1, 2].map(seed => served({ appendedAt: arrivals(seed, 0.2, HOUR) })),
      { group: [stable(0), empty(HOUR + MINUTE)], objective: within(MINUTE) },
    ),
  ),
  silent('deploys with rebalances', {
    ...rollingDeploys({ ...OPTIONS, days: 4 / 24 }),
    objective: within(2 * MINUTE),
  }),
  silent('drained transactions, read_committed declared', drained(LASTS, 'read_committed')),
  silent('drained transactions, isolation not declared', drained(LASTS, 'auto')),
  silent('compaction', { ...compaction(OPTIONS), objective: within(30 * MINUTE) }),
  silent('the exporter is restarted with its state', committer(), {
    restart: { at: 2 * HOUR + 3 * SECOND, hasState: true },
  }),
  silent('the exporter is restarted without its state', committer(), {
    restart: { at: 2 * HOUR + 3 * SECOND, hasState: false },
  }),
  silent('brokers are restarted one after another', world(TRICKLE, { objective: within(MINUTE) }), {
    disturb: (observation, times) =>
      ROLLED.reduce((seen, broker) => restartBroker(seen, times, broker), observation),
  }),
  KEPT_DEAD_LETTERS,
  BAD_BATCH,
]
