import { type AssignedPartition, AssignedPartitions, isInHand } from './assigned-partitions.ts'
import { beginBatch, consume, endBatch, process } from './batch-steps.ts'
import { type ConsumerPhase, isRunning, nextPhase, type PhaseEvent } from './consumer-phase.ts'
import type { PartitionRange } from './end-offsets.ts'
import { KafkaReach } from './kafka-reach.ts'
import { judgeLiveness } from './liveness.ts'
import { closePositions, openPartitions } from './open-positions.ts'
import { beginAnew, commitAt, excuse, judgeWork, skipTo, stalledMs } from './partition-clock.ts'
import type { TopicPartitions } from './ports.ts'
import type { Liveness, PartitionProgress } from './progress.ts'
import type { ProgressLimits } from './progress-limits.ts'
import { showPartition } from './show-partition.ts'
import { TopicReads } from './topic-reads.ts'
import { TurnClock } from './turn-clock.ts'

/**
 * All that is known of one consumer's progress, stepped by what happens to it. No I/O; the time of an event is an
 * argument, in milliseconds of one clock.
 */
export class ConsumerProgress {
  readonly #limits: ProgressLimits
  readonly #partitions = new AssignedPartitions()
  readonly #turns: TurnClock
  readonly #topicReads = new TopicReads()
  #paused: ReadonlySet<AssignedPartition> = new Set()
  #phase: ConsumerPhase = 'new'
  #crash: { readonly message: string; readonly at: number } | null = null
  /** Excuses are counted up to here. */
  #settledAt: number
  readonly #reach: KafkaReach

  constructor(limits: ProgressLimits, now: number) {
    this.#limits = limits
    this.#turns = new TurnClock(now)
    this.#settledAt = now
    this.#reach = new KafkaReach(now)
  }

  topics(): readonly string[] {
    return this.#partitions.topics()
  }

  isJoined(): boolean {
    return this.#phase === 'consuming' || this.#phase === 'rebalancing'
  }

  enter(event: PhaseEvent, now: number, error?: Error): void {
    this.settle(now)
    this.#phase = nextPhase(event)
    this.#crash = event === 'crash' ? { message: error?.message ?? 'unknown error', at: now } : null
    if (event === 'connect') this.#turns.turn(now)
  }

  assign(assignment: Readonly<Record<string, readonly number[]>>, now: number): void {
    this.settle(now)
    this.#partitions.assign(assignment, now)
    this.#paused = new Set()
    this.#topicReads.keep(new Set(this.#partitions.topics()))
  }

