import type { Drop } from '../../domain/schema/drop.ts'
import { FIELD_REASONS, type FieldReason } from '../../model/field-reasons.ts'
import type { SchemaProblem } from '../../model/schema-watch.ts'

/** Of one topic. Names of fields can be data in disguise: there may be no end of them. */
const MOST_PROBLEMS = 200
const LONGEST_TEXT = 200

/** As `[reason, field, detail, count, first seen, last seen]`. */
export type SavedProblem = readonly [string, string, string, number, number, number]

interface Entry {
  readonly reason: FieldReason
  readonly field: string
  detail: string
  count: number
  readonly firstAt: number
  lastAt: number
}

/** Fields with something wrong, by reason and name: so many, and how many fields were told of beyond. What came once goes first. */
export class ProblemList {
  readonly #entries = new Map<string, Entry>()
  #leftOut = 0

  /** Drops of fields that found no place in the list. */
  get leftOut(): number {
    return this.#leftOut
  }

  /** Returns whether it is the first of its kind. */
  count({ reason, field: name, detail }: Drop, now: number): boolean {
    const field = cut(name)
    const key = `${reason} ${field}`
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      entry.count++
      entry.lastAt = now
      entry.detail = cut(detail)
      return false
    }
    if (this.#entries.size >= MOST_PROBLEMS) {
      this.#leftOut++
      if (!this.#makeRoom()) return false
    }
    this.#entries.set(key, {
      reason,
      field,
      detail: cut(detail),
      count: 1,
      firstAt: now,
      lastAt: now,
    })
    return true
  }

  /** Of fields that came once the one that did so longest ago; entries are in the order of their first time. */
  #makeRoom(): boolean {
    for (const [key, { count }] of this.#entries) {
      if (count > 1) continue
      this.#entries.delete(key)
      return true
    }
    return false
  }

  list(): readonly SchemaProblem[] {
    const problems = [...this.#entries.values()].map(entry => ({ ...entry }))
    return problems.sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1))
  }

  save(): readonly SavedProblem[] {
    return [...this.#entries.values()].map(each => [
      each.reason,
      each.field,
      each.detail,
      each.count,
      each.firstAt,
      each.lastAt,
    ])
  }

  restore(saved: unknown, leftOut: number): void {
    this.#leftOut = leftOut
    for (const raw of Array.isArray(saved) ? saved.slice(0, MOST_PROBLEMS) : []) {
      const entry = entryOf(raw)
      if (entry !== null) this.#entries.set(`${entry.reason} ${entry.field}`, entry)
    }
  }
}

function entryOf(raw: unknown): Entry | null {
  if (!Array.isArray(raw)) return null
  const [reason, field, detail, count, firstAt, lastAt] = raw as readonly unknown[]
  const isWhole =
    FIELD_REASONS.includes(reason as FieldReason) &&
    typeof field === 'string' &&
    typeof detail === 'string' &&
    [count, firstAt, lastAt].every(each => Number.isSafeInteger(each))
  if (!isWhole) return null
  return {
    reason: reason as FieldReason,
    field: cut(field as string),
    detail: cut(detail as string),
    count: count as number,
    firstAt: firstAt as number,
    lastAt: lastAt as number,
  }
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`
}
