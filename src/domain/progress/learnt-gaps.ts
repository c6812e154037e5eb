/** What of an objective and of the polling a threshold depends on. */
export interface StallLimits {
  readonly stalledAfterMs: number
  readonly stalledAfterMaxMs: number
  readonly pollIntervalMs: number
}

/**
 * The longest of one cell's newest gaps between the beginning of work and an advance, oldest first, as pairs: number
 * of the gap since the first, milliseconds. Those that cannot matter any more are left out.
 */
export type Gaps = Float64Array

export const NO_GAPS: Gaps = new Float64Array(0)

/** How many of the newest gaps count. */
const WINDOW = 200
/** So many of them are the tail that the threshold is extrapolated from. */
const tailOf = (n: number) => Math.max(5, Math.floor(n / 20))
/** The tail and the gap below it. */
const LONGEST = tailOf(WINDOW) + 1
/** With fewer, the distribution is not known. */
const FEW = 10
/** From here on one long gap may be an outage: it counts no more than 1.25 times the next one. */
const MANY = 31
const OUTLIER = 1.25
/** The gap that is exceeded once in so many, if the tail is exponential. */
const ONE_IN = 20_000
/** However wide the tail: so that a stall is found within 2.2 times the longest healthy gap. */
const FARTHEST = 1.9
/** Short ones keep no list, whatever their order: one second decides nothing beside a poll. */
const RESOLUTION_MS = 1_000

/**
 * `total`: gaps before this one. A gap is forgotten once it is none of the last 200, and once so many newer ones are
 * as long that it can never again be among the longest that count. Gaps up to a quarter of `stalledAfterMs` are only
 * counted: the floor of the threshold makes them irrelevant, and most cells have no others.
 */
export function addGap(gaps: Gaps, total: number, ms: number, stalledAfterMs: number): Gaps {
  const oldest = total + 1 - WINDOW
  const isKept = ms > stalledAfterMs / 4
  if (!isKept && (gaps.length === 0 || (gaps[0] as number) >= oldest)) return gaps
  const added = isKept ? Math.ceil(ms / RESOLUTION_MS) * RESOLUTION_MS : 0
  const kept = new Float64Array(gaps.length + 2)
  let size = 0
  for (let i = 0; i < gaps.length; i += 2) {
    if ((gaps[i] as number) < oldest || newerAsLong(gaps, i, added) >= LONGEST) continue
    kept[size++] = gaps[i] as number
    kept[size++] = gaps[i + 1] as number
  }
  if (isKept) {
    kept[size++] = total
    kept[size++] = added
  }
  return size === 0 ? NO_GAPS : size === kept.length ? kept : kept.slice(0, size)
}

function newerAsLong(gaps: Gaps, at: number, added: number): number {
  const length = gaps[at + 1] as number
  let count = added >= length ? 1 : 0
  for (let i = at + 3; i < gaps.length; i += 2) {
    if ((gaps[i] as number) >= length) count++
  }
  return count
}

/**
 * A patience as polls can keep it: what it counts from is seen up to one poll late, and its end up to another. So that
 * it is over at most one poll late, it is a poll shorter, but not by more than half.
 */
export function patienceOf(ms: number, pollIntervalMs: number): number {
  return Math.max(ms - pollIntervalMs, ms / 2)
}

/** How long a cell that has not shown its pace may have work without an advance. */
export function unlearntThreshold({
  stalledAfterMs,
  stalledAfterMaxMs,
  pollIntervalMs,
}: StallLimits): number {
  return patienceOf(Math.min(3 * stalledAfterMs, Math.max(stalledAfterMs, stalledAfterMaxMs)), pollIntervalMs)
}

/**
 * How long a cell with these gaps may have work without an advance. Not kept gaps are taken for as long as they can
 * have been, so that the threshold is never below what the whole list would give.
 *
 * Two polls stand on top of `stalledAfterMaxMs` too: a gap of exactly that length is seen up to a poll longer.
 */
export function stallThreshold(gaps: Gaps, total: number, limits: StallLimits): number {
  const { stalledAfterMs, stalledAfterMaxMs, pollIntervalMs } = limits
  const within = (floor: number, ms: number) =>
    Math.max(floor, Math.min(stalledAfterMaxMs, ms) + 2 * pollIntervalMs)
  const n = Math.min(total, WINDOW)
  const short = stalledAfterMs / 4
  if (n < FEW) {
    const unlearnt = unlearntThreshold(limits)
    if (gaps.length === 0) return unlearnt
    const longest = longestFirst(gaps, total)
    // The second longest, for one of the first gaps may be an outage; of one or two that cannot be said.
    return within(unlearnt, 2 * (longest[n < 3 ? 0 : 1] as number))
  }
  const floor = patienceOf(stalledAfterMs, pollIntervalMs)
  if (gaps.length === 0) return within(floor, FARTHEST * short)
  return within(floor, extrapolate(longestFirst(gaps, total), n, short))
}

/** Written over by every call: thresholds are reckoned for many thousands of cells in one poll. */
const longestOnes = new Float64Array(LONGEST)

/** The longest of the window in order, 0 for those that are not kept. */
function longestFirst(gaps: Gaps, total: number): Float64Array {
  longestOnes.fill(0)
  for (let i = 0; i < gaps.length; i += 2) {
    if ((gaps[i] as number) < total - WINDOW) continue
    const length = gaps[i + 1] as number
    let at = LONGEST
    for (; at > 0 && (longestOnes[at - 1] as number) < length; at--) {
      if (at < LONGEST) longestOnes[at] = longestOnes[at - 1] as number
    }
    if (at < LONGEST) longestOnes[at] = length
  }
  return longestOnes
}

/**
 * The mean excess of the tail over the gap below it (peaks over threshold), extrapolated to one in 20,000. Where long
 * gaps are rare among short ones that is far beyond any of them, or short of them all: so never more than 1.9 times
 * the longest, and never less than the third longest, for what came three times in 200 is usual.
 */
function extrapolate(longest: Float64Array, n: number, short: number): number {
  const tail = tailOf(n)
  const at = (i: number) => Math.max(short, longest[i] as number)
  const first = n < MANY ? at(0) : Math.min(at(0), OUTLIER * at(1))
  // The lower the gap below the tail, the farther the tail reaches: one that is not kept counts as none.
  const below = longest[tail] as number
  let excess = first - below
  for (let i = 1; i < tail; i++) excess += at(i) - below
  const reach = below + (excess / tail) * Math.log((ONE_IN * tail) / n)
  return Math.max(longest[2] as number, Math.min(reach, FARTHEST * first))
}
