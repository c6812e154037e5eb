import {
  HEAD_DENIED,
  HEAD_FAILED,
  HEAD_FOUND,
  HEAD_NONE,
  HEAD_TRANSACTIONAL_FLAG,
  type HeadAnswers,
  type HeadQuestions,
  noAnswers,
  type OpenTransaction,
  type TimeAnswers,
  type TimeQuestions,
} from '../../src/model/evidence.ts'
import { firstRecord, stampOf } from './first-record.ts'
import { EPOCH } from './poll-times.ts'
import type { TraceCluster } from './trace-cluster.ts'
import { countUpTo, type LogTrace } from './traces/trace.ts'

/** Questions about a trace, answered as Fetch does that decodes what it reads. `at` as in the trace. */
export function answerHeads(
  cluster: TraceCluster,
  questions: HeadQuestions,
  at: number,
  isReadable: boolean,
): HeadAnswers {
  const answers = noAnswers(questions.rows.length)
  for (let q = 0; q < questions.rows.length; q++) {
    if (!isReadable) {
      answers.outcome[q] = HEAD_DENIED
      continue
    }
    const log = cluster.logOf(questions.rows[q] as number)
    const offset = questions.offsets[q] as number
    const end = log === null ? 0 : countUpTo(log.appendedAt, at)
    const start = log === null ? 0 : (log.starts.to[countUpTo(log.starts.at, at) - 1] ?? 0)
    if (log === null || offset < start || offset > end) {
      answers.outcome[q] = HEAD_FAILED
      continue
    }
    const stable = log.stables?.to[countUpTo(log.stables.at, at) - 1] ?? end
    answers.highWatermark[q] = end
    answers.lastStableOffset[q] = Math.min(stable, end)
    const record = firstRecord(log, offset, end, at)
    if (record >= end) {
      answers.outcome[q] = HEAD_NONE
      answers.knownTo[q] = end
      continue
    }
    answers.outcome[q] = HEAD_FOUND
    answers.recordOffset[q] = record
    answers.knownTo[q] = record + 1
    answers.minTimestamp[q] = EPOCH + stampOf(log, record)
    answers.maxTimestamp[q] = EPOCH + stampOf(log, record)
    if (log.kinds !== null) answers.flags[q] = HEAD_TRANSACTIONAL_FLAG
  }
  return answers
}

/** ListOffsets by time stamp: markers and aborted records are found like any other. */
export function answerTimes(cluster: TraceCluster, questions: TimeQuestions, at: number): TimeAnswers {
  const count = questions.rows.length
  const offsets = new Float64Array(count).fill(Number.NaN)
  const recordTimestamps = new Float64Array(count).fill(Number.NaN)
  for (let q = 0; q < count; q++) {
    const log = cluster.logOf(questions.rows[q] as number)
    if (log === null) continue
    const found = firstFrom(log, (questions.timestamps[q] as number) - EPOCH, at)
    offsets[q] = found
    if (found < Number.POSITIVE_INFINITY) recordTimestamps[q] = EPOCH + stampOf(log, found)
  }
  return { ...questions, offsets, recordTimestamps }
}

function firstFrom(log: LogTrace, timestamp: number, at: number): number {
  const end = countUpTo(log.appendedAt, at)
  const start = log.starts.to[countUpTo(log.starts.at, at) - 1] ?? 0
  // Where stamps are append times they ascend.
  let o =
    log.stamps === null
      ? Math.max(start, timestamp <= 0 ? 0 : countUpTo(log.appendedAt, timestamp - 1))
      : start
  for (; o < end; o++) {
    if (log.removedAt !== null && (log.removedAt[o] as number) <= at) continue
    if (stampOf(log, o) >= timestamp) return o
  }
  return Number.POSITIVE_INFINITY
}

/** What holds the last stable offset of each row back. */
export function answerTransactions(
  cluster: TraceCluster,
  rows: Int32Array,
  at: number,
): ReadonlyMap<number, OpenTransaction> {
  const found = new Map<number, OpenTransaction>()
  for (const row of rows) {
    const log = cluster.logOf(row)
    if (log === null || log.stables === null) continue
    const end = countUpTo(log.appendedAt, at)
    const startOffset = log.stables.to[countUpTo(log.stables.at, at) - 1] ?? end
    if (startOffset >= end) continue
    found.set(row, {
      producerId: 4_711,
      producerEpoch: 3,
      transactionalId: 'payments-7',
      startOffset,
      lastTimestamp: EPOCH + stampOf(log, startOffset),
      state: 'Ongoing',
      startedAt: EPOCH + stampOf(log, startOffset),
    })
  }
  return found
}
