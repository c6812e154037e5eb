import { somePatterns } from './list-types.ts'
import { optionsOf } from './option.ts'
import { recordRate } from './rate.ts'
import { registryUrl } from './registry-url.ts'
import { byteSize, choice, duration, filePath, name, text } from './scalar-types.ts'
import type { SchemaSettings } from './settings.ts'

const option = optionsOf<SchemaSettings>()

/** Settings of one schema watch; paths are within `schemas[]`. */
export const SCHEMA = {
  cluster: option({
    path: 'cluster',
    flag: null,
    type: name,
    fallbackText: 'the only cluster',
    help: 'Name of the cluster whose topics they are; needed where there are several.',
    get: ({ cluster }) => cluster,
  }),
  topics: option({
    path: 'topics',
    flag: null,
    type: somePatterns,
    required: true,
    help: 'Topics whose records are read and checked; needs READ on them. The first entry that matches a topic holds for it.',
    get: ({ topics }) => topics,
  }),
  sample: option({
    path: 'sample',
    flag: null,
    type: recordRate,
    fallback: 100,
    help: 'Records a second of each topic that are checked; the others are counted as unsampled. `all`: every one that can be read in time.',
    get: ({ recordsPerSecond }) => recordsPerSecond,
  }),
  target: option({
    path: 'target',
    flag: null,
    type: choice(['none', 'bigquery', 'snake_case']),
    fallback: 'none',
    help: 'Where the records go: what it does to names of fields, and which change of a type and which nulls it takes.',
    get: ({ target }) => target,
  }),
  largestRecord: option({
    path: 'largest_record',
    flag: null,
    type: byteSize('1KiB', '1GiB'),
    fallback: 0,
    fallbackText: 'no limit',
    help: 'A longer value counts as `oversize`.',
    get: ({ largestRecordBytes }) => (largestRecordBytes === 0 ? null : largestRecordBytes),
  }),
  schemaFile: option({
    path: 'schema_file',
    flag: null,
    type: filePath,
    fallbackText: 'types are learnt from the records',
    help: 'JSON Schema of topics with plain JSON. Not beside `registry`.',
    get: ({ schemaFile }) => schemaFile?.path ?? null,
  }),
  registry: option({
    path: 'registry',
    flag: null,
    type: registryUrl,
    fallbackText: 'none: the values are plain JSON',
    help: 'Schema registry that speaks the interface of Confluent.',
    get: ({ registry }) => registry?.url ?? null,
  }),
  username: option({
    path: 'auth.username',
    flag: null,
    type: text('a user name', 'NAME'),
    help: 'User at the registry (basic authentication); with `auth.password_file`.',
    get: ({ registry }) => (registry?.login?.kind === 'basic' ? registry.login.username : null),
  }),
  passwordFile: option({
    path: 'auth.password_file',
    flag: null,
    type: filePath,
    help: 'File that holds its password; read anew for each request.',
    get: ({ registry }) => (registry?.login?.kind === 'basic' ? registry.login.passwordFile : null),
  }),
  tokenFile: option({
    path: 'auth.token_file',
    flag: null,
    type: filePath,
    help: 'File that holds a bearer token for the registry; read anew for each request.',
    get: ({ registry }) => (registry?.login?.kind === 'bearer' ? registry.login.tokenFile : null),
  }),
  caFile: option({
    path: 'tls.ca_file',
    flag: null,
    type: filePath,
    fallbackText: "the system's authorities",
    help: "PEM file with the authorities that the registry's certificate is trusted by.",
    get: ({ registry }) => registry?.tls.caFile ?? null,
  }),
  certFile: option({
    path: 'tls.cert_file',
    flag: null,
    type: filePath,
    help: 'PEM file with a client certificate for the registry.',
    get: ({ registry }) => registry?.tls.certFile ?? null,
  }),
  keyFile: option({
    path: 'tls.key_file',
    flag: null,
    type: filePath,
    help: 'PEM file with its key.',
    get: ({ registry }) => registry?.tls.keyFile ?? null,
  }),
  timeout: option({
    path: 'timeout',
    flag: null,
    type: duration('100ms', '30s'),
    fallback: 2_000,
    help: 'How long a question to the registry may take. An id that is not known by then is done without.',
    get: ({ registry }) => registry?.timeoutMs ?? null,
  }),
  interval: option({
    path: 'interval',
    flag: null,
    type: duration('1s', '1h'),
    fallback: 10_000,
    help: 'Time between two checks of the registry as a dependency. At least `timeout`.',
    get: ({ registry }) => registry?.intervalMs ?? null,
  }),
}