  turn(now: number): void {
    // Whoever fetches is a member: it joined before anybody listened.
    if (this.#phase === 'new') this.enter('join', now)
    this.#turns.turn(now)
  }

  /** A broker has answered somebody; `isCoordinator`: that of its group. */
  hear(now: number, isCoordinator = false): void {
    if (this.#reach.isAway) this.settle(now)
    if (isCoordinator) this.#reach.hearCoordinator(now)
    else this.#reach.hear(now)
  }

  beginBatch(topic: string, partition: number, first: number, last: number, now: number): void {
    const each = this.#partitions.adopt(topic, partition, now)
    beginBatch(each, { first, last }, this.#limits.processedElsewhere, now)
  }

  /** `lastRecord` is the last one of the batch that the handler is given, before `batchLast` that it is not. */
  handOver(topic: string, partition: number, lastRecord: number, batchLast: number): void {
    const clock = this.#partitions.find(topic, partition)?.clock
    if (clock === undefined) return
    clock.handed = lastRecord
    clock.handedEnd = batchLast + 1
  }

  /** An attempt, which takes a bounded time, has ended without success. */
  attempted(topic: string, partition: number, now: number): void {
    const clock = this.#partitions.find(topic, partition)?.clock
    if (clock !== undefined) beginAnew(clock, now)
  }

  /** The batch that has begun may be left before its end: `processed` tells how far it came. */
  resolvedByHandler(topic: string, partition: number): void {
    const each = this.#partitions.find(topic, partition)
    if (each !== undefined) each.isResolvedByHandler = true
  }

  endBatch(topic: string, partition: number, last: number, now: number): void {
    const each = this.#partitions.find(topic, partition)
    if (each !== undefined) endBatch(each, last, this.#limits.processedElsewhere, now)
  }

  consuming(topic: string, partition: number, offset: number, now: number): void {
    const each = this.#partitions.find(topic, partition)
    if (each !== undefined) consume(each, offset, this.#limits.processedElsewhere, now)
  }

  processed(topic: string, partition: number, offset: number, now: number): void {
    const each = this.#partitions.find(topic, partition)
    if (each !== undefined) process(each, offset, this.#limits.processedElsewhere, now)
  }

  commit(topic: string, partition: number, committed: number, now: number): void {
    const clock = this.#partitions.find(topic, partition)?.clock
    if (clock === undefined) return
    commitAt(clock, committed, now)
    judgeWork(clock, now)
  }

  /** `ranges` null: they could not be read. */
  learnEnds(topic: string, ranges: readonly PartitionRange[] | null, now: number): void {
    this.settle(now)
    if (ranges === null) {
      const sinceMs = this.#topicReads.fail(topic, now)
      this.#excuseWhere(each => each.topic === topic && !isInHand(each), sinceMs, now)
      return
    }
    this.#topicReads.read(topic, now)
    this.hear(now)
    for (const { partition, low, end } of ranges) {
      const each = this.#partitions.find(topic, partition)
      if (each === undefined) continue
      each.clock.low = low
      each.clock.end = end
      skipTo(each.clock, low)
      if (!each.isPositionOpen) judgeWork(each.clock, now)
    }
  }

  /** A round of questions has ended. */
  endRound(isReachable: boolean, startedAt: number, now: number): void {
    this.settle(now)
    if (isReachable) {
      this.hear(now)
      return
    }
    const silentMs = this.#reach.miss(startedAt, now)
    this.#turns.excuse(silentMs, now)
    // The others were excused with their topics.
    this.#excuseWhere(isInHand, silentMs, now)
  }

  /** The loop should turn, which takes a coordinator, and nothing has been heard of it since then. */
  isCoordinatorSilentSince(then: number): boolean {
    return isRunning(this.#phase) && this.#reach.coordinatorHeardAt < then
  }

  /** The coordinator does not answer what it was asked at `askedAt`. */
  missCoordinator(askedAt: number, now: number): void {
    this.settle(now)
    const silentMs = this.#reach.missCoordinator(askedAt, now)
    this.#turns.excuse(silentMs, now)
    // Before the group is joined, and where they cannot be read, they were excused all the time.
    if (this.#phase === 'consuming') this.#excuseWhere(each => !this.#isUnread(each), silentMs, now)
  }

  isCoordinatorMissed(): boolean {
    return this.#reach.isCoordinatorMissed
  }

  /** Partitions whose position is not known since they were assigned. */
  openPartitions(): TopicPartitions[] {
    return openPartitions(this.#partitions)
  }

  /** What the group has committed, by topic and partition, of the partitions that were open. */
  learnCommits(committed: ReadonlyMap<string, ReadonlyMap<number, number>>, now: number): void {
    this.settle(now)
    closePositions(this.#partitions, committed, this.#limits.fromBeginning, now)
  }

  /** As KafkaJS tells it, whenever it is asked. */
  pausedAre(paused: readonly TopicPartitions[], now: number): void {
    if (paused.length === 0 && this.#paused.size === 0) return
    const found = paused.flatMap(({ topic, partitions }) =>
      partitions.map(partition => this.#partitions.find(topic, partition)),
    )
    const isPaused = new Set(found.filter(each => each !== undefined))
    // Paused at the beginning of the time or at its end: nobody told when that changed.
    this.#paused = new Set([...this.#paused, ...isPaused])
    this.settle(now)
    this.#paused = isPaused
  }

  /** Counts the time up to `now` as what it was. Before anything changes what it is. */
  settle(now: number): void {
    const elapsed = now - this.#settledAt
    if (elapsed <= 0) return
    this.#settledAt = now
    const { isAway } = this.#reach
    if (isAway) this.#turns.excuse(elapsed, now)
    const isAllExcused = this.#phase !== 'consuming' || isAway
    if (!isAllExcused && this.#topicReads.areAllRead && this.#paused.size === 0) {
      for (const each of this.#partitions) if (each.isPositionOpen) excuse(each.clock, elapsed, now)
      return
    }
    for (const each of this.#partitions) {
      const isExcused = isAllExcused || each.isPositionOpen || this.#isUnread(each) || this.#paused.has(each)
      if (isExcused) excuse(each.clock, elapsed, now)
    }
  }

  partitions(now: number): PartitionProgress[] {
    this.settle(now)
    return Array.from(this.#partitions, each => this.#shown(each, now))
  }

  liveness(now: number): Liveness {
    this.settle(now)
    const crash = this.#crash
    return judgeLiveness({
      partitions: this.#standing(now),
      isRunning: isRunning(this.#phase),
      loopStandsMs: this.#turns.standsFor(now),
      maxPollIntervalMs: this.#limits.maxPollIntervalMs,
      crash: crash === null ? null : { message: crash.message, forMs: now - crash.at },
      kafkaDown: this.#limits.failWhenKafkaIsDown ? this.#reach.missed(now) : null,
    })
  }

  /** Without an object for each of those that are well. */
  *#standing(now: number): Iterable<PartitionProgress> {
    for (const each of this.#partitions) {
      const ms = stalledMs(each.clock, now)
      if (ms > this.#limits.stalledAfterMs(each.topic, each.partition)) yield this.#shown(each, now)
    }
  }

  #excuseWhere(isMeant: (each: AssignedPartition) => boolean, ms: number, now: number): void {
    if (ms <= 0) return
    for (const each of this.#partitions) if (isMeant(each)) excuse(each.clock, ms, now)
  }

  /** Its topic cannot be read, and no record of it is in the handler's hands. */
  #isUnread(each: AssignedPartition): boolean {
    return this.#topicReads.isUnread(each.topic) && !isInHand(each)
  }

  #shown(each: AssignedPartition, now: number): PartitionProgress {
    const thresholdMs = this.#limits.stalledAfterMs(each.topic, each.partition)
    return showPartition(each, this.#paused.has(each), thresholdMs, now)
  }
}
