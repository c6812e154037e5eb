import { FOREVER, type Moves, movesOf, plainLog, type Trace, traceOf } from '../traces/trace.ts'
import type { LogLedger } from './log-ledger.ts'
import type { Cast } from './scene.ts'

/** A run on real brokers, for the scores that are shared with traces: their instants are milliseconds since it began. */
export interface Played {
  readonly originAt: number
  readonly endedAt: number
}

/** What was done to one topic by one group. Offsets are as in the log; records that a trace has no place for are data. */
export function toTrace(cast: Cast, logs: readonly LogLedger[], { originAt, endedAt }: Played): Trace {
  const durationMs = endedAt - originAt
  const since = (at: number) => Math.min(Math.max(0, at - originAt), durationMs)
  const partitions = logs.map((log, p) => ({
    logs: [plainLog(Uint32Array.from(log.ackedAt, since))],
    commits: commitMoves(cast, p, since),
    wedges: (cast.ledger.wedges[p] ?? []).map(({ from, to }) => ({
      // What it had finished before is committed a moment later.
      from: since(lastCommitIn(cast, p, from, to)),
      to: since(to),
    })),
  }))
  return traceOf(cast.name, durationMs, partitions, {
    group: cast.ledger.moves.map(move => ({ ...move, at: since(move.at) })),
    config: { ...FOREVER, retentionMs: cast.retention?.retentionMs ?? FOREVER.retentionMs },
    segmentSpanMs: cast.retention?.segmentMs ?? 0,
    expectations: cast.expectations.map(e => ({ ...e, from: since(e.from), to: since(e.to) })),
  })
}

function commitMoves(cast: Cast, p: number, since: (at: number) => number): Moves {
  const commits = cast.ledger.commitsOf(p).filter(c => c.offset >= 0)
  return movesOf(commits.toSorted((a, b) => a.at - b.at).map(c => [since(c.at), c.offset] as const))
}

function lastCommitIn(cast: Cast, p: number, from: number, to: number): number {
  const before = cast.ledger.commitsOf(p).filter(c => c.at <= from)
  let highest = Math.max(-1, ...before.map(c => c.offset))
  let last = from
  for (const { at, offset } of cast.ledger.commitsOf(p)) {
    if (at <= from || at >= to || offset <= highest) continue
    highest = offset
    last = at
  }
  return last
}
