import type { Granularity } from '../model/detail.ts'
import type { RegistryAccess, TlsFiles } from '../model/registry-access.ts'
import type { Objective } from '../model/snapshot.ts'

/**
 * The configuration once it has been proved valid: every default filled in, every pattern compiled, every duration
 * in milliseconds. Secrets are here as values; `secretPaths` of the settings table keeps them out of whatever prints.
 */
export interface Settings {
  readonly clusters: readonly ClusterSettings[]
  readonly dependencies: readonly DependencySettings[]
  readonly services: readonly ServiceSettings[]
  /** The first whose cluster and patterns match a topic holds for it. */
  readonly schemas: readonly SchemaSettings[]
  readonly metrics: MetricsSettings
  readonly web: WebSettings
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' }
  /** Null: clocks and counters start anew at each restart. */
  readonly stateFile: string | null
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

export interface ClusterSettings {
  /** Null for the one unnamed cluster. */
  readonly name: string | null
  readonly brokers: readonly { readonly host: string; readonly port: number }[]
  readonly tls: TlsSettings | null
  readonly sasl: SaslSettings | null
  readonly pollIntervalMs: number
  readonly requestTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly groups: NameFilter
  readonly topics: NameFilter
  readonly expect: { readonly groups: readonly string[]; readonly topics: readonly string[] }
  /** Constant labels on every series about this cluster. */
  readonly labels: Readonly<Record<string, string>>
  readonly maxReadingAgeMs: number
  readonly brokerForgetAfterMs: number
  readonly uncommitted: 'absent' | 'minus-one'
  /** How long an Empty group may have a backlog without an advance. */
  readonly noConsumerAfterMs: number
  /** Losses that lie further ahead are not published. */
  readonly lossHorizonMs: number
  readonly probe: { readonly maxBytesPerSecond: number }
  readonly dlq: DeadLetterSettings
  /** The first whose patterns match a group holds for it. */
  readonly objectives: readonly ObjectiveSettings[]
}

export interface DeadLetterSettings extends NameFilter {
  /** `auto`: dead-letter topics are known by their names as well. */
  readonly match: 'auto' | 'none'
  /** By topic. */
  readonly drainedBy: Readonly<Record<string, string>>
  readonly readHeaders: boolean
}

/** Patterns are anchored in files. What is left out has the default of the whole. */
export interface ObjectiveSettings {
  readonly groups: readonly RegExp[]
  readonly objective: Objective
}

/** Matches when some `include` matches and no `exclude` does. */
export interface NameFilter {
  readonly include: readonly RegExp[]
  readonly exclude: readonly RegExp[]
}

export interface TlsSettings {
  /** PEM files; null = the system's authorities, or no client certificate. */
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
  readonly serverName: string | null
  readonly insecureSkipVerify: boolean
}

/** Files and commands are read and run when a connection needs them, so that what changes counts without a restart. */
export type SaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
      readonly username: string
      readonly password: { readonly value: string } | { readonly file: string }
    }
  | {
      readonly mechanism: 'oauthbearer'
      readonly token: { readonly file: string } | { readonly command: readonly string[] }
    }
  | { readonly mechanism: 'aws-msk-iam'; readonly region: string }

export interface DependencySettings {
  readonly name: string
  readonly kind: 'postgres' | 'redis' | 'http'
  /** postgres://user:password@host:port/database?sslmode=…, rediss://user:password@host:port/0 or https://host/path */
  readonly url: string
  /** None of PostgreSQL, which has them in the URL. */
  readonly tls: TlsFiles
  readonly intervalMs: number
  readonly timeoutMs: number
}

/** A service whose health is asked for over gRPC. */
export interface ServiceSettings {
  readonly name: string
  readonly address: { readonly host: string; readonly port: number }
  /** As `grpc.health.v1` has it; empty: the server as a whole. */
  readonly healthName: string
  /** Null: plaintext. */
  readonly tls: Omit<TlsSettings, 'insecureSkipVerify'> | null
  readonly metricsUrl: string | null
  readonly intervalMs: number
  readonly timeoutMs: number
}

/** Topics whose records are checked against their schemas. */
export interface SchemaSettings {
  /** Null for the one unnamed cluster. */
  readonly cluster: string | null
  readonly topics: readonly RegExp[]
  /** Of each topic; Infinity: all. */
  readonly recordsPerSecond: number
  readonly target: 'none' | 'bigquery' | 'snake_case'
  /** 0: no limit. */
  readonly largestRecordBytes: number
  /** Null: plain JSON. */
  readonly registry: RegistrySettings | null
  /** A JSON Schema for plain JSON; null: types are learnt. */
  readonly schemaFile: { readonly path: string; readonly document: unknown } | null
}

export interface RegistrySettings extends RegistryAccess {
  /** As a dependency; unique for each `url`. */
  readonly name: string
  readonly timeoutMs: number
  readonly intervalMs: number
}

export interface MetricsSettings {
  /** Whose names are published. */
  readonly names: readonly ('native' | 'kminion' | 'kafka-lag-exporter')[]
  /** Names or anchored patterns of families switched on beyond the defaults, and off. */
  readonly families: { readonly include: readonly string[]; readonly exclude: readonly string[] }
  /** The first that matches holds. */
  readonly granularity: readonly GranularitySettings[]
  /** Of all clusters together; 0: no limit. */
  readonly maxSeries: number
}

/** Null: whatever the cluster, the group or the topic. At least one of them says something. */
export interface GranularitySettings {
  readonly clusters: readonly RegExp[] | null
  readonly groups: readonly RegExp[] | null
  readonly topics: readonly RegExp[] | null
  readonly granularity: Granularity
}

export interface WebSettings {
  readonly listenAddress: { readonly host: string | null; readonly port: number }
  readonly telemetryPath: string
  /** TLS, users and headers, in the format of exporter-toolkit; null: plain HTTP without. */
  readonly configFile: string | null
}
