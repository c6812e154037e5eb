import type { Random } from '../random.ts'
import { DAY, HOUR, type Span, type TraceOptions } from './trace.ts'

/** When the consumer of a partition is wedged: of every other partition, and only where the trace shall have it. */
export function wedgesOf(options: TraceOptions, random: Random, partition: number): Span[] {
  if (!options.wedged || partition % 2 === 0) return []
  const middle = options.days * DAY * random.between(0.5, 0.6)
  const last = options.days * DAY * random.between(0.88, 0.9)
  const span = (from: number, to: number) => ({ from: Math.floor(from), to: Math.floor(to) })
  return [span(middle, middle + 6 * HOUR), span(last, options.days * DAY)]
}

/** Without those in which nothing was there to be worked on: nobody is wedged who has nothing to do. */
export function duringWork(wedges: readonly Span[], appendedAt: Uint32Array): Span[] {
  return wedges.filter(({ from, to }) => appendedAt.some(at => at >= from && at < to))
}
