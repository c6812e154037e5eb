import type { ProbeCost } from '../../model/evidence.ts'
import type { Topology } from '../../model/topology.ts'
import type { NodeAddress } from '../transport.ts'
import type { Answer, Failure } from './answer.ts'
import type { Poll } from './poll.ts'
import { type Call, PollCalls, type PollCallsOptions } from './poll-calls.ts'
import { ReadErrors } from './read-errors.ts'
import type { RequestLimits } from './request-limits.ts'

/** What a poll found out that is needed to look something up after it. */
export interface PolledCluster {
  readonly topology: Topology
  /** By row; -1 without one. */
  readonly leader: Int32Array
  readonly brokers: readonly NodeAddress[]
  /** Brokers that failed, in the poll or since: they are not asked again before the next poll. */
  readonly failures: Map<number, Failure>
}

/** Looking something up: a short poll of its own, by what the last one found out. */
export interface Probe extends Poll, Pick<PolledCluster, 'topology' | 'leader'> {
  /** Milliseconds until its time is up. */
  readonly leftMs: () => number
}

export const NO_COST: ProbeCost = { requests: new Map(), errors: [] }

/** Ends with the signal, or when the time is up. */
export async function probing<Result>(
  polled: PolledCluster,
  options: Omit<PollCallsOptions, 'failures'> & {
    readonly limits: RequestLimits
    readonly timeoutMs: number | undefined
  },
  look: (probe: Probe) => Promise<Result>,
): Promise<Result> {
  const { limits, timeoutMs, signal, ...rest } = options
  const ending = new AbortController()
  const end = () => ending.abort(signal.reason)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => ending.abort(timeUp()), timeoutMs)
  const endsAt = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY)
  const leftMs = () => Math.max(1, Math.ceil(endsAt - performance.now()))
  const { topology, leader, brokers, failures } = polled
  const calls = new PollCalls({ ...rest, failures, signal: ending.signal })
  try {
    return await look({ calls, errors: new ReadErrors(), limits, brokers, topology, leader, leftMs })
  } finally {
    calls.close()
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

/**
 * Asks what may mean reading from a cold disk or a remote store. A broker that takes too long is not asked again until
 * the next poll, which finds neither a back-off nor a request before its own.
 */
export async function askPatiently<Value extends { readonly throttleMs: number }>(
  { calls, leftMs }: Probe,
  node: number,
  call: Omit<Call<Value>, 'isHeavy' | 'timeoutMs'>,
): Promise<Answer<Value>> {
  const timeoutMs = Math.min(calls.requestTimeoutMs, leftMs())
  const answer = await calls.ask(node, { ...call, isHeavy: true, timeoutMs })
  if (!answer.ok && answer.failure.code === 'TIMEOUT' && !calls.isEnded)
    calls.failures.set(node, answer.failure)
  return answer
}

function timeUp(): DOMException {
  return new DOMException('the time for looking up was over', 'TimeoutError')
}
