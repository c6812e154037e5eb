import type { Random } from '../random.ts'

/** Append times of records; all in milliseconds since the trace began. */

/** A Poisson stream whose rate per second may change with time; `most` bounds it (thinning). */
export function poisson(
  random: Random,
  durationMs: number,
  ratePerSecond: number | { readonly most: number; at(ms: number): number },
  fromMs = 0,
): Uint32Array {
  const most = typeof ratePerSecond === 'number' ? ratePerSecond : ratePerSecond.most
  const expected = (most * (durationMs - fromMs)) / 1000
  const times = new Uint32Array(Math.ceil(expected + 8 * Math.sqrt(expected) + 16))
  let n = 0
  for (let t = fromMs; n < times.length; ) {
    t += random.exponential(1000 / most)
    if (t >= durationMs) break
    if (typeof ratePerSecond !== 'number' && random.next() * most > ratePerSecond.at(t)) continue
    times[n++] = t
  }
  return times.slice(0, n)
}

/** `count` records within `withinMs` after each beginning. */
export function bursts(
  random: Random,
  beginnings: readonly number[],
  count: number,
  withinMs: number,
): Uint32Array {
  const times = new Uint32Array(beginnings.length * count)
  beginnings.forEach((at, b) => {
    for (let i = 0; i < count; i++) times[b * count + i] = at + random.between(0, withinMs)
  })
  return times.sort()
}

export function merged(...parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all.sort()
}

/** first, first + every, … below `end`. */
export function repeated(first: number, every: number, end: number): number[] {
  const times: number[] = []
  for (let t = first; t < end; t += every) times.push(t)
  return times
}
