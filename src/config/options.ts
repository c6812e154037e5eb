import { CLUSTER } from './cluster-options.ts'
import { DEPENDENCY } from './dependency-options.ts'
import { EXPORTER } from './exporter-options.ts'
import { GRANULARITY } from './granularity-options.ts'
import { OBJECTIVE } from './objective-options.ts'
import type { AnyOption } from './option.ts'
import { SCHEMA } from './schema-options.ts'
import { SERVICE } from './service-options.ts'

/** The table of every setting, by where it belongs. */
export const SCOPES: readonly { readonly prefix: string; readonly options: readonly AnyOption[] }[] = [
  { prefix: 'clusters[].', options: Object.values(CLUSTER) },
  { prefix: 'clusters[].objectives[].', options: Object.values(OBJECTIVE) },
  { prefix: 'dependencies[].', options: Object.values(DEPENDENCY) },
  { prefix: 'services[].', options: Object.values(SERVICE) },
  { prefix: 'schemas[].', options: Object.values(SCHEMA) },
  { prefix: 'metrics.granularity[].', options: Object.values(GRANULARITY) },
  { prefix: '', options: Object.values(EXPORTER) },
]

export const FLAG_OPTIONS: readonly AnyOption[] = SCOPES.flatMap(scope => scope.options).filter(
  option => option.flag !== null,
)

export const CLUSTER_OPTIONS: readonly AnyOption[] = Object.values(CLUSTER)
export const OBJECTIVE_OPTIONS: readonly AnyOption[] = Object.values(OBJECTIVE)
export const DEPENDENCY_OPTIONS: readonly AnyOption[] = Object.values(DEPENDENCY)
export const SERVICE_OPTIONS: readonly AnyOption[] = Object.values(SERVICE)
export const SCHEMA_OPTIONS: readonly AnyOption[] = Object.values(SCHEMA)
export const GRANULARITY_OPTIONS: readonly AnyOption[] = Object.values(GRANULARITY)
export const EXPORTER_OPTIONS: readonly AnyOption[] = Object.values(EXPORTER)
