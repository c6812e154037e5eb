import type { Drop } from '../../domain/schema/drop.ts'
import { FIELD_REASONS } from '../../model/field-reasons.ts'
import {
  RECORD_REASONS,
  type RecordReason,
  type SchemaTopicView,
  UNDECODABLE_REASONS,
  type UndecodableReason,
} from '../../model/schema-watch.ts'
import { ProblemList, type SavedProblem } from './problem-list.ts'

/** The counters of one topic. Every record is told of by exactly one of `checked`, `fallback`, `undecodable`, `unsampled`. */
export class TopicTally {
  #checked = 0
  #fallback = 0
  #unsampled = 0
  readonly #undecodable = zeros(UNDECODABLE_REASONS)
  readonly #dropped = zeros(FIELD_REASONS)
  readonly #affected = zeros(RECORD_REASONS)
  readonly #problems = new ProblemList()

  countChecked(): void {
    this.#checked++
  }

  countFallback(): void {
    this.#fallback++
  }

  countUndecodable(reason: UndecodableReason, count = 1): void {
    this.#undecodable[reason] += count
  }

  countUnsampled(count: number): void {
    this.#unsampled += count
  }

  countOversize(): void {
    this.#affected.oversize++
  }

  /** What one record would lose. Returns the drops whose field was not known to have that problem. */
  countDrops(drops: readonly Drop[], now: number): readonly Drop[] {
    const reasons = new Set<RecordReason>()
    const fresh: Drop[] = []
    for (const drop of drops) {
      this.#dropped[drop.reason]++
      reasons.add(drop.reason)
      if (this.#problems.count(drop, now)) fresh.push(drop)
    }
    for (const reason of reasons) this.#affected[reason]++
    return fresh
  }

  view(topic: string): SchemaTopicView {
    return {
      topic,
      checked: this.#checked,
      fallback: this.#fallback,
      undecodable: { ...this.#undecodable },
      unsampled: this.#unsampled,
      droppedFields: { ...this.#dropped },
      affectedRecords: { ...this.#affected },
      problems: this.#problems.list(),
      problemsLeftOut: this.#problems.leftOut,
    }
  }

  save(): SavedTally {
    return {
      checked: this.#checked,
      fallback: this.#fallback,
      unsampled: this.#unsampled,
      undecodable: { ...this.#undecodable },
      dropped: { ...this.#dropped },
      affected: { ...this.#affected },
      problems: this.#problems.save(),
      problemsLeftOut: this.#problems.leftOut,
    }
  }

  restore(raw: unknown): void {
    const saved = (raw ?? {}) as Partial<SavedTally>
    this.#checked = countOf(saved.checked)
    this.#fallback = countOf(saved.fallback)
    this.#unsampled = countOf(saved.unsampled)
    for (const [counts, from] of [
      [this.#undecodable, saved.undecodable],
      [this.#dropped, saved.dropped],
      [this.#affected, saved.affected],
    ] as readonly (readonly [Record<string, number>, Record<string, unknown> | undefined])[]) {
      for (const reason of Object.keys(counts)) counts[reason] = countOf(from?.[reason])
    }
    this.#problems.restore(saved.problems, countOf(saved.problemsLeftOut))
  }
}

export interface SavedTally {
  readonly checked: number
  readonly fallback: number
  readonly unsampled: number
  readonly undecodable: Readonly<Record<string, number>>
  readonly dropped: Readonly<Record<string, number>>
  readonly affected: Readonly<Record<string, number>>
  readonly problems: readonly SavedProblem[]
  readonly problemsLeftOut: number
}

function zeros<Reason extends string>(reasons: readonly Reason[]): Record<Reason, number> {
  return Object.fromEntries(reasons.map(reason => [reason, 0])) as Record<Reason, number>
}

function countOf(raw: unknown): number {
  return typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0 ? raw : 0
}
