import { poisson } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, MINUTE, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** Jobs whose times have no bound: any finite threshold is passed now and then. Reported apart. */
function jobs(name: string, options: TraceOptions, timeMs: (random: RandomTimes) => number): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: poisson(random, durationMs, 1 / 1_200),
    workMs: () => timeMs(random),
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf(name, durationMs, partitions)
}

type RandomTimes = { exponential(mean: number): number; lognormal(median: number, sigma: number): number }

export const lognormalJobs = (options: TraceOptions) =>
  jobs('lognormal jobs, σ 0.8', options, random => random.lognormal(2 * MINUTE, 0.8))

export const wideLognormalJobs = (options: TraceOptions) =>
  jobs('lognormal jobs, σ 1.2', options, random => random.lognormal(2 * MINUTE, 1.2))

export const exponentialJobs = (options: TraceOptions) =>
  jobs('exponential jobs', options, random => random.exponential(5 * MINUTE))
