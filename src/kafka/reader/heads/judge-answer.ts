import type { Steps } from '../../../model/steps.ts'
import { errorName, NONE } from '../../wire/error-codes.ts'
import type { FetchedPartition, FetchResponse } from '../../wire/fetch.ts'
import { type CutRecords, findFirstRecord, type NoRecord } from '../../wire/record-batches.ts'
import type { Failure } from '../answer.ts'
import type { FetchSizes } from './fetch-sizes.ts'
import type { HeadProgress } from './head-progress.ts'
import type { HeadRequest } from './leader-queue.ts'

const TOPIC_AUTHORIZATION_FAILED = 29
/** Retention was quicker than the question. */
const OFFSET_OUT_OF_RANGE = 1
/** What gzip takes some 5 ms for: nothing else happens meanwhile, and the bounds of a longer batch have to do. */
const QUICK = { maxDecompressBytes: 128 * 1024, maxDecompressedBytes: 1024 * 1024 }
/** Where the bounds do not do: compaction may have left a long batch without a record at or after the offset. */
const THOROUGH = { maxDecompressBytes: 512 * 1024, maxDecompressedBytes: 2 * 1024 * 1024 }
/** Where a batch says how long it is, and what it does not count: its base offset and the length itself. */
const BATCH_LENGTH_AT = 8
const LOG_OVERHEAD = 12

export interface Judge {
  readonly progress: HeadProgress
  readonly sizes: FetchSizes
  readonly topics: readonly string[]
  /** Positions of topics that may not be read, added to. */
  readonly denied: Set<number>
  /** What else kept a question from its answer. */
  readonly fail: (question: number, failure: Failure) => void
}

/** Takes in what one Fetch brought. Every question of it is then settled, or further on its way. */
export function* judgeAnswer(
  judge: Judge,
  node: number,
  request: HeadRequest,
  answer: FetchResponse,
): Steps<void> {
  const left = new Map<number, number>()
  for (let i = 0; i < request.questions.length; i++) left.set(request.rows[i] as number, i)
  for (const partition of answer.partitions) {
    const i = left.get(partition.row)
    if (i === undefined) continue
    left.delete(partition.row)
    judgePartition(judge, node, request, i, partition)
    // Each may have meant decompressing a batch.
    yield
  }
  const code = answer.errorCode === NONE ? 'MALFORMED_RESPONSE' : errorName(answer.errorCode)
  const message = `broker ${node}: ${answer.errorCode === NONE ? 'left out of the answer' : code}`
  for (const i of left.values()) judge.fail(request.questions[i] as number, { code, message })
}

function judgePartition(
  judge: Judge,
  node: number,
  request: HeadRequest,
  i: number,
  partition: FetchedPartition,
): void {
  const { progress } = judge
  const question = request.questions[i] as number
  const { errorCode, highWatermark, lastStableOffset, records } = partition
  if (progress.isPending[question] === 0) return
  if (errorCode === TOPIC_AUTHORIZATION_FAILED) {
    judge.denied.add(progress.topic[question] as number)
    progress.denied(question)
    return
  }
  if (errorCode === OFFSET_OUT_OF_RANGE) {
    progress.failed(question)
    return
  }
  if (errorCode !== NONE) {
    const code = errorName(errorCode)
    judge.fail(question, { code, message: `broker ${node}: ${code}` })
    return
  }
  progress.noteEnds(question, highWatermark, lastStableOffset)
  noteBatchSize(judge, question, records)
  const from = request.offsets[i] as number
  const aborted = request.isolation === 1 ? partition.aborted : []
  const record = firstRecord(records, from, aborted)
  if (record.kind === 'found') progress.found(question, record)
  else if (record.kind === 'unreadable' && !record.isMalformed) progress.failed(question)
  else if (record.kind === 'unreadable') {
    const message = `broker ${node}: records that cannot be read: ${record.reason}`
    judge.fail(question, { code: 'MALFORMED_RESPONSE', message })
  } else if (record.kind === 'incomplete' && request.isHuge && record.knownTo <= from) {
    const message = `broker ${node}: no whole batch where there must be one`
    judge.fail(question, { code: 'OFFSET_NOT_AVAILABLE', message })
  } else goOn(judge, request, i, partition, record)
}

function firstRecord(
  records: Buffer,
  from: number,
  aborted: FetchedPartition['aborted'],
): ReturnType<typeof findFirstRecord> {
  const record = findFirstRecord(records, from, aborted, QUICK)
  return record.kind === 'unreadable' ? findFirstRecord(records, from, aborted, THOROUGH) : record
}

/** Nothing was found yet between where it was fetched from and `knownTo`. */
function goOn(
  { progress }: Judge,
  request: HeadRequest,
  i: number,
  { highWatermark, lastStableOffset }: FetchedPartition,
  record: NoRecord | CutRecords,
): void {
  const question = request.questions[i] as number
  const { knownTo } = record
  if (knownTo >= highWatermark) progress.none(question, knownTo)
  else if (request.isolation === 1 && knownTo >= lastStableOffset)
    progress.againUncommitted(question, knownTo)
  else {
    const needed = record.kind === 'incomplete' && !Number.isNaN(record.bytesNeeded) ? record.bytesNeeded : 0
    progress.again(question, knownTo, request.maxBytes[i] as number, needed)
  }
}

function noteBatchSize({ progress, sizes, topics }: Judge, question: number, records: Buffer): void {
  if (records.length < LOG_OVERHEAD) return
  const bytes = LOG_OVERHEAD + records.readInt32BE(BATCH_LENGTH_AT)
  if (bytes > LOG_OVERHEAD) sizes.saw(topics[progress.topic[question] as number] as string, bytes)
}
