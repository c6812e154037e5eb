import type { SavedJson } from './saved-json.ts'
import type { TailedRecord } from './tail.ts'

/**
 * Looks at the records of some topics as they arrive. Every data record of a topic is told of exactly once: handed
 * over or passed over, also across restarts. Calls never overlap.
 */
export interface RecordWatcher {
  /** Names its part of what outlives a restart, and itself in messages: `dead letters`. */
  readonly name: string
  /** How many records a second it wants of a topic: 0 for none, Infinity for every one. The answer never changes. */
  wants(topic: string): number
  /**
   * Records of one partition, by offset. Nothing more is read before it resolves. A topic of which another watcher
   * wants more may bring more than was wanted. One that waits for others gives up with the signal: it throws its reason,
   * and has counted none of them; the watchers behind it are not told of them then. Of several such one may be watching.
   */
  take(topic: string, records: readonly TailedRecord[], signal: AbortSignal): void | Promise<void>
  /**
   * So many that it will never be given. `jumped`: beyond what it wants, or deleted before they were read; offsets are
   * counted, so that holes of compaction and transaction markers count too. `unreadable`: they are there, and damaged,
   * too long or of an unknown codec.
   */
  passOver(topic: string, count: number, why: 'jumped' | 'unreadable'): void
  /** The topics that it wants and that there are: what is known of others is let go. */
  keepOnly(topics: ReadonlySet<string>): void
  /** The topic is another one under the same name: created anew, or of another cluster. */
  begunAnew?(topic: string): void
  /** What has to outlive a restart, as JSON has it. Asked for before each `publish`, also where nothing is stored. */
  save(): unknown | SavedJson
  /** What was saved, before anything else is called. Whatever it cannot use is left out. */
  restore(saved: unknown): void
  /** What was saved last may be shown: it is durable, or cannot be made so. */
  publish(): void
  /** Nothing is told any more. */
  close?(): Promise<void>
}
