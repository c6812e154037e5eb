import { CLUSTER_SCHEMAS } from './cluster-schemas.ts'
import { GROUP_SCHEMAS } from './group-schemas.ts'
import { pathsOf } from './paths.ts'
import { SCHEMA_SCHEMAS } from './schema-schemas.ts'
import { SERVICE_SCHEMAS } from './service-schemas.ts'

/**
 * What is answered over HTTP, as OpenAPI 3.1. Fields have the types that the answers are made with, checked by the
 * compiler; real answers are held against it by a test.
 */
export function openapiDocument({
  version,
  telemetryPath,
}: {
  version: string
  telemetryPath: string
}): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'kafka-health-exporter',
      version,
      description:
        'Answers are made from the last poll and never ask Kafka. Null means "not known" or "does not apply", never 0. Durations are seconds, instants are ISO 8601 in UTC. Fields are only ever added: ignore what you do not know.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'api', description: 'For scripts and dashboards' },
      { name: 'metrics', description: 'For Prometheus' },
      { name: 'page', description: 'For people' },
      { name: 'probes', description: 'For whatever keeps the program running' },
    ],
    paths: pathsOf(telemetryPath),
    components: { schemas: { ...CLUSTER_SCHEMAS, ...GROUP_SCHEMAS, ...SCHEMA_SCHEMAS, ...SERVICE_SCHEMAS } },
  }
}
