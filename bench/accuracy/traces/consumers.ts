import { countUpTo, type Moves, type Span } from './trace.ts'

export interface ConsumerModel {
  /** How long each record takes, in milliseconds; the argument is its offset. */
  readonly workMs: number | ((offset: number) => number)
  /** Time between commits. */
  readonly commitEveryMs: number
  /** Of the commits' clock. */
  readonly phaseMs: number
  /** While nothing is worked on nor committed: ascending, not overlapping. */
  readonly pauses?: readonly Span[]
  /** When this consumer began, and at which offset. */
  readonly from?: number
  readonly offset?: number
  /** When it ended: no commit later than this. */
  readonly to?: number
}

/**
 * One server that takes records in order, one at a time, as soon as they are appended, and commits on a clock what it
 * has finished. Gives its commits, changes only.
 */
export function consume(appendedAt: Uint32Array, model: ConsumerModel): Moves {
  const { workMs, commitEveryMs: every, phaseMs, pauses = [], offset = 0, to = 0xffff_ffff } = model
  const at: number[] = []
  const offsets: number[] = []
  let free = model.from ?? 0
  let pause = 0
  for (let i = offset; i < appendedAt.length; i++) {
    let begin = Math.max(free, appendedAt[i] as number)
    while (pause < pauses.length && (pauses[pause] as Span).to <= begin) pause++
    if (pause < pauses.length && begin >= (pauses[pause] as Span).from) begin = (pauses[pause] as Span).to
    free = begin + (typeof workMs === 'number' ? workMs : workMs(i))
    let commit = Math.ceil((free - phaseMs) / every) * every + phaseMs
    for (let p = pause; p < pauses.length && (pauses[p] as Span).from <= commit; p++) {
      const { to: end } = pauses[p] as Span
      if (end > commit) commit = Math.ceil((end - phaseMs) / every) * every + phaseMs
    }
    if (commit >= to) break
    const last = at.length - 1
    if (last >= 0 && (at[last] as number) >= commit) offsets[last] = i + 1
    else {
      at.push(commit)
      offsets.push(i + 1)
    }
  }
  return { at: Uint32Array.from(at), to: Uint32Array.from(offsets) }
}

/** One after the other; the first before the second in time. */
export function joinMoves(...parts: readonly Moves[]): Moves {
  const length = parts.reduce((sum, part) => sum + part.at.length, 0)
  const at = new Uint32Array(length)
  const to = new Uint32Array(length)
  let n = 0
  for (const part of parts) {
    at.set(part.at, n)
    to.set(part.to, n)
    n += part.at.length
  }
  return { at, to }
}

/** The moves before an instant. */
export function movesBefore({ at, to }: Moves, instant: number): Moves {
  const n = instant <= 0 ? 0 : countUpTo(at, instant - 1)
  return { at: at.slice(0, n), to: to.slice(0, n) }
}

/** The spans of all in order of time; those that touch become one. */
export function joinSpans(...lists: readonly (readonly Span[])[]): Span[] {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of lists.flat().sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}
