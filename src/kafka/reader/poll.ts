import type { NodeAddress } from '../transport.ts'
import { type Answer, answered, refused } from './answer.ts'
import type { Pace } from './chunks.ts'
import type { Call, PollCalls } from './poll-calls.ts'
import type { ReadErrors } from './read-errors.ts'
import type { RequestLimits } from './request-limits.ts'

/** What every stage of one poll works with. */
export interface Poll {
  readonly calls: PollCalls
  readonly errors: ReadErrors
  readonly limits: RequestLimits
  /** Of this poll's metadata; empty before. */
  brokers: readonly NodeAddress[]
}

export function paceOf({ calls, limits }: Poll, concurrency = limits.concurrency): Pace {
  return { clock: calls.clock, budgetMs: calls.requestTimeoutMs, concurrency }
}

/**
 * Asks one broker after the other, those that answered quickest in this poll first, for what any of them can tell.
 * Two are tried at most.
 */
export async function askLiving<Value extends { readonly throttleMs: number }>(
  poll: Poll,
  callFor: (node: number) => Promise<Answer<Call<Value>>> | Answer<Call<Value>>,
): Promise<Answer<{ readonly node: number; readonly value: Value }>> {
  let last: Answer<never> = refused('UNKNOWN_BROKER', 'no broker is left to ask')
  for (const node of livingNodes(poll).slice(0, 2)) {
    const call = await callFor(node)
    const answer = call.ok ? await poll.calls.ask(node, call.value) : call
    if (answer.ok) return answered({ node, value: answer.value })
    last = answer
  }
  return last
}

/** Brokers that have not failed in this poll, the quickest first. */
export function livingNodes({ calls, brokers }: Poll): number[] {
  const responseMs = (node: number) => calls.responseMs.get(node) ?? Number.MAX_VALUE
  return brokers
    .map(broker => broker.id)
    .filter(node => !calls.failures.has(node))
    .sort((a, b) => responseMs(a) - responseMs(b) || a - b)
}
