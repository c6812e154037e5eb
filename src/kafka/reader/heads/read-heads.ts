import type { HeadProbe, HeadQuestions } from '../../../model/evidence.ts'
import { decodeFetch, encodeFetch, FETCH, type FetchResponse } from '../../wire/fetch.ts'
import type { Answer, Failure } from '../answer.ts'
import { partitionName } from '../offsets-phase.ts'
import { positionsByLeader } from '../positions-by-leader.ts'
import { askPatiently, type Probe } from '../probe.ts'
import { FetchBudget } from './fetch-budget.ts'
import { type FetchSizes, MOST_BYTES } from './fetch-sizes.ts'
import { progressOf } from './head-progress.ts'
import { type Judge, judgeAnswer } from './judge-answer.ts'
import { type HeadRequest, LeaderQueue } from './leader-queue.ts'

/** What the questions to one leader share. */
interface Lane {
  readonly node: number
  readonly queue: LeaderQueue
  /** Its part of what is left: how many leaders are asked at the same time. */
  readonly share: number
  readonly judge: Judge
}

/**
 * Looks at the records at and after offsets, with as few bytes as may be: each leader is asked one thing at a time, and
 * what needs more bytes, or lies behind control batches and aborted data, is asked for again with the rest.
 */
export async function readHeads(
  probe: Probe,
  sizes: FetchSizes,
  questions: HeadQuestions,
  budgetBytes: number,
): Promise<HeadProbe> {
  const { calls, topology, errors, limits } = probe
  const { topics } = topology
  const budget = new FetchBudget(budgetBytes)
  const progress = await calls.run(progressOf(questions, topology))
  const denied = new Set<number>()
  const { byNode, leaderless } = await calls.run(positionsByLeader(questions.rows, probe.leader))
  for (const question of leaderless) progress.failed(question)
  const lanes = [...byNode].map(([node, own]): Lane => {
    const fail = (question: number, failure: Failure) => {
      const example = partitionName(topology, questions.rows[question] as number)
      errors.add('probe', node, failure, { what: 'partition', example, count: 1 })
      progress.failed(question)
    }
    const queue = new LeaderQueue(own, { progress, sizes, topics, denied, limits })
    return { node, queue, share: byNode.size, judge: { progress, sizes, topics, denied, fail } }
  })
  await Promise.all(lanes.map(lane => askLeader(probe, lane, budget)))
  return {
    answers: progress.answers,
    bytes: budget.read,
    requests: calls.requests,
    errors: errors.list(),
  }
}

async function askLeader(probe: Probe, lane: Lane, budget: FetchBudget): Promise<void> {
  const { calls } = probe
  const { node, queue, judge } = lane
  while (!calls.isEnded) {
    if (budget.left === 0) {
      if (await budget.nextSettled()) continue
      break
    }
    const request = queue.next(budget.left, Math.ceil(budget.left / lane.share))
    if (request === null) return
    budget.promise(request.bytes)
    const answer = await fetchRecords(probe, node, request)
    const read = answer.ok ? bytesOf(answer.value) : 0
    // Alone in its request, it costs what it was promised however little came: else a broker that has next to nothing
    // to give where there must be something would be sent as many requests as there are questions.
    budget.settle(request.bytes, read, request.isHuge ? Math.max(read, request.bytes) : read)
    if (answer.ok) await calls.run(judgeAnswer(judge, node, request, answer.value))
    else if (!calls.isEnded) {
      const struck = calls.failures.has(node) ? queue.pending() : request.questions
      for (const question of struck) judge.fail(question, answer.failure)
    }
  }
  queue.abandon()
}

function fetchRecords(
  probe: Probe,
  node: number,
  { rows, offsets, maxBytes, isolation, bytes }: HeadRequest,
): Promise<Answer<FetchResponse>> {
  const { topology } = probe
  // The first batch comes whole where it is longer than its limit: that must not be taken from the others.
  const totalBytes = bytes + MOST_BYTES
  return askPatiently(probe, node, {
    api: FETCH,
    encode: version => encodeFetch(version, { topology, rows, offsets, maxBytes, isolation, totalBytes }),
    decode: (version, body) => decodeFetch(version, body, topology),
  })
}

function bytesOf({ partitions }: FetchResponse): number {
  return partitions.reduce((sum, { records }) => sum + records.length, 0)
}
