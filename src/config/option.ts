/** Tells that `raw` was found where `expected` should be; `at` leads on from the setting, to an element of a list. */
export type Report = (raw: unknown, expected: string, at?: readonly PropertyKey[]) => void

/** How the values of a setting are written, proved, shown and explained. */
export interface ValueType<Value> {
  /** Completes "expected …" in faults and in the documentation. */
  readonly expected: string
  /** Stands for the value in the usage line of a flag; null for a switch (`--name`, `--no-name`). */
  readonly metavar: string | null
  /** Its values are kept out of whatever prints. */
  readonly secret: boolean
  /** From the YAML document. Undefined after at least one report. */
  parse(raw: unknown, report: Report): Value | undefined
  /** From a flag given once or more, or from an environment variable. Undefined without a report: as if not given. */
  parseTexts(texts: readonly string[], report: Report): Value | undefined
  /** What `parse` reads back, except for secrets. */
  render(value: Value): unknown
}

/** One setting: the only place that says where it is written, what it may be and what it is when left out. */
export interface Option<Value, Scope> {
  /** Path within its scope in the file; null for what makes no sense in a file. */
  readonly path: string | null
  /** Without dashes; null for what comes in lists, where a flag could not say which one it means. */
  readonly flag: string | null
  /** kafka_exporter's name for the same flag, where it differs. */
  readonly alias?: string
  /** False where the environment has no say. */
  readonly fromEnvironment?: boolean
  readonly type: ValueType<Value>
  /** Used where the setting is left out. */
  readonly fallback?: NoInfer<Value>
  /** What the documentation says of the fallback where the value alone does not. */
  readonly fallbackText?: string
  readonly required?: boolean
  readonly help: string
  /** The value in the proved settings, for `--print-config`; null = leave it out. */
  readonly get?: (scope: Scope) => NoInfer<Value> | null
}

/** An option of any value, for whoever only lists them. */
// biome-ignore lint/suspicious/noExplicitAny: a table of options of many types has no narrower common type
export type AnyOption = Option<any, any>

/** Checks a row of the table against the type that it gives values of. */
export function optionsOf<Scope>(): <Value>(option: Option<Value, Scope>) => Option<Value, Scope> {
  return option => option
}

export const ENVIRONMENT_PREFIX = 'KAFKA_HEALTH_EXPORTER_'

/** `poll.interval` → `KAFKA_HEALTH_EXPORTER_POLL_INTERVAL`; null where the environment cannot set it. */
export function variableOf(option: AnyOption): string | null {
  if (option.flag === null || option.fromEnvironment === false) return null
  return ENVIRONMENT_PREFIX + option.flag.toUpperCase().replace(/[.-]/g, '_')
}
