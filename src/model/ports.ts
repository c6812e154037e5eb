import type {
  HeadLimits,
  HeadProbe,
  HeadQuestions,
  TimeProbe,
  TimeQuestions,
  TransactionProbe,
} from './evidence.ts'
import type { Observation } from './observation.ts'
import type { ServiceView } from './service-status.ts'
import type { Snapshot } from './snapshot.ts'

/** Milliseconds since the epoch. */
export type Clock = () => number

/** What one poll shall read beyond what every poll reads. */
export interface ReadWishes {
  /** Rows, ascending, of the last Observation's topology whose last stable offset is wanted, or all there are. */
  readonly stableRows: Int32Array | 'all'
}

/**
 * Reads one cluster. Never throws for what a cluster can do: failures are outcomes inside what is returned. Calls must
 * not overlap. All but `read` speak of rows of the last Observation's topology.
 */
export interface ClusterReader {
  read(signal: AbortSignal, wishes?: ReadWishes): Promise<Observation>
  /** The first data record at or after each offset (Fetch; needs READ). */
  readHeads(questions: HeadQuestions, limits: HeadLimits, signal: AbortSignal): Promise<HeadProbe>
  /** The first record from a time stamp on (ListOffsets; needs DESCRIBE). */
  lookUpTimes(questions: TimeQuestions, signal: AbortSignal): Promise<TimeProbe>
  /** Which transaction holds the last stable offset of each row where it is (KIP-664; needs READ). */
  findTransactions(rows: Int32Array, signal: AbortSignal): Promise<TransactionProbe>
  close(): Promise<void>
}

/** Where a cluster's clocks and counters outlive a restart. */
export interface StateStore {
  /** The bytes that were last saved, or null where there are none. Throws ExporterError when they cannot be read. */
  load(): Promise<Uint8Array | null>
  /** Resolves when the bytes are durable: written, synced and in place. */
  save(bytes: Uint8Array): Promise<void>
}

/** What structured logging needs; pino fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Everything the exporter watches, as its HTTP side sees it. */
export interface Estate {
  clusters(): readonly ClusterHandle[]
  dependencies(): readonly DependencyView[]
  services(): readonly ServiceView[]
}

export interface ClusterHandle {
  /** The configured name; null for the one unnamed cluster. */
  readonly name: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly pollIntervalMs: number
  readonly maxReadingAgeMs: number
  /** Null before the first poll has ended, and again once the last ended poll is older than `maxReadingAgeMs`. */
  snapshot(): Snapshot | null
  /** Whether the first poll has ended, whatever it found. */
  polled(): boolean
}

export interface DependencyView {
  readonly name: string
  readonly kind: 'postgres' | 'redis' | 'http' | 'schema_registry'
  /** Null before the first check has ended. */
  readonly up: boolean | null
  readonly pingMs: number | null
  readonly checkedAt: number | null
  readonly failure: { readonly code: string; readonly message: string } | null
}
