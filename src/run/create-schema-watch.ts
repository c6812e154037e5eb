import { readTextFile } from '../config/read-file.ts'
import type { RegistrySettings } from '../config/settings.ts'
import { SchemaWatch } from '../pipeline/schema-watch/schema-watch.ts'
import { DecoderCache } from '../sources/schema-registry/decoder-cache.ts'
import { RegistryClient } from '../sources/schema-registry/registry-client.ts'
import { plainJsonReader, registryReader } from '../sources/schema-registry/registry-reader.ts'
import type { PipelineSpec } from './create-pipeline.ts'
import { logWithField } from './log-with-field.ts'
import type { Surroundings } from './surroundings.ts'

/** Null where no topic of the cluster is to be checked. */
export function createSchemaWatch(
  { cluster, schemas }: PipelineSpec,
  { log: all, clock }: Surroundings,
): SchemaWatch | null {
  if (schemas.length === 0) return null
  const log = cluster.name === null ? all : logWithField(all, 'kafka_cluster', cluster.name)
  const clients = new Map<string, { readonly client: RegistryClient; readonly decoders: DecoderCache }>()
  const decodersOf = (registry: RegistrySettings): DecoderCache => {
    const known = clients.get(registry.name)
    if (known !== undefined) return known.decoders
    const client = registryClient(registry)
    const decoders = new DecoderCache({
      fetchSchema: key => client.schema(key),
      clock,
      log: logWithField(log, 'registry', registry.name),
    })
    clients.set(registry.name, { client, decoders })
    return decoders
  }
  return new SchemaWatch({
    watched: schemas.map(
      ({ topics, recordsPerSecond, largestRecordBytes, registry, schemaFile, target }) => ({
        topics,
        recordsPerSecond,
        largestRecordBytes,
        reader:
          registry === null
            ? plainJsonReader(schemaFile?.document ?? null)
            : registryReader(decodersOf(registry)),
        target,
      }),
    ),
    clock,
    log,
    close: async () => {
      await Promise.all([...clients.values()].map(({ client }) => client.close()))
    },
  })
}

export function registryClient(registry: RegistrySettings): RegistryClient {
  return new RegistryClient({
    access: registry,
    read: (path, maxBytes) => readTextFile(path, maxBytes, 'again'),
    timeoutMs: registry.timeoutMs,
  })
}
