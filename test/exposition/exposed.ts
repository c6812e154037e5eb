import { Registry } from 'prom-client'
import { CATALOG } from '../../src/catalog/catalog.ts'
import type { Family } from '../../src/catalog/family.ts'
import {
  ExporterRegistry,
  type ExposedCluster,
  type ScrapeRequest,
} from '../../src/exposition/exporter-registry.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'

export function cluster(
  snapshot: Snapshot | null | (() => Snapshot | null),
  name: string | null = null,
  labels: Record<string, string> = {},
): ExposedCluster {
  return { name, labels, snapshot: () => (typeof snapshot === 'function' ? snapshot() : snapshot) }
}

export function registryOf(
  clusters: readonly ExposedCluster[],
  families: readonly Family[] = CATALOG,
  sharedPlainBytes?: number,
): ExporterRegistry {
  return new ExporterRegistry({
    clusters: () => clusters,
    families,
    ...(sharedPlainBytes === undefined ? {} : { sharedPlainBytes }),
  })
}

export function familiesNamed(...names: string[]): readonly Family[] {
  return CATALOG.filter(family => names.includes(family.name))
}

export async function bytesOf(
  registry: ExporterRegistry,
  request: Partial<ScrapeRequest> = {},
): Promise<Buffer> {
  return Buffer.concat(await registry.scrape({ gzip: false, ...request }).body.toArray())
}

export async function textOf(
  registry: ExporterRegistry,
  request: Partial<ScrapeRequest> = {},
): Promise<string> {
  return (await bytesOf(registry, request)).toString()
}

/** The same registry as prom-client itself renders it. */
export function asPromClient(registry: Registry): Promise<string> {
  return Registry.prototype.metrics.call(registry)
}
