import { EARLIEST } from '../../kafka/wire/list-offsets.ts'
import type { RecordTailer } from '../../model/tail.ts'
import { type AdminCalls, Interrupted } from '../admin-calls.ts'
import { readOffsets } from '../cluster-map.ts'
import type { GroupPosition, PartitionOffsets } from '../group-position.ts'
import type { Rejected } from '../record-writer.ts'
import { NO_SUCH_TOPIC, TargetTopics } from '../target-topics.ts'
import { type Delivery, openPlainDelivery, openTransactionalDelivery } from './delivery.ts'
import type { Pacer } from './pacer.ts'
import type { PlanOptions, RefusalReason } from './plan-record.ts'
import { type RangeChunk, readRange } from './read-range.ts'
import type { RecordFilter } from './record-filter.ts'
import { placePositions, type ReplayPlan, readTopicMap } from './replay-plan.ts'
import { type DeadLetter, replaySteps } from './replay-steps.ts'
import type { ReplayTally } from './replay-tally.ts'
import { type Routed, routeRecords } from './route-records.ts'

export interface ReplayOptions extends PlanOptions {
  readonly filters: readonly RecordFilter[]
  readonly transactional: boolean
  readonly dryRun: boolean
  readonly isAgain: boolean
}

export interface ReplayParts {
  readonly calls: AdminCalls
  readonly tailer: RecordTailer
  readonly position: GroupPosition
  /** Null: as fast as the brokers take them. */
  readonly pacer: Pacer | null
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly tally: ReplayTally
  readonly onProgress: () => void
}

/** Of one transaction, or between two commits. */
const MOST_RECORDS = 500
/** The record's own fault, as the target's broker sees it. */
const TOO_LARGE: ReadonlySet<string> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/** Sends on what the plan holds; the position follows. What ends it early is thrown, and a later replay goes on there. */
export async function runReplay(parts: ReplayParts, options: ReplayOptions, plan: ReplayPlan): Promise<void> {
  const { calls, tailer } = parts
  const { topic } = options
  const targets = new TargetTopics(calls)
  const delivery = options.dryRun ? null : await openDelivery(parts, options, targets)
  const positions = delivery === null ? plan.positions : await takePosition(parts, options, plan)
  const replay = new Replay(parts, options, targets, delivery)
  const range = readRange({
    tailer,
    readMap: () => readTopicMap(calls, topic),
    readStarts: () =>
      calls.persist(async () => readOffsets(calls, await readTopicMap(calls, topic), EARLIEST, 1)),
    positions,
    ends: plan.ends,
    signal: calls.signal,
    take: chunk => replay.take(chunk),
  })
  try {
    await range
  } catch (error) {
    // What ended it is told, whatever comes of this.
    if (error instanceof Interrupted) await delivery?.finish().catch(() => {})
    throw error
  }
  await delivery?.finish()
}

function openDelivery(
  { calls, position }: ReplayParts,
  { transactional, group }: ReplayOptions,
  targets: TargetTopics,
): Promise<Delivery> {
  const parts = { calls, targets, position }
  return transactional ? openTransactionalDelivery(parts, group) : openPlainDelivery(parts)
}

/** Read once more, now that nobody else can move it; and committed, which fails where it may not be kept. */
async function takePosition(
  { position, tally }: ReplayParts,
  { topic, isAgain }: ReplayOptions,
  { starts, ends }: ReplayPlan,
): Promise<Float64Array> {
  const committed = await position.read()
  const { positions } = placePositions(topic, isAgain ? new Map() : committed, starts, ends)
  await position.commit(new Map(positions.entries()))
  tally.hasBegun = true
  return positions
}

class Replay {
  readonly #parts: ReplayParts
  readonly #options: ReplayOptions
  readonly #targets: TargetTopics
  readonly #delivery: Delivery | null

  constructor(parts: ReplayParts, options: ReplayOptions, targets: TargetTopics, delivery: Delivery | null) {
    this.#parts = parts
    this.#options = options
    this.#targets = targets
    this.#delivery = delivery
  }

  async take({ partition, records, unreadable, deleted, nextOffset }: RangeChunk): Promise<void> {
    const { tally, pacer } = this.#parts
    tally.deleted += deleted
    if (unreadable > 0) tally.refuse('unreadable', { partition, offset: nextOffset - unreadable }, unreadable)
    const most = pacer === null || this.#delivery === null ? MOST_RECORDS : pacer.share(MOST_RECORDS)
    for (const step of replaySteps(records, this.#options.filters, most, nextOffset)) {
      tally.filtered += step.filtered
      await this.#step(step.letters, new Map([[partition, step.nextOffset]]))
    }
  }

  async #step(letters: readonly DeadLetter[], offsets: PartitionOffsets): Promise<void> {
    const { tally, pacer, calls, now, onProgress } = this.#parts
    const routed = await routeRecords(letters, this.#options, this.#targets, tally, now())
    if (this.#delivery === null) {
      for (const { record } of routed) tally.send(record.topic)
    } else {
      if (routed.length > 0) await pacer?.take(routed.length)
      if (calls.signal.aborted) throw new Interrupted()
      const rejected = await this.#delivery.deliver(
        routed.map(({ record }) => record),
        offsets,
      )
      this.#count(routed, rejected)
    }
    onProgress()
  }

  #count(routed: readonly Routed[], rejected: readonly Rejected[]): void {
    const { tally } = this.#parts
    const codes = new Map(rejected.map(({ record, code }) => [record, code]))
    for (const { dead, record } of routed) {
      const code = codes.get(record)
      if (code === undefined) tally.send(record.topic)
      else tally.refuse(reasonOf(code), dead)
    }
  }
}

function reasonOf(code: string): RefusalReason {
  if (NO_SUCH_TOPIC.has(code)) return 'no_such_topic'
  return TOO_LARGE.has(code) ? 'too_large' : 'invalid'
}
